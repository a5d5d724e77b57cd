#include "tests/certs/signer.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "certs/base64url.h"

namespace plumbline::certs {
namespace {

struct Shape {
  const char* curve;
  const char* group;
  int bytes;
};

bool isEc(Algorithm algorithm) {
  return name(algorithm).starts_with("ES");
}

bool isPss(Algorithm algorithm) {
  return name(algorithm).starts_with("PS");
}

Shape shapeOf(Algorithm algorithm) {
  if (algorithm == Algorithm::ES256) return {"P-256", "P-256", 32};
  if (algorithm == Algorithm::ES512) return {"P-521", "P-521", 66};
  return {"P-384", "P-384", 48};
}

const EVP_MD* digestOf(Algorithm algorithm) {
  if (name(algorithm).ends_with("256")) return EVP_sha256();
  return name(algorithm).ends_with("384") ? EVP_sha384() : EVP_sha512();
}

std::string number(EVP_PKEY* key, const char* which, int bytes) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, which, &value) != 1) throw std::runtime_error("no such part of a key");
  std::string text(static_cast<std::size_t>(bytes > 0 ? bytes : BN_num_bytes(value)), '\0');
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(text.data()), static_cast<int>(text.size()));
  BN_free(value);
  return text;
}

std::string rawOf(const std::vector<unsigned char>& der, int bytes) {
  const unsigned char* at = der.data();
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string raw(2 * static_cast<std::size_t>(bytes), '\0');
  auto* into = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), into, bytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), into + bytes, bytes);
  ECDSA_SIG_free(pair);
  return raw;
}

}  // namespace

Signer::Signer(Algorithm algorithm, std::string kid, int rsaBits)
    : algorithm_(algorithm), kid_(std::move(kid)) {
  EVP_PKEY* made = isEc(algorithm) ? EVP_EC_gen(shapeOf(algorithm).group)
                                   : EVP_RSA_gen(static_cast<unsigned int>(rsaBits));
  if (!made) throw std::runtime_error("no key");
  key_ = std::shared_ptr<EVP_PKEY>(made, EVP_PKEY_free);
}

std::string Signer::jwk(std::string_view more) const {
  const auto part = [&](const char* which, int bytes) {
    return toBase64url(number(key_.get(), which, bytes));
  };
  std::string text = R"({"kid": ")" + kid_ + R"(", )";
  if (isEc(algorithm_)) {
    const Shape shape = shapeOf(algorithm_);
    text += R"("kty": "EC", "crv": ")" + std::string(shape.curve) + R"(", "x": ")" +
            part(OSSL_PKEY_PARAM_EC_PUB_X, shape.bytes) + R"(", "y": ")" +
            part(OSSL_PKEY_PARAM_EC_PUB_Y, shape.bytes) + '"';
  } else {
    text += R"("kty": "RSA", "n": ")" + part(OSSL_PKEY_PARAM_RSA_N, 0) + R"(", "e": ")" +
            part(OSSL_PKEY_PARAM_RSA_E, 0) + '"';
  }
  return text + std::string(more) + "}";
}

std::string Signer::signature(std::string_view bytes) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* options = nullptr;
  EVP_DigestSignInit(context, &options, digestOf(algorithm_), nullptr, key_.get());
  if (isPss(algorithm_)) {
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
  }
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t size = 0;
  EVP_DigestSign(context, nullptr, &size, at, bytes.size());
  std::vector<unsigned char> signature(size);
  const bool done = EVP_DigestSign(context, signature.data(), &size, at, bytes.size()) == 1;
  EVP_MD_CTX_free(context);
  if (!done) throw std::runtime_error("cannot sign");
  signature.resize(size);
  if (isEc(algorithm_)) return rawOf(signature, shapeOf(algorithm_).bytes);
  return {signature.begin(), signature.end()};
}

std::string Signer::token(std::string_view header, std::string_view claims) const {
  const std::string input = toBase64url(header) + "." + toBase64url(claims);
  return input + "." + toBase64url(signature(input));
}

std::string Signer::token(std::string_view claims) const {
  return token(
      R"({"alg": ")" + std::string(name(algorithm_)) + R"(", "typ": "JWT", "kid": ")" + kid_ + R"("})",
      claims);
}

}  // namespace plumbline::certs
