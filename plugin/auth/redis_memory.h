#pragma once

#include <Poco/Net/SocketAddress.h>
#include <Poco/Redis/Client.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/auth/replay_guard.h"

namespace plumbline::auth {

/// Why Redis cannot be relied on now, in fixed words and, of what it said, the name of its error.
class Unreliable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Between the clocks of replicas and EHRs. Source: R180.
inline constexpr std::chrono::seconds kClocksDiffer{60};

/// One connection to a Redis that is known to remember. Not for several threads.
///
/// What Redis forgets would be a replay that is taken, so it is asked what it may forget: a policy that
/// evicts is refused; a Redis without an append-only file remembers from its last start; and a key of its
/// own, `plumbline:since`, says when the data that it holds now began, whatever became of those before. Every
/// member throws Unreliable, or what Poco throws, once `deadline` has passed or Redis does not do as it is
/// told; then the connection is of no use any more. Source: T4.
class RedisMemory {
 public:
  using Clock = std::chrono::steady_clock;

  /// Connects and asks what it may forget; changes nothing there.
  RedisMemory(const Poco::Net::SocketAddress& address, const std::string& password,
              Clock::time_point deadline);

  /// Finds out since when it remembers, which is from now on where nobody asked before. Once, before record.
  void begin(std::chrono::sys_seconds now, Clock::time_point deadline);

  /// Whether what it is told outlives a restart of it.
  [[nodiscard]] bool keepsOverRestart() const { return keepsOverRestart_; }

  /// A token issued up to this may have been used when Redis did not remember yet, by whosever clock.
  [[nodiscard]] std::chrono::sys_seconds unsureUntil() const { return since_ + kClocksDiffer; }

  /// Records a token as `holder`'s. New also where it is this holder's already, so that who lost an answer
  /// may ask again. Unknown, and nothing recorded, of a token issued up to unsureUntil().
  ReplayGuard::Answer record(const UsedToken& token, const std::string& holder, std::chrono::sys_seconds now,
                             Clock::time_point deadline);

 private:
  Poco::Redis::Array ask(const std::vector<Poco::Redis::Array>& commands, Clock::time_point deadline);

  Poco::Redis::Client client_;
  bool keepsOverRestart_ = false;
  std::chrono::seconds running_{};  ///< when it was connected to
  std::string marker_;              ///< of plumbline:since
  std::chrono::sys_seconds since_;
};

}  // namespace plumbline::auth
