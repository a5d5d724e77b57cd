#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace plumbline {

/// One value for all threads, replaced as a whole; whoever took it keeps the one taken. Not std::atomic,
/// whose readers spin where the thread that holds it has lost its core, and which libstdc++ 12 gives back
/// after a load without release, so that a store may overtake it.
template <class T>
class Current {
 public:
  [[nodiscard]] std::shared_ptr<T> load() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

  void store(std::shared_ptr<T> value) {
    const std::lock_guard lock(mutex_);
    value_.swap(value);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<T> value_;
};

}  // namespace plumbline
