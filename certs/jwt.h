#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "certs/algorithm.h"
#include "certs/key_set.h"

namespace plumbline::certs {

/// Why a token was not taken. For logs and metrics: a caller is never told.
enum class Refusal {
  Form,       ///< not three base64url parts, or longer than kMaxToken, or parts that are no JSON objects
  Algorithm,  ///< `alg` is missing, none, symmetric, unknown, or not the client's
  Critical,   ///< `crit` or `b64`: it may only be read by who understands an extension
  Type,       ///< `typ` is something else than JWT
  KeyId,      ///< no `kid`, or a `jku` that is no string
  Issuer,     ///< no `iss`
  Audience,   ///< no `aud`, or none that is meant here
  Expiry,     ///< no `exp`, or not in whole seconds
  IssuedAt,   ///< no `iat`, or not in whole seconds
  NotBefore,  ///< `nbf` is not in whole seconds
  Id,         ///< no `jti`
  Tenant,     ///< `tenant` is no string, or none of the client's, or missing where the client names some
  Expired,
  Future,    ///< issued, or valid from, later than now
  Lifetime,  ///< longer than permitted, or over before it began
  Signature  ///< does not verify with the key
};
inline constexpr std::size_t kRefusals = 16;

std::string_view name(Refusal refusal);

/// The three parts of a compact serialisation, decoded (RFC 7515, 7.1).
struct Parts {
  std::string header, payload, signature;
  std::string_view signedPart;  ///< of the text that was split
};

inline constexpr std::size_t kMaxToken = 8 * 1024;  ///< bytes

/// Nothing unless the text is exactly three parts of strict base64url, none of them empty but the payload.
std::optional<Parts> splitCompact(std::string_view text);

/// What a token says, before anybody vouches for it.
struct Token {
  Algorithm algorithm = Algorithm::ES384;
  std::string kid;
  std::optional<std::string> jku;
  std::string issuer;
  std::vector<std::string> audiences;
  std::chrono::sys_seconds expires, issuedAt;
  std::optional<std::chrono::sys_seconds> notBefore;
  std::string id;
  std::optional<std::string> tenant;
  std::string_view signedPart;  ///< of the text that was read
  std::string signature;
};

/// Reads a CDS client's token. All that can be refused without knowing the client is refused here. Members
/// that mean nothing here are passed over, `sub`, `jwk`, `x5u` and `x5c` among them: keys never come from the
/// token itself. Sources: CDS Hooks 2.0 "Trusting CDS Clients"; R172 to R184; RFC 7519, 8725.
std::variant<Token, Refusal> readToken(std::string_view text);

/// What a client's tokens must be like.
struct Expected {
  std::chrono::sys_seconds now;
  std::vector<std::string> audiences;
  std::vector<Algorithm> algorithms;
  std::vector<std::string> tenants;             ///< empty: any or none
  std::chrono::seconds skew{60};                ///< between the clocks; source: R180
  std::chrono::seconds longestLifetime{3'600};  ///< from `iat` to `exp`; source: R180
};

/// All that can be checked without a key, so that only what passes costs a signature.
std::optional<Refusal> check(const Token& token, const Expected& expected);

/// Whether `key` signed these bytes. An ECDSA signature is r and s of the curve's length each, never DER; an
/// RSA one is as long as the modulus; PSS salts are as long as the digest. False also where the key does not
/// fit the algorithm. Source: RFC 7518, 3.3 to 3.5; R176.
bool verify(Algorithm algorithm, const Key& key, std::string_view bytes, std::string_view signature);

}  // namespace plumbline::certs
