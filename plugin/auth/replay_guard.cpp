#include "plugin/auth/replay_guard.h"

#include <openssl/sha.h>

#include <cstring>

namespace plumbline::auth {

/// A digest that callers cannot steer, so that none makes all of them meet in one place of the table.
ReplayGuard::Digest ReplayGuard::digestOf(std::string_view id) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> whole{};
  SHA256(reinterpret_cast<const unsigned char*>(id.data()), id.size(), whole.data());
  Digest digest{};
  std::memcpy(digest.data(), whole.data(), sizeof digest);
  return digest;
}

bool ReplayGuard::seen(std::string_view id) const {
  const Digest digest = digestOf(id);
  const std::lock_guard lock(mutex_);
  return seen_.contains(digest);
}

ReplayGuard::Answer ReplayGuard::record(std::string_view id, std::chrono::sys_seconds until,
                                        std::chrono::sys_seconds now) {
  const Digest digest = digestOf(id);
  const std::lock_guard lock(mutex_);
  while (!expiring_.empty() && expiring_.begin()->first < now) {
    for (const Digest& each : expiring_.begin()->second) seen_.erase(each);
    expiring_.erase(expiring_.begin());
  }
  if (seen_.contains(digest)) return Answer::Seen;
  if (seen_.size() >= most_) return Answer::Full;
  seen_.insert(digest);
  expiring_[until].push_back(digest);
  return Answer::New;
}

}  // namespace plumbline::auth
