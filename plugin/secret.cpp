#include "plugin/secret.h"

#include <openssl/crypto.h>

#include "plugin/file.h"

namespace plumbline {

std::optional<std::string> secretOfFile(const std::string& file) {
  auto secret = contentsOf(file);
  if (secret) secret->erase(secret->find_last_not_of("\r\n") + 1);
  return secret;
}

bool isSameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace plumbline
