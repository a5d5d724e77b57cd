#include "plugin/fetch/fetcher.h"

#include <algorithm>
#include <utility>

#include "plugin/fetch/round.h"

namespace plumbline::fetch {

Server& Fetcher::serverOf(const Base& base) {
  const std::lock_guard lock(mutex_);
  auto& server = servers_[base];
  if (!server) server = std::make_unique<Server>(base, policy_.reachable);
  return *server;
}

std::vector<Fetched> Fetcher::fetch(const Grant& grant, std::vector<Wanted> wanted, Clock::time_point until,
                                    const http::Trace* trace) {
  if (wanted.empty()) return {};
  Round round(serverOf(grant.server), policy_, grant.token, trace, inFlight_);
  auto fetched = round.run(std::move(wanted), std::min(until, Clock::now() + policy_.budget));
  for (const Fetched& each : fetched) ++counters_.searches[static_cast<std::size_t>(each.why)];
  return fetched;
}

}  // namespace plumbline::fetch
