// Whatever text is sent as a token: it is refused, or its three parts stand for its bytes in one way only,
// and a key that did not sign it does not verify it. The same bytes as a key set hold no key that may not
// verify.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "certs/base64url.h"
#include "certs/jwt.h"
#include "tests/fuzz/require.h"

namespace {

using namespace plumbline::certs;

/// The key of RFC 7515, A.3, none of whose signatures is among the seeds.
const Key& stranger() {
  static const auto keys = KeySet::parse(
      R"({"keys": [{"kid": "k", "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})",
      [](const Key&) { return false; });
  return *keys->find("k");
}

void asToken(const std::string& text) {
  const auto parts = splitCompact(text);
  const auto read = readToken(text);
  const auto* token = std::get_if<Token>(&read);
  require(!token || parts.has_value());
  if (parts) {
    require(toBase64url(parts->header) + "." + toBase64url(parts->payload) == parts->signedPart);
    require(std::string(parts->signedPart) + "." + toBase64url(parts->signature) == text);
  }
  if (!token) return;
  require(!token->kid.empty() && !token->issuer.empty() && !token->audiences.empty() && !token->id.empty());
  require(!verify(token->algorithm, stranger(), token->signedPart, token->signature));
}

void asKeySet(const std::string& text) {
  const auto keys = KeySet::parse(text);
  if (!keys) return;
  require(keys->size() + keys->refusals().size() <= KeySet::kMaxKeys);
  if (const Key* key = keys->find("k"))
    require(key->key && key->kid == "k" && !isPublishedOrDevelopment(*key));
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      // {"alg":"ES256","kid":"k"} . {"iss":"i","aud":"a","exp":2,"iat":1,"jti":"j"} . 64 bytes
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.eyJpc3MiOiJpIiwiYXVkIjoiYSIsImV4cCI6MiwiaWF0IjoxLCJqdGkiOiJqIn0."
      "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ",
      R"({"keys": [{"kid": "k", "kty": "EC", "use": "sig", "crv": "P-256", "alg": "ES256",)"
      R"("x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},)"
      R"({"kid": "r", "kty": "RSA", "n": "AQAB", "e": "AQAB", "key_ops": ["verify"]}]})",
  };
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  asToken(text);
  asKeySet(text);
  return 0;
}
