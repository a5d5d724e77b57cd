#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "plugin/config.h"
#include "plugin/http/message.h"
#include "plugin/http/server.h"
#include "plugin/metrics.h"
#include "plugin/rollout.h"
#include "plugin/store/writer.h"
#include "rules/pack.h"

namespace plumbline {

/// What may change while the service runs: a request keeps the one it began with.
struct InForce {
  rules::Pack pack;
  cards::Grouping grouping = cards::Grouping::Single;
  cards::Site site{};
  Rollout rollout{};
};

/// What answering needs. One for the life of the service.
struct Context {
  std::atomic<std::shared_ptr<const InForce>> inForce;
  std::optional<fhir::Instant> fixedNow;  ///< --now
  std::atomic<bool> draining{false};
  Metrics metrics;
  const http::Counters* counters = nullptr;
  store::Writer* store = nullptr;  ///< none: nothing is kept, and feedback is answered 503

  [[nodiscard]] fhir::Instant now() const;
};

/// Which of the endpoints a listener answers.
enum class Side { Everything, Services, Admin };

/// Answers by THE table of endpoints: 404 for an unknown path, 405 with Allow for a known one under another
/// method, 415 for a POST that is not JSON.
http::Reply route(Context& context, Side side, const http::Request& request);

}  // namespace plumbline
