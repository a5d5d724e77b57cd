#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugin/auth/client_keys.h"
#include "plugin/auth/rate.h"
#include "plugin/auth/replay_guard.h"
#include "plugin/auth/shared_replays.h"
#include "plugin/config.h"
#include "plugin/http/message.h"

namespace plumbline::auth {

/// What became of the token of one call.
struct Verdict {
  enum class Kind {
    Taken,
    Refused,    ///< the caller is told this much and no more: 401
    Throttled,  ///< too much of it, looked at or not: 429
    Full,       ///< what was taken cannot be remembered: 503
    Unsure      ///< whether it was taken before cannot be ruled out: 503
  };
  Kind kind = Kind::Refused;
  std::string_view
      why;  ///< fixed text for logs and metrics; of Taken "", "replay-logged" or "replay-unknown-logged"
  const Client* client = nullptr;  ///< of Taken; valid as long as the authenticator
  std::string jti{};
};

/// Tells by the token of a request which client calls. Any thread; one for each configuration.
///
/// In this order, so that what is cheap keeps away what is dear, and nothing is fetched or remembered for a
/// token that could have been refused before: how many wrong signatures came from that address of late, form,
/// issuer, claims, replay, `jku` and key, then the signature, and only then the jti is recorded: with all
/// replicas where they remember together, and here. A connection that sent a good token is not counted
/// against its address, so that EHRs which keep their connections are served while somebody floods from the
/// same place. Sources: R170 to R186; T2 to T7, T16.
class Authenticator {
 public:
  /// Reads key files and begins to fetch the others; what is wrong is appended to `problems`, also a password
  /// of the replay store that cannot be read. What `before` remembers of replays, and its fetched keys, are
  /// taken over; it may be null.
  Authenticator(const Config& config, Log log, const Authenticator* before,
                std::vector<fhir::Problem>& problems);

  /// Changes what the request's connection is trusted with.
  Verdict authenticate(const http::Request& request, std::chrono::sys_seconds now);

  [[nodiscard]] const std::vector<Client>& clients() const { return clients_; }

  /// What replicas remember together; null where each does for itself.
  [[nodiscard]] SharedReplays* sharedReplays() const { return shared_.get(); }

 private:
  struct OfClient {
    const Client* client = nullptr;
    std::shared_ptr<ClientKeys> keys;
    std::shared_ptr<ReplayGuard> replays;
    std::shared_ptr<Bucket> calls;
  };

  Verdict verdict(const OfClient& own, const certs::Token& token, const http::Request& request,
                  std::chrono::sys_seconds now);
  ReplayGuard::Answer record(const OfClient& own, const certs::Token& token, std::chrono::sys_seconds until,
                             std::chrono::sys_seconds now);
  [[nodiscard]] std::vector<std::string> audiences(const Client& client, std::string_view path) const;

  const std::vector<Client> clients_;
  const std::string baseUrl_;
  const Fetching fetching_;
  Buckets refusals_;
  std::shared_ptr<SharedReplays> shared_;
  std::unordered_map<std::string, OfClient> byIssuer_;
};

/// The token of a request; nothing unless it has exactly one Authorization header, of scheme Bearer.
std::optional<std::string_view> bearerToken(const http::Request& request);

}  // namespace plumbline::auth
