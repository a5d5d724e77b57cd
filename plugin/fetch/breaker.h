#pragma once

#include <chrono>

namespace plumbline::fetch {

using Clock = std::chrono::steady_clock;

/// Whether a server is worth asking. After kFailures calls in a row in which it answered nothing it is left
/// alone for `pause`; then one call tries it, and what becomes of that decides. Not for several threads.
class Breaker {
 public:
  static constexpr int kFailures = 5;
  static constexpr std::chrono::seconds kPause{10};

  explicit Breaker(std::chrono::milliseconds pause = kPause) : pause_(pause) {}

  /// Whether a call may ask the server now. Who is let in says afterwards how it went.
  bool admits(Clock::time_point now) {
    if (failures_ < kFailures) return true;
    if (now < pausedUntil_) return false;
    pausedUntil_ = now + pause_;  // for everybody else, while one tries
    return true;
  }

  void answered() { failures_ = 0; }

  void failed(Clock::time_point now) {
    if (failures_ < kFailures) ++failures_;
    if (failures_ == kFailures) pausedUntil_ = now + pause_;
  }

  [[nodiscard]] bool open() const { return failures_ == kFailures; }

 private:
  std::chrono::milliseconds pause_;
  int failures_ = 0;
  Clock::time_point pausedUntil_{};
};

}  // namespace plumbline::fetch
