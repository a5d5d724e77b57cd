#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "certs/algorithm.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace plumbline::certs {

/// A private key of ours, with which a server is shown who asks. Immutable, any thread.
class SigningKey {
 public:
  /// The private key of a PEM file, of the kinds that SMART asks of every server: EC on P-384, or RSA of 2048
  /// to 8192 bits. Why it is not used, for the person who named the file: it cannot be read, holds no private
  /// key or one with a password, is of another kind, or is printed in a specification.
  /// Source: SMART App Launch 2.0 "Client Authentication: Asymmetric".
  static std::variant<SigningKey, std::string> ofFile(const std::string& file);

  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
  /// The thumbprint of RFC 7638, so that a key has one name wherever it is listed.
  [[nodiscard]] const std::string& kid() const { return kid_; }
  /// The public half as a JWK.
  [[nodiscard]] const std::string& jwk() const { return jwk_; }

  /// A JWT of these claims, a JSON object, in compact serialisation (RFC 7515, 7.1).
  [[nodiscard]] std::string token(std::string_view claims) const;

 private:
  SigningKey() = default;
  [[nodiscard]] std::string signatureOf(std::string_view bytes) const;

  Algorithm algorithm_ = Algorithm::ES384;
  std::string kid_, jwk_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace plumbline::certs
