#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace plumbline::auth {

/// A token whose signature and claims were found good.
struct UsedToken {
  std::string_view issuer, id;
  std::chrono::sys_seconds issued;
  std::chrono::sys_seconds until;  ///< it is taken nowhere after this
};

/// The tokens of one issuer that were taken and have not expired, by `jti`. Holds a digest of each, 16 bytes.
/// Any thread. Source: R182; T4.
class ReplayGuard {
 public:
  /// A client at 200 calls a second with tokens of five minutes comes to 72,000.
  static constexpr std::size_t kMaxTokens = 500'000;

  enum class Answer {
    New,
    Seen,
    Full,    ///< kMaxTokens have not expired: whether this one is new cannot be remembered
    Unknown  ///< of SharedReplays alone: whether another replica took it cannot be told
  };

  explicit ReplayGuard(std::size_t most = kMaxTokens) : most_(most) {}

  /// Whether it was recorded; only a hint that saves work, since another thread may record it next.
  [[nodiscard]] bool seen(std::string_view id) const;

  /// Records a token that may be used until `until`. Of any number of threads one is told New.
  Answer record(std::string_view id, std::chrono::sys_seconds until, std::chrono::sys_seconds now);

 private:
  using Digest = std::array<std::uint64_t, 2>;
  struct Hash {
    std::size_t operator()(const Digest& digest) const { return digest[0]; }
  };
  static Digest digestOf(std::string_view id);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_set<Digest, Hash> seen_;                             // mutex_
  std::map<std::chrono::sys_seconds, std::vector<Digest>> expiring_;  // mutex_
};

}  // namespace plumbline::auth
