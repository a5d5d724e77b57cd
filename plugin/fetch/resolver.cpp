#include "plugin/fetch/resolver.h"

#include <netdb.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace plumbline::fetch {
namespace {

constexpr std::chrono::seconds kKept{60};
constexpr std::chrono::seconds kFailureKept{5};

}  // namespace

std::vector<Address> systemLookup(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  std::vector<Address> addresses;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) return addresses;
  for (const addrinfo* each = found; each; each = each->ai_next) {
    if (const auto address = addressOf(each->ai_addr)) addresses.push_back(*address);
  }
  ::freeaddrinfo(found);
  return addresses;
}

struct Resolver::State {
  State(std::string itsHost, Lookup itsLookup) : host(std::move(itsHost)), lookup(std::move(itsLookup)) {}

  const std::string host;
  const Lookup lookup;
  std::mutex mutex;
  std::condition_variable known;
  std::vector<Address> found;      // mutex
  Clock::time_point freshUntil{};  // mutex
  bool asking = false;             // mutex

  void ask() {
    std::vector<Address> fresh;
    try {
      fresh = lookup(host);
    } catch (...) {
      // As if there were none: whoever waits must be told.
    }
    const std::lock_guard lock(mutex);
    found = std::move(fresh);
    freshUntil = Clock::now() + (found.empty() ? kFailureKept : kKept);
    asking = false;
    known.notify_all();
  }
};

Resolver::Resolver(std::string host, Lookup lookup)
    : state_(std::make_shared<State>(std::move(host), std::move(lookup))) {}

std::optional<std::vector<Address>> Resolver::addresses(Clock::time_point until) {
  std::unique_lock lock(state_->mutex);
  if (Clock::now() >= state_->freshUntil && !state_->asking) {
    std::thread([state = state_] { state->ask(); }).detach();  // throws where no thread is to be had
    state_->asking = true;
  }
  if (!state_->known.wait_until(lock, until, [&] { return !state_->asking; })) return std::nullopt;
  return state_->found;
}

}  // namespace plumbline::fetch
