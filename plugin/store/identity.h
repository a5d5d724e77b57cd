#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "plugin/store/place.h"

struct evp_md_ctx_st;  ///< of OpenSSL

namespace plumbline::store {

class Database;

/// The secret of one store: 32 random bytes that only its owner can read. Whoever has it can find out whether
/// a given patient is in the store; nobody can turn a hash back into an identifier.
class Key {
 public:
  /// Reads the key of a store: `key` in its directory, which is made first where `make` says so and there is
  /// none, or the file that is named for a shared one, which is never made. Throws StoreError when it cannot
  /// be read or made, or is cut short: hashes under two keys would make two patients of one.
  static Key of(const Place& place, bool make);

  /// HMAC-SHA256 in hexadecimal.
  [[nodiscard]] std::string mac(std::string_view text) const;

  /// What stands for a patient or user in the store. Ids of two clients never meet: each numbers its own.
  /// Empty for an empty id.
  [[nodiscard]] std::string hash(std::string_view kind, std::string_view client, std::string_view id) const;

 private:
  explicit Key(const std::string& bytes);

  /// SHA-256 as far as it has read the key, once inside and once outside: what HMAC begins with. Never
  /// changed, only copied.
  std::shared_ptr<const evp_md_ctx_st> inner_, outer_;
};

/// Throws StoreError unless the tables were made with this key, which is told by what it makes of one text.
/// Tables that know none yet take it.
void requireKey(Database& database, const Key& key);

/// SHA-256 in hexadecimal.
std::string sha256(std::string_view text);

}  // namespace plumbline::store
