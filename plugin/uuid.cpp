#include "plugin/uuid.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace plumbline {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
/// Any constant would do; it must only never change.
constexpr std::string_view kNamespace = "org.plumbline/";

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += kHex[bytes[i] >> 4U];
    text += kHex[bytes[i] & 15U];
  }
  return text;
}

std::string uuid(std::array<unsigned char, 16> bytes, unsigned version) {
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | (version << 4U));
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::string text = hex(bytes.data(), bytes.size());
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, "-");
  return text;
}

std::array<unsigned char, EVP_MAX_MD_SIZE> digest(std::string_view text, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  if (EVP_Digest(text.data(), text.size(), hash.data(), nullptr, algorithm, nullptr) != 1) {
    throw std::runtime_error("digest failed");
  }
  return hash;
}

}  // namespace

std::string randomUuid() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("no random bytes");
  return uuid(bytes, 4);
}

std::string namedUuid(std::string_view name) {
  const auto hash = digest(std::string(kNamespace) + std::string(name), EVP_sha1());
  std::array<unsigned char, 16> bytes{};
  std::copy_n(hash.begin(), bytes.size(), bytes.begin());
  return uuid(bytes, 5);
}

std::string sha256Prefix(std::string_view text, std::size_t digits) {
  const auto hash = digest(text, EVP_sha256());
  return hex(hash.data(), 32).substr(0, digits);
}

}  // namespace plumbline
