#include "plugin/secret.h"

#include <openssl/crypto.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "certs/base64url.h"
#include "plugin/file.h"

namespace plumbline {

std::optional<std::string> secretOfFile(const std::string& file) {
  auto secret = contentsOf(file);
  if (secret) secret->erase(secret->find_last_not_of("\r\n") + 1);
  return secret;
}

std::string randomSecret() {
  std::array<char, 32> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0) throw std::runtime_error("no random bytes");
  return certs::toBase64url({bytes.data(), bytes.size()});
}

bool isSameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace plumbline
