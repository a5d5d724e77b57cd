#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/json.h"
#include "plugin/fetch/authorization.h"
#include "plugin/fetch/search.h"
#include "plugin/fetch/server.h"
#include "plugin/fetch/why.h"
#include "plugin/http/trace.h"

namespace plumbline::fetch {

/// Something to ask a server for.
struct Wanted {
  std::string_view key;   ///< the prefetch key it answers
  std::string target;     ///< path and query on the server
  std::string_view type;  ///< the resource type of the answer: Bundle, of a search
  bool further = false;   ///< the first page came with the request, and this is the next
};

/// What became of it.
struct Fetched {
  std::string_view key;
  std::vector<fhir::JsonDocument> pages;  ///< in order; each is of the type that was wanted
  Why why = Why::None;                    ///< when not None: what came in place of the page behind `pages`
};

struct Policy {
  Reachable reachable;
  std::chrono::milliseconds budget{350};  ///< for all that one request lacks
  PageLimits pages;
  std::size_t bytes = 16 * 1024 * 1024;             ///< all answers to one request
  std::uint64_t bytesInFlight = 256 * 1024 * 1024;  ///< answers being received for all requests
};

/// For metrics.
struct Counters {
  std::array<std::atomic<std::uint64_t>, kWhys> searches{};  ///< by what became of them
  std::atomic<std::uint64_t> notListed{0};                   ///< requests that named a server not listed
};

/// Asks FHIR servers, each query of a request at the same time, for as long as the budget lasts. Any thread.
///
/// GET only. The token goes to the granted server and nowhere else: redirects are not followed, and a further
/// page is asked for only below the server's base (url.h). Answers are refused that are compressed, too
/// large, not JSON or of another type (response.h). A server that answers nothing for a while is left alone
/// (breaker.h). R048, R097, T1, T8, T14, T16.
class Fetcher {
 public:
  /// `counters` outlive it.
  Fetcher(const Policy& policy, Counters& counters) : policy_(policy), counters_(counters) {}

  /// Asks the server of `grant`, until the budget ends or `until`. One answer for each of `wanted`, in order.
  /// Each request tells of `trace` (http/trace.h), where there is one.
  std::vector<Fetched> fetch(const Grant& grant, std::vector<Wanted> wanted, Clock::time_point until,
                             const http::Trace* trace = nullptr);

  /// Counts a request that named a server not listed.
  void refuseServer() { ++counters_.notListed; }

 private:
  Server& serverOf(const Base& base);

  const Policy policy_;
  Counters& counters_;
  std::atomic<std::uint64_t> inFlight_{0};
  std::mutex mutex_;
  std::map<Base, std::unique_ptr<Server>> servers_;  // mutex_; as many as are listed
};

}  // namespace plumbline::fetch
