#include "plugin/store/identity.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "plugin/file.h"
#include "plugin/store/check.h"
#include "plugin/store/database.h"
#include "plugin/uuid.h"

namespace plumbline::store {
namespace {

constexpr std::size_t kShaBytes = 32;
constexpr std::size_t kShaDigits = 2 * kShaBytes;

/// A digest from its name once; OpenSSL would look it up at every use.
const EVP_MD* sha() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (found == nullptr) throw StoreError("no SHA-256");
  return found;
}

std::string hex(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  text.reserve(2 * size);
  for (std::size_t i = 0; i < size; ++i) {
    text += kHex[bytes[i] >> 4U];
    text += kHex[bytes[i] & 15U];
  }
  return text;
}

/// RFC 2104.
constexpr std::size_t kShaBlock = 64;
constexpr unsigned char kInnerPad = 0x36, kOuterPad = 0x5c;

/// SHA-256 that has read the first block of an HMAC.
EVP_MD_CTX* begun(const std::string& key, unsigned char pad) {
  std::array<unsigned char, kShaBlock> block{};
  std::copy(key.begin(), key.end(), block.begin());
  for (unsigned char& each : block) each ^= pad;
  EVP_MD_CTX* const made = EVP_MD_CTX_new();
  if (made == nullptr || EVP_DigestInit_ex(made, sha(), nullptr) != 1 ||
      EVP_DigestUpdate(made, block.data(), block.size()) != 1) {
    EVP_MD_CTX_free(made);
    throw StoreError("HMAC failed");
  }
  return made;
}

/// The hash of what `begin` has read and of `size` bytes behind it.
void finish(const EVP_MD_CTX* begin, const void* bytes, std::size_t size,
            std::array<unsigned char, kShaBytes>& hash) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> own(EVP_MD_CTX_new(),
                                                                                 &EVP_MD_CTX_free);
  if (!own || EVP_MD_CTX_copy_ex(own.get(), begin) != 1 || EVP_DigestUpdate(own.get(), bytes, size) != 1 ||
      EVP_DigestFinal_ex(own.get(), hash.data(), nullptr) != 1) {
    throw StoreError("HMAC failed");
  }
}

/// Written whole under another name first, so that a crash leaves a whole key or none.
void makeKey(const std::string& file) {
  std::array<char, kKeyBytes> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0) throw StoreError("no random bytes");
  const std::string draft = file + "." + randomUuid();
  const int made = ::open(draft.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (made < 0) throw StoreError("the key cannot be made");
  const bool whole =
      ::write(made, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(made) == 0;
  ::close(made);
  // link, unlike rename, leaves the key of a process that was quicker.
  const bool there = whole && (::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST);
  ::unlink(draft.c_str());
  if (!there) throw StoreError("the key cannot be written");
}

}  // namespace

Key Key::of(const Place& place, bool make) {
  if (const std::string problem = problemOfKey(place); !problem.empty()) throw StoreError(problem);
  const std::string file = keyFileOf(place);
  std::error_code ignored;
  // Of a store that is shared a key made here would be another than that of the others.
  if (make && !place.shared() && !std::filesystem::exists(file, ignored)) makeKey(file);
  const auto bytes = contentsOf(file);
  if (!bytes) throw StoreError("the key " + file + " is missing");
  return Key(*bytes);
}

Key::Key(const std::string& bytes)
    : inner_(begun(bytes, kInnerPad), &EVP_MD_CTX_free), outer_(begun(bytes, kOuterPad), &EVP_MD_CTX_free) {}

std::string Key::mac(std::string_view text) const {
  std::array<unsigned char, kShaBytes> hash{};
  finish(inner_.get(), text.data(), text.size(), hash);
  finish(outer_.get(), hash.data(), hash.size(), hash);
  return hex(hash.data(), hash.size());
}

std::string Key::hash(std::string_view kind, std::string_view client, std::string_view id) const {
  if (id.empty()) return {};
  std::string text(kind);
  for (const std::string_view part : {client, id}) text += '\0' + std::string(part);
  return mac(text);
}

void requireKey(Database& database, const Key& key) {
  Transaction all(database);
  if (isOfAnotherKey(database, key)) throw StoreError("the key is not the one this store was made with");
  if (database.number("SELECT count(*) FROM identity") > 0) return;
  database.prepare("INSERT INTO identity (mac) VALUES (?1)").bind(1, key.mac("identity")).run();
  all.commit();
}

std::string sha256(std::string_view text) {
  return sha256Prefix(text, kShaDigits);
}

}  // namespace plumbline::store
