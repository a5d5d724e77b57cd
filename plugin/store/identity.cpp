#include "plugin/store/identity.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "plugin/store/database.h"
#include "plugin/uuid.h"

namespace plumbline::store {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kShaDigits = 64;

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

Key Key::ofDirectory(const std::string& directory, bool make) {
  const std::string file = directory + "/key";
  std::error_code ignored;
  if (make && !std::filesystem::exists(file, ignored)) makeKey(file);
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (bytes.size() != kKeyBytes) throw StoreError("the key is missing or damaged");
  return Key(std::move(bytes));
}

std::string Key::mac(std::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
  unsigned int size = 0;
  const auto* const from = reinterpret_cast<const unsigned char*>(text.data());
  if (HMAC(sha(), bytes_.data(), static_cast<int>(bytes_.size()), from, text.size(), result.data(), &size) ==
      nullptr) {
    throw StoreError("HMAC failed");
  }
  return hex(result.data(), size);
}

std::string Key::hash(std::string_view kind, std::string_view client, std::string_view id) const {
  if (id.empty()) return {};
  std::string text(kind);
  for (const std::string_view part : {client, id}) text += '\0' + std::string(part);
  return mac(text);
}

std::string sha256(std::string_view text) {
  return sha256Prefix(text, kShaDigits);
}

}  // namespace plumbline::store
