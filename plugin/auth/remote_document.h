#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "certs/key_set.h"

namespace plumbline::auth {

/// What a fetched document holds: keys, or addresses where keys are.
struct Published {
  std::optional<certs::KeySet> keys;
  std::set<std::string, std::less<>> addresses;

  [[nodiscard]] bool holds(std::string_view name) const;
};

/// One key document that is fetched: kept for an hour, asked for again when something in it is missing, used
/// up to a day while its server is away. One thread fetches, one fetch at a time, beginning at once; nobody
/// else waits for it unless what they look for is missing. Any thread. Sources: R185; T2, T6.
class RemoteDocument {
 public:
  using Clock = std::chrono::steady_clock;

  struct Times {
    std::chrono::milliseconds fresh{std::chrono::hours(1)};
    std::chrono::milliseconds usable{std::chrono::hours(24)};
    /// How long nothing is fetched because of a missing name when the last such fetch did not bring it: names
    /// come from tokens that nobody has vouched for.
    std::chrono::milliseconds coolDown{std::chrono::seconds(60)};
    /// The same after a fetch that failed.
    std::chrono::milliseconds retry{std::chrono::seconds(10)};
    /// How long a caller waits for a fetch.
    std::chrono::milliseconds patience{std::chrono::seconds(3)};
  };
  /// The document, or nothing when it cannot be had. May take its time, but not for ever.
  using Fetch = std::function<std::optional<Published>()>;

  explicit RemoteDocument(Fetch fetch) : RemoteDocument(std::move(fetch), Times{}) {}
  RemoteDocument(Fetch fetch, Times times);
  RemoteDocument(const RemoteDocument&) = delete;
  RemoteDocument& operator=(const RemoteDocument&) = delete;
  ~RemoteDocument();

  /// A document that holds `name`, fetched anew if need be and permitted; null when there is none.
  std::shared_ptr<const Published> with(std::string_view name);

 private:
  void run();
  [[nodiscard]] std::shared_ptr<const Published> usable() const;

  const Fetch fetch_;
  const Times times_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const Published> document_;  // mutex_, like all below
  Clock::time_point fetchedAt_{};
  Clock::time_point nextForMissing_{};
  std::uint64_t fetches_ = 0;  // finished
  std::size_t waiting_ = 0;
  bool wanted_ = true;
  bool running_ = false;
  bool failed_ = false;  // the last one
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace plumbline::auth
