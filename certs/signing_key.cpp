#include "certs/signing_key.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <stdexcept>

#include "certs/base64url.h"
#include "certs/freed.h"
#include "certs/key_set.h"

namespace plumbline::certs {
namespace {

constexpr int kCoordinate = 48;  ///< bytes, of P-384

/// A number of the key as base64url, `bytes` long or, with 0, as long as it is.
std::string part(const EVP_PKEY* key, const char* name, int bytes) {
  BIGNUM* read = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &read) != 1) return {};
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(read);
  std::string text(static_cast<std::size_t>(bytes > 0 ? bytes : BN_num_bytes(read)), '\0');
  BN_bn2binpad(read, reinterpret_cast<unsigned char*>(text.data()), static_cast<int>(text.size()));
  return toBase64url(text);
}

bool isP384(const EVP_PKEY* key) {
  char group[32] = "";
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &size) == 1 &&
         std::string_view(group) == "secp384r1";
}

/// What says which key it is; empty for a key of another kind.
std::string publicHalf(const EVP_PKEY* key) {
  if (isP384(key)) {
    return R"("kty":"EC","crv":"P-384","x":")" + part(key, OSSL_PKEY_PARAM_EC_PUB_X, kCoordinate) +
           R"(","y":")" + part(key, OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinate) + '"';
  }
  if (EVP_PKEY_is_a(key, "RSA") != 1) return {};
  return R"("kty":"RSA","n":")" + part(key, OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
         part(key, OSSL_PKEY_PARAM_RSA_E, 0) + '"';
}

std::string jwkOf(const std::string& half, const std::string& kid, Algorithm algorithm) {
  return "{" + half + R"(,"kid":")" + kid + R"(","alg":")" + std::string(name(algorithm)) +
         R"(","use":"sig"})";
}

/// r and s of the curve's length each, as RFC 7518 writes them, of what OpenSSL signs.
std::string pairOf(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> pair(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!pair) throw std::runtime_error("cannot sign");
  std::string raw(2 * kCoordinate, '\0');
  auto* into = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), into, kCoordinate);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), into + kCoordinate, kCoordinate);
  return raw;
}

}  // namespace

std::variant<SigningKey, std::string> SigningKey::ofFile(const std::string& file) {
  const std::unique_ptr<BIO, Freed<BIO_free_all>> in(BIO_new_file(file.c_str(), "r"));
  if (!in) return file + " cannot be read";
  const auto noPassword = [](char*, int, int, void*) { return -1; };
  EVP_PKEY* const read = PEM_read_bio_PrivateKey(in.get(), nullptr, noPassword, nullptr);
  if (!read) return file + " holds no private key in PEM without a password";
  SigningKey key;
  key.key_ = std::shared_ptr<EVP_PKEY>(read, EVP_PKEY_free);
  const std::string half = publicHalf(read);
  if (half.empty()) return file + " is neither EC on P-384 nor RSA";
  key.algorithm_ = isP384(read) ? Algorithm::ES384 : Algorithm::RS384;
  // Read back by the rules for keys of others, which also say what it is called.
  const auto set = KeySet::parse(R"({"keys":[)" + jwkOf(half, "ours", key.algorithm_) + "]}");
  const Key* const ours = set ? set->find("ours") : nullptr;
  if (!ours) return file + " may not be used" + (set ? ": " + set->refusals().front() : "");
  key.kid_ = ours->thumbprint;
  key.jwk_ = jwkOf(half, key.kid_, key.algorithm_);
  return key;
}

std::string SigningKey::signatureOf(std::string_view bytes) const {
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, at, bytes.size()) != 1) {
    throw std::runtime_error("cannot sign");
  }
  std::string signature(size, '\0');
  auto* into = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(context.get(), into, &size, at, bytes.size()) != 1)
    throw std::runtime_error("cannot sign");
  signature.resize(size);
  return algorithm_ == Algorithm::ES384 ? pairOf(signature) : signature;
}

std::string SigningKey::token(std::string_view claims) const {
  const std::string header =
      R"({"alg":")" + std::string(name(algorithm_)) + R"(","typ":"JWT","kid":")" + kid_ + R"("})";
  const std::string input = toBase64url(header) + "." + toBase64url(claims);
  return input + "." + toBase64url(signatureOf(input));
}

}  // namespace plumbline::certs
