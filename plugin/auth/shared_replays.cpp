#include "plugin/auth/shared_replays.h"

#include <Poco/Exception.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "plugin/auth/redis_memory.h"
#include "plugin/fetch/breaker.h"
#include "plugin/fetch/resolver.h"
#include "plugin/fetch/socket_address.h"
#include "plugin/log.h"
#include "plugin/secret.h"
#include "plugin/store/moment.h"
#include "plugin/uuid.h"

namespace plumbline::auth {
namespace {

using Clock = RedisMemory::Clock;
using Connection = std::unique_ptr<RedisMemory>;
using std::chrono::sys_seconds;

/// Redis says in whole seconds for how long it has been running.
constexpr std::chrono::seconds kSecondsAreRounded{2};

/// Why `does` could not be done; empty when it was.
template <class Does>
std::string whyFailed(Does does) {
  try {
    does();
    return "";
  } catch (const Unreliable& error) {
    return error.what();
  } catch (const Poco::TimeoutException&) {
    return "does not answer in time";
  } catch (const Poco::Exception&) {
    return "cannot be reached, or broke off";
  }
}

}  // namespace

struct SharedReplays::Parts {
  explicit Parts(const ReplayStore& its) : store(its), resolver(its.host, fetch::systemLookup) {}

  const ReplayStore store;
  fetch::Resolver resolver;
  std::atomic<bool> up{true};
  std::mutex mutex;
  std::condition_variable freed;
  std::size_t inUse = 0;           // mutex
  std::vector<Connection> idle;    // mutex
  fetch::Breaker breaker{kPause};  // mutex
  sys_seconds unsureUntil{};       // mutex
  std::string lostBy;              // mutex; empty while it can be relied on

  Connection connect(Clock::time_point deadline);
  Connection begin(sys_seconds now, Clock::time_point deadline);
  Connection takeIdle();
  void keep(Connection connection);
  Answer ask(const UsedToken& token, sys_seconds now, Clock::time_point deadline);
  void settle(const std::string& why);
};

namespace {

/// One of kConnections, waited for until the deadline.
class Place {
 public:
  Place(std::mutex& mutex, std::condition_variable& freed, std::size_t& inUse, Clock::time_point deadline)
      : mutex_(mutex), freed_(freed), inUse_(inUse) {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_until(lock, deadline, [&] { return inUse_ < SharedReplays::kConnections; }))
      throw Unreliable("does not answer in time");
    ++inUse_;
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    {
      const std::lock_guard lock(mutex_);
      --inUse_;
    }
    freed_.notify_one();
  }

 private:
  std::mutex& mutex_;
  std::condition_variable& freed_;
  std::size_t& inUse_;
};

}  // namespace

Connection SharedReplays::Parts::connect(Clock::time_point deadline) {
  const auto addresses = resolver.addresses(deadline);
  if (!addresses || addresses->empty()) throw Unreliable("has no address: its name is not known");
  std::string password;
  if (!store.passwordFile.empty()) {
    const auto secret = secretOfFile(store.passwordFile);
    if (!secret) throw Unreliable("cannot be asked: the file of its password cannot be read");
    password = *secret;
  }
  for (std::size_t i = 0;; ++i) {
    try {
      return std::make_unique<RedisMemory>(fetch::socketAddress((*addresses)[i], store.port), password,
                                           deadline);
    } catch (const Poco::Exception&) {
      if (i + 1 == addresses->size()) throw;
    }
  }
}

/// A connection to ask; says once of each memory that began of late which tokens have to wait for it.
Connection SharedReplays::Parts::begin(sys_seconds now, Clock::time_point deadline) {
  Connection made = connect(deadline);
  made->begin(now, deadline);
  const sys_seconds unsure = made->unsureUntil();
  {
    const std::lock_guard lock(mutex);
    if (unsure < now || unsure <= unsureUntil + kSecondsAreRounded) return made;
    unsureUntil = unsure;
  }
  log::say(log::Level::Info, "replay store: tokens issued until `until` may be replays and are answered 503",
           {log::ours("until", plumbline::store::written(unsure))});
  return made;
}

Connection SharedReplays::Parts::takeIdle() {
  const std::lock_guard lock(mutex);
  if (idle.empty()) return nullptr;
  Connection taken = std::move(idle.back());
  idle.pop_back();
  return taken;
}

void SharedReplays::Parts::keep(Connection connection) {
  const std::lock_guard lock(mutex);
  if (idle.size() < kConnections) idle.push_back(std::move(connection));
}

/// An idle connection may have been closed since; then all of them were, and a new one tells.
SharedReplays::Answer SharedReplays::Parts::ask(const UsedToken& token, sys_seconds now,
                                                Clock::time_point deadline) {
  const Place place(mutex, freed, inUse, deadline);
  const std::string holder = randomUuid();
  Answer answer = Answer::Unknown;
  Connection connection = takeIdle();
  const bool asked =
      connection && whyFailed([&] { answer = connection->record(token, holder, now, deadline); }).empty();
  if (!asked) {
    {
      const std::lock_guard lock(mutex);
      idle.clear();
    }
    connection = begin(now, deadline);
    answer = connection->record(token, holder, now, deadline);
  }
  keep(std::move(connection));
  return answer;
}

/// Puts in force what a call has found: why not, or that all is well.
void SharedReplays::Parts::settle(const std::string& why) {
  {
    const std::lock_guard lock(mutex);
    if (why.empty()) {
      breaker.answered();
    } else {
      breaker.failed(Clock::now());
    }
    up = why.empty();
    if (why == lostBy) return;
    lostBy = why;
  }
  if (why.empty()) {
    log::say(log::Level::Info, "replay store is back");
  } else {
    log::say(log::Level::Error, "replay store is lost: tokens that may be used once are answered 503",
             {log::ours("why", why)});
  }
}

SharedReplays::SharedReplays(const ReplayStore& store) : parts_(std::make_unique<Parts>(store)) {}
SharedReplays::~SharedReplays() = default;

SharedReplays::Answer SharedReplays::record(const UsedToken& token, sys_seconds now) {
  const auto began = Clock::now();
  {
    const std::lock_guard lock(parts_->mutex);
    if (!parts_->breaker.admits(began)) return Answer::Unknown;
  }
  Answer answer = Answer::Unknown;
  parts_->settle(whyFailed([&] { answer = parts_->ask(token, now, began + kPatience); }));
  return answer;
}

std::string SharedReplays::whyNot(std::string& note) {
  return whyFailed([&] {
    if (!parts_->connect(Clock::now() + kPatience)->keepsOverRestart())
      note =
          "forgets its tokens when it is restarted, and those issued until a minute after are answered 503: "
          "set appendonly yes";
  });
}

void SharedReplays::probe(sys_seconds now) {
  parts_->settle(whyFailed([&] { parts_->keep(parts_->begin(now, Clock::now() + kPatience)); }));
}

bool SharedReplays::up() const {
  return parts_->up;
}

const ReplayStore& SharedReplays::store() const {
  return parts_->store;
}

}  // namespace plumbline::auth
