/// certs::verify, the only place that asks OpenSSL whether a signature is right.
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "certs/freed.h"
#include "certs/jwt.h"

namespace plumbline::certs {
namespace {

using Verification = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

const unsigned char* bytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

const EVP_MD* digestOf(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::ES256:
    case Algorithm::RS256:
    case Algorithm::PS256: return EVP_sha256();
    case Algorithm::ES384:
    case Algorithm::RS384:
    case Algorithm::PS384: return EVP_sha384();
    default: return EVP_sha512();
  }
}

bool isPss(Algorithm algorithm) {
  return algorithm == Algorithm::PS256 || algorithm == Algorithm::PS384 || algorithm == Algorithm::PS512;
}

std::size_t coordinateBytes(Key::Kind kind) {
  switch (kind) {
    case Key::Kind::P256: return 32;
    case Key::Kind::P384: return 48;
    case Key::Kind::P521: return 66;
    case Key::Kind::Rsa: return 0;
  }
  return 0;
}

/// r and s as OpenSSL reads them; empty unless both are of the curve's length and neither is zero.
std::string derOf(std::string_view signature, std::size_t coordinate) {
  if (signature.size() != 2 * coordinate) return {};
  const int length = static_cast<int>(coordinate);
  BIGNUM* r = BN_bin2bn(bytesOf(signature), length, nullptr);
  BIGNUM* s = BN_bin2bn(bytesOf(signature) + coordinate, length, nullptr);
  const EcSignature pair(ECDSA_SIG_new());
  if (!pair || ECDSA_SIG_set0(pair.get(), r, s) != 1) {  // takes both over, or neither
    BN_free(r);
    BN_free(s);
    return {};
  }
  if (BN_is_zero(r) || BN_is_zero(s)) return {};
  unsigned char* written = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &written);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<const char*>(written), static_cast<std::size_t>(size));
  OPENSSL_free(written);
  return der;
}

}  // namespace

bool verify(Algorithm algorithm, const Key& key, std::string_view bytes, std::string_view signature) {
  if (!key.key || !key.fits(algorithm)) return false;
  std::string der;
  if (key.kind != Key::Kind::Rsa) {
    der = derOf(signature, coordinateBytes(key.kind));
    if (der.empty()) return false;
    signature = der;
  } else if (signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key.key.get()))) {
    return false;
  }
  const Verification verification(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  if (!verification ||
      EVP_DigestVerifyInit(verification.get(), &options, digestOf(algorithm), nullptr, key.key.get()) != 1) {
    return false;
  }
  if (isPss(algorithm) && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
                           EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(verification.get(), bytesOf(signature), signature.size(), bytesOf(bytes),
                          bytes.size()) == 1;
}

}  // namespace plumbline::certs
