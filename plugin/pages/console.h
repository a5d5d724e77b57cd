#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plugin/config.h"
#include "plugin/fetch/fetcher.h"
#include "plugin/http/message.h"
#include "plugin/pages/pages.h"
#include "plugin/store/writer.h"

/// What the clinical safety group and IT see of a running service: how often it spoke, what clinicians did,
/// what the EHR does not tell, how far answers are brought out, and whether the service is well. Read-only,
/// and without anything of a patient: figures, names of the content and of clients, reasons of overrides.
namespace plumbline::pages {

/// What the console goes by until the configuration is read again.
struct ConsoleOptions {
  std::string secret;  ///< SHA-256 of it, in hexadecimal; empty: whoever reaches the listener may look
  report::ReviewLimits review;
  std::vector<Client> clients;
  std::optional<std::chrono::sys_seconds> certificateUntil;  ///< none: no TLS
};

/// The console that a configuration allows: none where the listener it would answer on can be reached from
/// other machines and it names no secret, which `whyNot` then says. Reported: a secret that cannot be read,
/// is shorter than 20 characters, or holds other than visible ASCII.
std::shared_ptr<ConsoleOptions> consoleOf(const Config& config, std::string& whyNot,
                                          std::vector<fhir::Problem>& problems);

/// What the console is made from. References outlive the call.
struct Console {
  const Shown& shown;
  const ConsoleOptions& options;
  const Rollout& rollout;
  const store::Writer* store;  ///< null: nothing is kept
  const fetch::Counters& fetched;
  bool ready;                  ///< whether the service takes calls
  std::timed_mutex& counting;  ///< held while the store is counted: by one request at a time
};

/// Days from `from` to `to`, both within; of one client or of all.
struct Period {
  std::chrono::sys_days from, to;
  std::optional<std::string> client;
};

/// The period that a query asks for; without one the four weeks that end with the day of `now`. What is wrong
/// with it, for a person: a day that is none, an end before the beginning, more than 366 days.
std::variant<Period, std::string> periodOf(std::string_view query, fhir::Instant now);

/// GET /console/report.json: the figures of `plumbline report` for a period, and what they are read with.
/// Where the store cannot be counted `report` is null and `problem` says why.
std::string consoleJson(const Console& console, const Period& period);

/// The answer to a request below /console/; nothing for another path. Without the secret, as the password of
/// HTTP Basic or as a Bearer token: 401. Where there is no secret: 403 unless the request names this machine
/// by a loopback name, so that no page elsewhere can have its reader's browser ask (DNS rebinding). 400 for a
/// period that is none, 405 with Allow, 503 while another request is counting. Never cached. T19.
std::optional<http::Reply> answerConsole(const Console& console, const http::Request& request);

}  // namespace plumbline::pages
