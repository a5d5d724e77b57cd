#include "plugin/uuid.h"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>

namespace plumbline {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
/// Any constant would do; it must only never change.
constexpr std::string_view kNamespace = "org.plumbline/";

constexpr std::size_t kUuidBytes = 16;
constexpr std::size_t kUuidDigits = 36;  ///< with the dashes
constexpr std::size_t kTimeBytes = 6;    ///< of milliseconds, as in version 7
/// One call of the system for so many identifiers; a thread keeps what it has not used.
constexpr std::size_t kUuidsAtOnce = 16;

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string text(2 * size, '0');
  for (std::size_t i = 0; i < size; ++i) {
    text[2 * i] = kHex[bytes[i] >> 4U];
    text[2 * i + 1] = kHex[bytes[i] & 15U];
  }
  return text;
}

std::string uuid(std::array<unsigned char, kUuidBytes> bytes, unsigned version) {
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | (version << 4U));
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  const std::string all = hex(bytes.data(), bytes.size());
  std::string text;
  text.reserve(kUuidDigits);
  std::size_t at = 0;
  for (const std::size_t size : {8U, 4U, 4U, 4U, 12U}) {
    if (at > 0) text += '-';
    text.append(all, at, size);
    at += size;
  }
  return text;
}

/// OpenSSL looks an algorithm up by its name at every use of EVP_sha256(), which costs more than the hash.
const EVP_MD* fetched(const char* name) {
  const EVP_MD* found = EVP_MD_fetch(nullptr, name, nullptr);
  if (found == nullptr) throw std::runtime_error("no such digest");
  return found;
}

std::array<unsigned char, EVP_MAX_MD_SIZE> digest(std::string_view text, const EVP_MD* algorithm) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> own(EVP_MD_CTX_new(),
                                                                                 &EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  if (!own || EVP_DigestInit_ex(own.get(), algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(own.get(), text.data(), text.size()) != 1 ||
      EVP_DigestFinal_ex(own.get(), hash.data(), nullptr) != 1) {
    throw std::runtime_error("digest failed");
  }
  return hash;
}

}  // namespace

std::string randomUuid() {
  thread_local std::array<unsigned char, kUuidsAtOnce * kUuidBytes> store;
  thread_local std::size_t used = store.size();
  if (used == store.size()) {
    if (getentropy(store.data(), store.size()) != 0) throw std::runtime_error("no random bytes");
    used = 0;
  }
  std::array<unsigned char, kUuidBytes> bytes{};
  std::copy_n(store.begin() + static_cast<std::ptrdiff_t>(used), bytes.size(), bytes.begin());
  used += bytes.size();
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  for (std::size_t at = kTimeBytes; at-- > 0; milliseconds >>= 8U)
    bytes[at] = static_cast<unsigned char>(milliseconds & 0xFF);
  return uuid(bytes, 4);
}

std::string namedUuid(std::string_view name) {
  static const EVP_MD* const sha1 = fetched("SHA1");
  const auto hash = digest(std::string(kNamespace) + std::string(name), sha1);
  std::array<unsigned char, kUuidBytes> bytes{};
  std::copy_n(hash.begin(), bytes.size(), bytes.begin());
  return uuid(bytes, 5);
}

std::string sha256Prefix(std::string_view text, std::size_t digits) {
  static const EVP_MD* const sha256 = fetched("SHA256");
  const auto hash = digest(text, sha256);
  return hex(hash.data(), (digits + 1) / 2).substr(0, digits);
}

}  // namespace plumbline
