/// Project Wycheproof's vectors, from the corpus: what it calls invalid is never taken, what it calls valid
/// is.
#include <gtest/gtest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "certs/json.h"
#include "certs/jwt.h"

namespace plumbline::certs {
namespace {

using rapidjson::Value;
using std::string;

std::optional<string> corpus() {
  const char* named = std::getenv("PLUMBLINE_CORPUS");
  return named ? std::optional(string(named) + "/jose/") : std::nullopt;
}

rapidjson::Document read(const string& file) {
  std::ifstream in(file, std::ios::binary);
  auto document = readObject(string(std::istreambuf_iterator<char>(in), {}));
  if (!document) throw std::runtime_error("cannot read " + file);
  return *std::move(document);
}

string json(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

bool anyKey(const Key&) {
  return false;
}

/// The keys of a group; nothing when it may not be used. Vectors do not say kid everywhere.
std::optional<KeySet> keysOf(const Value& jwk) {
  string text = json(jwk);
  if (jwk.HasMember("keys")) return KeySet::parse(text, anyKey);
  if (!jwk.HasMember("kid")) text.insert(1, R"("kid": "none", )");
  return KeySet::parse(R"({"keys": [)" + text + "]}", anyKey);
}

const Key* onlyKey(const std::optional<KeySet>& keys, const Value& jwk) {
  return keys ? keys->find(jwk.HasMember("kid") ? jwk["kid"].GetString() : "none") : nullptr;
}

string unhex(const string& text) {
  string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

struct Counted {
  int valid = 0, invalid = 0;
};

/// Runs a file of raw signatures; `key` names the member of a group that holds the JWK.
Counted run(const string& file, const char* member, Algorithm algorithm) {
  Counted counted;
  const auto document = read(*corpus() + "wycheproof/" + file);
  for (const auto& group : document["testGroups"].GetArray()) {
    if (!group.HasMember(member)) continue;  // a key that JWK cannot say
    const auto keys = keysOf(group[member]);
    const Key* key = onlyKey(keys, group[member]);
    EXPECT_TRUE(key) << file;
    if (!key) continue;
    for (const auto& test : group["tests"].GetArray()) {
      const bool taken =
          verify(algorithm, *key, unhex(test["msg"].GetString()), unhex(test["sig"].GetString()));
      const string result = test["result"].GetString();
      if (result == "acceptable") continue;
      EXPECT_EQ(taken, result == "valid")
          << file << " " << test["tcId"].GetInt() << " " << json(test["comment"]);
      ++(result == "valid" ? counted.valid : counted.invalid);
    }
  }
  return counted;
}

#define NEEDS_CORPUS() \
  if (!corpus()) GTEST_SKIP() << "PLUMBLINE_CORPUS names no corpus"

TEST(Wycheproof, EcdsaSignaturesOfFixedLength) {
  NEEDS_CORPUS();
  for (const auto& [file, algorithm] :
       {std::pair("ecdsa_secp256r1_sha256_p1363_test.json", Algorithm::ES256),
        std::pair("ecdsa_secp384r1_sha384_p1363_test.json", Algorithm::ES384)}) {
    const Counted counted = run(file, "publicKeyJwk", algorithm);
    EXPECT_GT(counted.valid, 30);
    EXPECT_GT(counted.invalid, 50);
  }
}

TEST(Wycheproof, RsaSignatures) {
  NEEDS_CORPUS();
  for (const auto& [file, algorithm] : {std::pair("rsa_signature_2048_sha256_test.json", Algorithm::RS256),
                                        std::pair("rsa_signature_2048_sha384_test.json", Algorithm::RS384),
                                        std::pair("rsa_signature_3072_sha384_test.json", Algorithm::RS384),
                                        std::pair("rsa_signature_4096_sha384_test.json", Algorithm::RS384)}) {
    const Counted counted = run(file, "keyJwk", algorithm);
    EXPECT_GT(counted.valid, 3) << file;
    EXPECT_GT(counted.invalid, 100) << file;
  }
  const Counted pss = run("rsa_pss_2048_sha384_mgf1_48_test.json", "publicKeyJwk", Algorithm::PS384);
  EXPECT_GT(pss.valid, 20);
  EXPECT_GT(pss.invalid, 20);
}

/// JWA has r and s of fixed length: what other standards write as DER is never a token's signature.
TEST(Wycheproof, EcdsaSignaturesInDerAreNeverTaken) {
  NEEDS_CORPUS();
  const auto fixed = read(*corpus() + "wycheproof/ecdsa_secp384r1_sha384_p1363_test.json");
  const auto der = read(*corpus() + "wycheproof/ecdsa_secp384r1_sha384_test.json");
  int tried = 0;
  for (const auto& group : fixed["testGroups"].GetArray()) {
    if (!group.HasMember("publicKeyJwk")) continue;
    const auto keys = keysOf(group["publicKeyJwk"]);
    const Key* key = onlyKey(keys, group["publicKeyJwk"]);
    ASSERT_TRUE(key);
    for (const auto& same : der["testGroups"].GetArray()) {
      if (!(same["publicKeyDer"] == group["publicKeyDer"])) continue;
      for (const auto& test : same["tests"].GetArray()) {
        ++tried;
        EXPECT_FALSE(
            verify(Algorithm::ES384, *key, unhex(test["msg"].GetString()), unhex(test["sig"].GetString())))
            << test["tcId"].GetInt();
      }
    }
  }
  EXPECT_GT(tried, 100);
}

/// As a token is taken, but without claims: these vectors sign any bytes.
bool taken(const string& jws, const Value& jwk) {
  const auto keys = keysOf(jwk);
  const auto parts = splitCompact(jws);
  const auto header = parts ? readObject(parts->header) : std::nullopt;
  if (!keys || !header || member(*header, "crit")) return false;
  const Key* key = jwk.HasMember("keys") ? keys->find(text(*header, "kid").value_or("")) : onlyKey(keys, jwk);
  if (!key) return false;
  const auto named = text(*header, "alg");
  const auto known = named ? algorithm(*named) : std::nullopt;
  return known && verify(*known, *key, parts->signedPart, parts->signature);
}

TEST(Wycheproof, CompactSerialisations) {
  NEEDS_CORPUS();
  Counted counted;
  std::set<int> refusedThoughValid;
  for (const char* file :
       {"json_web_signature_test.json", "json_web_key_test.json", "json_web_crypto_test.json"}) {
    const auto document = read(*corpus() + "wycheproof/" + file);
    for (const auto& group : document["testGroups"].GetArray()) {
      const Value& jwk = group.HasMember("public") ? group["public"] : group["private"];
      for (const auto& test : group["tests"].GetArray()) {
        if (!test.HasMember("jws") || !test["jws"].IsString()) continue;
        const bool is = taken(test["jws"].GetString(), jwk);
        if (string(test["result"].GetString()) == "valid") {
          ++counted.valid;
          const auto parts = splitCompact(test["jws"].GetString());
          const bool shared = (jwk.HasMember("kty") && jwk["kty"] == "oct") ||
                              (parts && parts->header.find("\"HS") != string::npos);
          EXPECT_FALSE(shared && is) << "a shared secret";
          if (!is && !shared) refusedThoughValid.insert(test["tcId"].GetInt());
        } else {
          ++counted.invalid;
          EXPECT_FALSE(is) << file << " " << test["tcId"].GetInt() << " " << json(test["comment"]);
        }
      }
    }
  }
  EXPECT_GT(counted.valid, 20);
  EXPECT_GT(counted.invalid, 250);
  // Signed by another algorithm than the key's own `alg` says: PS384 by a PS256 key, ES512 by an "ES521" one.
  EXPECT_EQ(refusedThoughValid, (std::set<int>{346, 350, 351}));
}

TEST(Wycheproof, PublishedTestKeysAreRefused) {
  NEEDS_CORPUS();
  for (const char* file :
       {"davinci-crd-test-kit__crd_jwks.json", "sandbox__jwk-public.json", "sandbox__jwks.json"}) {
    const auto document = read(*corpus() + "keys_published/" + file);
    const auto refusing = KeySet::parse(json(document));
    ASSERT_TRUE(refusing) << file;
    EXPECT_EQ(refusing->size(), 0U) << file;
    EXPECT_GT(KeySet::parse(json(document), anyKey)->size(), 0U) << file << " holds keys that work otherwise";
  }
}

}  // namespace
}  // namespace plumbline::certs
