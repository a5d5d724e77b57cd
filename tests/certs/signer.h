#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "certs/algorithm.h"

struct evp_pkey_st;

namespace plumbline::certs {

/// The EHR's side: a key pair made anew, its public half as a JWK, and tokens signed with it.
class Signer {
 public:
  explicit Signer(Algorithm algorithm, std::string kid = "k1", int rsaBits = 2048);

  [[nodiscard]] const std::string& kid() const { return kid_; }
  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }

  /// The public half, with `more` members behind it: `, "use": "sig"`.
  [[nodiscard]] std::string jwk(std::string_view more = "") const;
  /// A key set of this key alone.
  [[nodiscard]] std::string jwks() const { return R"({"keys": [)" + jwk() + "]}"; }

  /// As RFC 7518 writes signatures.
  [[nodiscard]] std::string signature(std::string_view bytes) const;

  /// A token of these two JSON texts.
  [[nodiscard]] std::string token(std::string_view header, std::string_view claims) const;
  /// The same with a header as it should be.
  [[nodiscard]] std::string token(std::string_view claims) const;

 private:
  Algorithm algorithm_;
  std::string kid_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace plumbline::certs
