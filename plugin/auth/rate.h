#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace plumbline::auth {

/// So many in a second and no more, with one second's worth in hand. Any thread.
class Bucket {
 public:
  using Clock = std::chrono::steady_clock;

  /// 0: any number.
  explicit Bucket(int perSecond) : perSecond_(perSecond), left_(perSecond) {}

  /// Whether there is one more; takes it.
  bool take(Clock::time_point now);
  /// Gives one back that turned out not to count.
  void giveBack();
  /// Whether there is none left; takes nothing.
  [[nodiscard]] bool isEmpty(Clock::time_point now);
  /// Whether nothing was taken of late.
  [[nodiscard]] bool full(Clock::time_point now);

 private:
  void refill(Clock::time_point now);

  const double perSecond_;
  std::mutex mutex_;
  double left_;                 // mutex_
  Clock::time_point filled_{};  // mutex_
};

/// A bucket for each address, so that one that sends nothing but rubbish takes nothing from the others.
/// Remembers kMaxAddresses; where there are more, those that have been quiet make room, else newcomers share
/// one bucket. Any thread.
class Buckets {
 public:
  static constexpr std::size_t kMaxAddresses = 4'096;

  explicit Buckets(int perSecond) : perSecond_(perSecond), shared_(std::make_shared<Bucket>(perSecond)) {}

  std::shared_ptr<Bucket> of(const std::string& address, Bucket::Clock::time_point now);

 private:
  const int perSecond_;
  const std::shared_ptr<Bucket> shared_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Bucket>> buckets_;  // mutex_
};

}  // namespace plumbline::auth
