#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/algorithm.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace plumbline::certs {

/// One public key, ready to verify with. Immutable, any thread.
struct Key {
  enum class Kind { P256, P384, P521, Rsa };

  std::string kid;  ///< compared byte by byte; EHRs use base64 with + / = here
  Kind kind = Kind::P384;
  std::optional<Algorithm> only;  ///< the one its `alg` names; nothing: each that fits its kind
  std::string thumbprint;         ///< RFC 7638, SHA-256, base64url
  std::shared_ptr<evp_pkey_st> key;

  [[nodiscard]] bool fits(Algorithm algorithm) const;
};

/// Whether anybody can look the private half up: the keys of specifications and test kits.
bool isPublished(const Key& key);

/// Whether certs/dev-certs.sh made it, which its kid tells.
bool isDevelopment(const Key& key);

/// What must not be trusted outside of development: both of them.
bool isPublishedOrDevelopment(const Key& key);

/// The keys of one JWKS document (RFC 7517) that may verify tokens. Immutable, any thread.
class KeySet {
 public:
  static constexpr std::size_t kMaxBytes = 256 * 1024;
  static constexpr std::size_t kMaxKeys = 128;

  /// Nothing when the text is no JWKS, is longer than kMaxBytes or holds more than kMaxKeys. A key that may
  /// not be used is left out and named in refusals(): without a kid, or with that of another key of the set;
  /// for encryption (`use`, `key_ops`); symmetric; with its private half beside it, for then anybody who
  /// reads the set can sign; on another curve than P-256, P-384, P-521, or off its curve; RSA below 2048 or
  /// above 8192 bits or with an unsound exponent; with an `alg` that does not fit; one that is `banned`.
  /// Sources: R174, R175, R185; T3.
  static std::optional<KeySet> parse(std::string_view json,
                                     bool (*banned)(const Key&) = isPublishedOrDevelopment);

  /// The key of this exact kid, or null.
  [[nodiscard]] const Key* find(std::string_view kid) const;

  [[nodiscard]] std::size_t size() const { return keys_.size(); }

  /// Why keys were left out, as "key INDEX: why": without a value of the document.
  [[nodiscard]] const std::vector<std::string>& refusals() const { return refusals_; }

 private:
  void dropSharedKids();

  std::vector<Key> keys_;
  std::vector<std::string> refusals_;
};

}  // namespace plumbline::certs
