#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/auth/authenticator.h"
#include "plugin/config.h"
#include "plugin/current.h"
#include "plugin/fhir_access.h"
#include "plugin/http/message.h"
#include "plugin/http/server.h"
#include "plugin/metrics.h"
#include "plugin/pages/assessments.h"
#include "plugin/pages/console.h"
#include "plugin/pages/pages.h"
#include "plugin/rollout.h"
#include "plugin/screen/ehrs.h"
#include "plugin/screen/sessions.h"
#include "plugin/snooze.h"
#include "plugin/store/writer.h"
#include "rules/pack.h"

namespace plumbline {

/// What may change while the service runs: a request keeps the one it began with.
struct InForce {
  rules::Pack pack;
  cards::Grouping grouping = cards::Grouping::Single;
  cards::Site site{};
  Rollout rollout{};
  SnoozeTimes snooze{};
  std::shared_ptr<auth::Authenticator> authenticator{};  ///< none: a demo, which answers anybody
  Discovery discovery = Discovery::Open;
  std::vector<std::string> corsOrigins{};
  std::shared_ptr<FhirAccess> fhir{};      ///< none: nothing is fetched, and no call is late
  std::shared_ptr<screen::Ehrs> screen{};  ///< none: the red-flag screen is launched from nowhere
  std::shared_ptr<const pages::ConsoleOptions> console{};  ///< none: there is no console
};

/// What answering needs. One for the life of the service.
struct Context {
  Current<const InForce> inForce;
  std::optional<fhir::Instant> fixedNow;  ///< --now
  std::atomic<bool> draining{false};
  Metrics metrics;
  fetch::Counters fetched;
  const http::Counters* counters = nullptr;
  pages::Files files;  ///< of the pages
  bool demo = false;   ///< whether /demo/ is served
  screen::Launches launches;
  screen::Sessions sessions;
  std::timed_mutex counting;                        ///< of the store for the console
  std::unique_ptr<pages::Assessments> assessments;  ///< none: cards link to none
  store::Writer* store = nullptr;                   ///< none: nothing is kept, and feedback is answered 503

  [[nodiscard]] fhir::Instant now() const;
};

/// Who made a call, and what was in force when it came.
struct Caller {
  std::shared_ptr<const InForce> inForce;
  const Client* client = nullptr;  ///< null: nobody is told apart
  std::string jti{};               ///< of the token

  /// The client's name, or "".
  [[nodiscard]] std::string_view name() const;
};

/// Which of the endpoints a listener answers.
enum class Side { Everything, Services, Admin };

/// Answers by THE table of endpoints, then by the pages (plugin/pages/pages.h): 401 without a good token
/// where one is needed, always in the same words; 429 to a client that calls too often or an address that
/// sends too many bad tokens; 404 for an unknown path, 405 with Allow for a known one under another method,
/// 415 for a POST that is not JSON.
http::Reply route(Context& context, Side side, const http::Request& request);

}  // namespace plumbline
