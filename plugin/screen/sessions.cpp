#include "plugin/screen/sessions.h"

#include <algorithm>
#include <utility>

#include "plugin/secret.h"
#include "plugin/store/identity.h"
#include "plugin/uuid.h"

namespace plumbline::screen {
namespace {

template <class Map, class Value>
auto leastBy(Map& all, Value value) {
  return std::min_element(all.begin(), all.end(),
                          [&](const auto& a, const auto& b) { return value(a.second) < value(b.second); });
}

}  // namespace

Session::Session(App itsApp, Granted granted, fetch::Base server, Clock::time_point now)
    : app(std::move(itsApp)),
      patient(std::move(granted.patient)),
      encounter(std::move(granted.encounter)),
      user(std::move(granted.user)),
      grant{std::move(server), fetch::BearerToken(granted.token)},
      csrf(randomSecret()),
      ends(now + std::chrono::seconds(granted.seconds)) {
  fetch::wipe(granted.token);
}

std::string Session::nextSubmission() {
  const std::lock_guard lock(saving);
  if (submissions.size() >= kMostSubmissions) return {};
  return submissions.try_emplace(randomUuid()).first->first;
}

Launches::Turn Launches::turn(const std::string& address, Clock::time_point now) {
  if (!ofAddress_.of(address, now)->take(now)) return Turn::TooOften;
  return ofAll_.take(now) ? Turn::Given : Turn::Busy;
}

/// What is over goes; of too many, one of the address that has the most.
void Launches::makeRoom(Clock::time_point now) {
  std::erase_if(byState_, [&](const auto& each) { return each.second.until <= now; });
  if (byState_.size() < kMostLaunches) return;
  std::map<std::string_view, std::size_t> ofAddress;
  for (const auto& [state, waiting] : byState_) ++ofAddress[waiting.launch.address];
  byState_.erase(leastBy(byState_, [&](const Waiting& each) {
    return std::pair(kMostLaunches - ofAddress.at(each.launch.address), each.until);
  }));
}

void Launches::add(const std::string& state, std::string_view browser, Launch launch, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  makeRoom(now);
  byState_.insert_or_assign(state, Waiting{std::move(launch), store::sha256(browser), now + kLaunchTime});
}

std::optional<Launch> Launches::take(const std::string& state, std::string_view browser,
                                     Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = byState_.find(state);
  if (found == byState_.end()) return std::nullopt;
  Waiting waiting = std::move(found->second);
  byState_.erase(found);
  if (waiting.until <= now || browser.empty() || waiting.browser != store::sha256(browser))
    return std::nullopt;
  return std::move(waiting.launch);
}

std::size_t Launches::size() const {
  const std::lock_guard lock(mutex_);
  return byState_.size();
}

std::string Sessions::begin(std::shared_ptr<Session> session, Clock::time_point now) {
  std::string held = randomSecret();
  session->ends = std::min(session->ends, now + kLongestTime);
  const std::lock_guard lock(mutex_);
  std::erase_if(byHash_, [&](const auto& each) {
    return each.second.session->ends <= now || each.second.lastUsed + kIdleTime <= now;
  });
  if (byHash_.size() >= kMostSessions)
    byHash_.erase(leastBy(byHash_, [](const Open& each) { return each.lastUsed; }));
  byHash_.insert_or_assign(store::sha256(held), Open{std::move(session), now});
  return held;
}

std::shared_ptr<Session> Sessions::find(std::string_view held, Clock::time_point now) {
  if (held.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto found = byHash_.find(store::sha256(held));
  if (found == byHash_.end()) return nullptr;
  Open& open = found->second;
  if (open.session->ends <= now || open.lastUsed + kIdleTime <= now) {
    byHash_.erase(found);
    return nullptr;
  }
  open.lastUsed = now;
  return open.session;
}

void Sessions::end(std::string_view held) {
  const std::lock_guard lock(mutex_);
  byHash_.erase(store::sha256(held));
}

std::size_t Sessions::size() const {
  const std::lock_guard lock(mutex_);
  return byHash_.size();
}

}  // namespace plumbline::screen
