#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "plugin/fetch/fetcher.h"
#include "plugin/http/server.h"
#include "plugin/store/writer.h"
#include "rules/tier.h"

namespace plumbline {

/// What the service counts. No label ever comes from a request: services are of the table, tiers and statuses
/// of their lists. Any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void called(std::string_view serviceId, int status, rules::Tier tier, std::chrono::nanoseconds took);
  /// A call that the client had stripped of all data.
  void stripped(std::string_view serviceId);
  /// A token that was not taken, or taken though it had come before; `why` is of auth::Verdict.
  void refused(std::string_view why);
  /// Whether the store that replicas share could be relied on when it was last asked.
  void replayStore(bool up);
  void loaded(const std::string& packVersion, const std::string& packDigest);

  /// Prometheus text format 0.0.4, with the counters of `server` and, where there are any, of the store and
  /// of what was fetched as they are now.
  [[nodiscard]] std::string text(const http::Counters& server, const store::StoreCounters* store = nullptr,
                                 const fetch::Counters* fetched = nullptr) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace plumbline
