#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "plugin/auth/replay_guard.h"
#include "plugin/config.h"

namespace plumbline::auth {

/// The tokens that any replica took, remembered by one Redis for all of them. Any thread.
///
/// Nothing is ever taken for new because Redis is away, slow, restarted or full: the answer is Unknown. After
/// five failures in a row it is asked once in kPause, so that it does not cost every call its time. The log
/// is told when it is lost, when the reason is another, and when it is back. Sources: R182; T4.
class SharedReplays {
 public:
  using Answer = ReplayGuard::Answer;
  static constexpr std::chrono::milliseconds kPatience{
      200};  ///< for one call: connecting and answers together
  static constexpr std::chrono::milliseconds kPause{1'000};
  static constexpr std::size_t kConnections = 16;

  explicit SharedReplays(const ReplayStore& store);
  ~SharedReplays();

  /// Of any number of replicas one is told New. Never Full.
  Answer record(const UsedToken& token, std::chrono::sys_seconds now);

  /// Why it cannot be relied on, as a person reads it behind its address; empty when it can. Changes nothing.
  /// `note`: what of it is worth knowing where it can.
  [[nodiscard]] std::string whyNot(std::string& note);

  /// Tries it before a call has to: so that log and metric know at the start, and its memory begins.
  void probe(std::chrono::sys_seconds now);

  /// Whether it could be relied on when it was last asked.
  [[nodiscard]] bool up() const;

  [[nodiscard]] const ReplayStore& store() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace plumbline::auth
