#include "plugin/auth/remote_document.h"

#include <utility>

namespace plumbline::auth {
namespace {

/// Callers that may wait for one fetch. More of them look for something missing only when somebody makes
/// names up, and each holds a thread of the service.
constexpr std::size_t kMostWaiting = 64;

}  // namespace

bool Published::holds(std::string_view name) const {
  return (keys && keys->find(name) != nullptr) || addresses.contains(name);
}

RemoteDocument::RemoteDocument(Fetch fetch, Times times)
    : fetch_(std::move(fetch)), times_(times), thread_([this] { run(); }) {}

RemoteDocument::~RemoteDocument() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::shared_ptr<const Published> RemoteDocument::usable() const {
  return document_ && Clock::now() < fetchedAt_ + times_.usable ? document_ : nullptr;
}

std::shared_ptr<const Published> RemoteDocument::with(std::string_view name) {
  std::unique_lock lock(mutex_);
  // Twice, because a fetch that was on its way already may have been answered before the name was there.
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (auto found = usable(); found && found->holds(name)) return found;
    const bool begun = wanted_ || running_;
    if ((!begun && Clock::now() < nextForMissing_) || waiting_ >= kMostWaiting) return nullptr;
    if (!begun) {
      wanted_ = true;
      nextForMissing_ = Clock::now() + times_.coolDown;
      changed_.notify_all();
    }
    const std::uint64_t before = fetches_;
    ++waiting_;
    changed_.wait_for(lock, times_.patience, [&] { return ending_ || fetches_ > before; });
    --waiting_;
    if (begun) continue;
    auto found = usable();
    const bool holds = found && found->holds(name);
    if (holds) nextForMissing_ = Clock::time_point();
    if (failed_) nextForMissing_ = Clock::now() + times_.retry;
    return holds ? found : nullptr;
  }
  auto found = usable();
  return found && found->holds(name) ? found : nullptr;
}

void RemoteDocument::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const auto due = failed_ ? times_.retry : times_.fresh;
    changed_.wait_for(lock, due, [&] { return ending_ || wanted_; });
    if (ending_) return;
    wanted_ = false;
    running_ = true;
    lock.unlock();
    auto fetched = fetch_();
    lock.lock();
    running_ = false;
    failed_ = !fetched;
    ++fetches_;
    if (fetched) {
      document_ = std::make_shared<const Published>(*std::move(fetched));
      fetchedAt_ = Clock::now();
    }
    changed_.notify_all();
  }
}

}  // namespace plumbline::auth
