#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "certs/signing_key.h"
#include "plugin/config.h"
#include "plugin/fetch/fetcher.h"
#include "plugin/fetch/single.h"
#include "plugin/hooks/lacking.h"
#include "plugin/screen/sessions.h"

namespace plumbline::screen {

/// What became of a resource that the EHR was asked to take.
enum class Offered {
  Taken,     ///< or it had it already
  Refused,   ///< it takes no such thing, or not from this user
  Over,      ///< the token is good no longer
  Unreached  ///< nobody knows: it may be offered again
};
Offered offeredBy(const fetch::Told& told);

/// The EHRs that are configured, and all that is asked of them: their servers at addresses that may be
/// connected to (T1), each answer bounded in bytes and time. Any thread.
class Ehrs {
 public:
  /// `counters` outlive it. `keys`: by which its apps show who they are; the first that an EHR takes signs.
  Ehrs(const Config& config, std::vector<certs::SigningKey> keys, fetch::Counters& counters);

  /// The app whose issuer this is, however it is spelled; null where none is configured.
  [[nodiscard]] const App* appOf(std::string_view issuer) const;
  [[nodiscard]] bool empty() const { return config_.apps.empty(); }
  [[nodiscard]] const ScreenOptions& options() const { return config_; }
  /// Where an EHR sends the browser back to.
  [[nodiscard]] const std::string& redirect() const { return redirect_; }

  /// The public halves of the keys as a JWKS (RFC 7517), for EHRs to look them up.
  [[nodiscard]] std::string jwks() const;

  /// How an EHR authorizes, as it said within the last minute; or why that is not known.
  std::variant<Endpoints, std::string_view> configuration(const App& app);

  /// The token for a code; or why there is none.
  std::variant<Granted, std::string_view> exchange(const Launch& launch, std::string_view code);

  /// The chart of a session's patient, as a service would fetch it.
  hooks::Supplement read(const Session& session, const hooks::HookRequest& request,
                         const hooks::Profile& client);

  /// Offers a resource to the session's EHR; where it has one of this submission already it adds none (FHIR
  /// R4 "conditional create").
  Offered write(const Session& session, std::string_view type, const std::string& resource,
                std::string_view submission);

 private:
  struct Known {
    Endpoints endpoints;
    fetch::Clock::time_point until;
  };
  fetch::Server& serverOf(fetch::Base base);
  /// The key whose assertions the EHR takes; null: none.
  [[nodiscard]] const certs::SigningKey* keyFor(const Endpoints& endpoints) const;
  /// One request to where `base` is, with these lines behind its first.
  fetch::Told ask(const fetch::Base& base, const std::string& firstLine, const std::string& fields,
                  const std::string& body);

  const ScreenOptions config_;
  const std::vector<certs::SigningKey> keys_;
  const std::string redirect_;
  const fetch::Reachable reachable_;
  fetch::Fetcher fetcher_;
  std::mutex mutex_;
  std::map<fetch::Base, std::unique_ptr<fetch::Server>> servers_;  // mutex_; as many as are configured
  std::map<std::string, Known> known_;                             // mutex_; by issuer
};

}  // namespace plumbline::screen
