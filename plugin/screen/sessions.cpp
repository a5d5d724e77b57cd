#include "plugin/screen/sessions.h"

#include <algorithm>
#include <utility>

#include "plugin/store/identity.h"
#include "plugin/uuid.h"

namespace plumbline::screen {
namespace {

/// Makes room for one more: what is over goes, and of too many the one of the earliest time.
template <class Map, class Over, class Time>
void makeRoom(Map& all, std::size_t most, Over over, Time time) {
  std::erase_if(all, [&](const auto& each) { return over(each.second); });
  if (all.size() < most) return;
  all.erase(std::min_element(all.begin(), all.end(),
                             [&](const auto& a, const auto& b) { return time(a.second) < time(b.second); }));
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

void Launches::add(const std::string& state, std::string_view browser, Launch launch, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  makeRoom(
      byState_, kMostLaunches, [&](const Waiting& each) { return each.until <= now; },
      [](const Waiting& each) { return each.until; });
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
  makeRoom(
      byHash_, kMostSessions,
      [&](const Open& each) { return each.session->ends <= now || each.lastUsed + kIdleTime <= now; },
      [](const Open& each) { return each.lastUsed; });
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
