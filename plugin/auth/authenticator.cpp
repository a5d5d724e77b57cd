#include "plugin/auth/authenticator.h"

#include <utility>

#include "plugin/secret.h"

namespace plumbline::auth {
namespace {

using Kind = Verdict::Kind;
using Recorded = ReplayGuard::Answer;

Verdict refused(std::string_view why) {
  return {Kind::Refused, why};
}

bool sameKeys(const Client& a, const Client& b) {
  return a.name == b.name && a.keys == b.keys && a.keys.kind != KeySource::Kind::File;
}

}  // namespace

std::optional<std::string_view> bearerToken(const http::Request& request) {
  constexpr std::string_view kScheme = "bearer";
  std::optional<std::string_view> found;
  for (const auto& [name, value] : request.headers) {
    if (!http::equalsIgnoringCase(name, "authorization")) continue;
    if (found || value.size() <= kScheme.size() || value[kScheme.size()] != ' ' ||
        !http::equalsIgnoringCase(value.substr(0, kScheme.size()), kScheme)) {
      return std::nullopt;
    }
    const auto begin = value.find_first_not_of(' ', kScheme.size());
    if (begin == std::string_view::npos) return std::nullopt;
    found = value.substr(begin);
  }
  return found;
}

Authenticator::Authenticator(const Config& config, Log log, const Authenticator* before,
                             std::vector<fhir::Problem>& problems)
    : clients_(config.clients),
      baseUrl_(config.baseUrl),
      fetching_{config.authority, config.development, std::move(log)},
      refusals_(config.rates.refusals) {
  if (config.replayStore) {
    const bool same = before && before->shared_ && before->shared_->store() == *config.replayStore;
    shared_ = same ? before->shared_ : std::make_shared<SharedReplays>(*config.replayStore);
    const std::string& file = config.replayStore->passwordFile;
    if (!file.empty() && !secretOfFile(file))
      problems.push_back({config.file, "/replay/passwordFile", file + " cannot be read"});
  }
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    const Client& client = clients_[i];
    OfClient own{&client, nullptr, std::make_shared<ReplayGuard>(),
                 std::make_shared<Bucket>(config.rates.client)};
    const auto known = before ? before->byIssuer_.find(client.issuer) : byIssuer_.end();
    if (before && known != before->byIssuer_.end()) {
      own.replays = known->second.replays;
      const bool sameWay = before->fetching_.authority == fetching_.authority &&
                           before->fetching_.development == fetching_.development;
      if (sameWay && sameKeys(*known->second.client, client)) own.keys = known->second.keys;
    }
    if (!own.keys)
      own.keys = std::make_shared<ClientKeys>(
          client, fetching_, fhir::Problem{config.file, "/clients/" + std::to_string(i) + "/jwksFile", ""},
          problems);
    byIssuer_.emplace(client.issuer, std::move(own));
  }
}

/// What may stand as `aud`: the address that was called, that of the service for its feedback, and what the
/// client's own list has.
std::vector<std::string> Authenticator::audiences(const Client& client, std::string_view path) const {
  constexpr std::string_view kFeedback = "/feedback";
  std::vector<std::string> all = client.audiences;
  if (baseUrl_.empty()) return all;
  all.push_back(baseUrl_ + std::string(path));
  if (path.ends_with(kFeedback)) {
    path.remove_suffix(kFeedback.size());
    all.push_back(baseUrl_ + std::string(path));
  }
  return all;
}

Verdict Authenticator::authenticate(const http::Request& request, std::chrono::sys_seconds now) {
  const auto text = bearerToken(request);
  if (!text) return refused("no-token");
  if (request.peer && !request.peer->proven) {
    const auto steady = Bucket::Clock::now();
    if (refusals_.of(request.peer->address, steady)->isEmpty(steady))
      return {Kind::Throttled, "too-many-refusals"};
  }
  const auto read = certs::readToken(*text);
  if (const auto* why = std::get_if<certs::Refusal>(&read)) return refused(certs::name(*why));
  const auto& token = std::get<certs::Token>(read);
  const auto own = byIssuer_.find(token.issuer);
  if (own == byIssuer_.end()) return refused("unknown-issuer");
  return verdict(own->second, token, request, now);
}

Verdict Authenticator::verdict(const OfClient& own, const certs::Token& token, const http::Request& request,
                               std::chrono::sys_seconds now) {
  const Client& client = *own.client;
  const certs::Expected expected{now, audiences(client, request.path), client.algorithms, client.tenants};
  if (const auto why = certs::check(token, expected)) return refused(certs::name(*why));
  const bool onceOnly = client.replay == Client::Replay::Reject;
  if (onceOnly && own.replays->seen(token.id)) return refused("replay");
  const HeldKey held = own.keys->keyFor(token);
  if (!held) return refused("unknown-key");
  const auto steady = Bucket::Clock::now();
  http::Peer nobody;
  http::Peer& peer = request.peer ? *request.peer : nobody;
  const auto wrongOnes = peer.proven ? nullptr : refusals_.of(peer.address, steady);
  if (wrongOnes && !wrongOnes->take(steady)) return {Kind::Throttled, "too-many-refusals"};
  peer.proven = certs::verify(token.algorithm, *held.key, token.signedPart, token.signature);
  if (!peer.proven) return refused(certs::name(certs::Refusal::Signature));
  if (wrongOnes) wrongOnes->giveBack();
  const auto recorded = record(own, token, token.expires + expected.skew, now);
  if (onceOnly && recorded == Recorded::Seen) return refused("replay");
  if (onceOnly && recorded == Recorded::Full) return {Kind::Full, "replay-full"};
  if (onceOnly && recorded == Recorded::Unknown) return {Kind::Unsure, "replay-unknown"};
  if (!own.calls->take(steady)) return {Kind::Throttled, "too-many-calls"};
  std::string_view why;
  if (recorded == Recorded::Seen) why = "replay-logged";
  if (recorded == Recorded::Unknown) why = "replay-unknown-logged";
  return {Kind::Taken, why, &client, token.id};
}

/// A token that was taken here needs nobody else's word. One that is refused because others may have taken it
/// is not recorded here, so that it may come again.
ReplayGuard::Answer Authenticator::record(const OfClient& own, const certs::Token& token,
                                          std::chrono::sys_seconds until, std::chrono::sys_seconds now) {
  auto elsewhere = Recorded::New;
  if (shared_ && !own.replays->seen(token.id)) {
    elsewhere = shared_->record({token.issuer, token.id, token.issuedAt, until}, now);
    if (elsewhere != Recorded::New && own.client->replay == Client::Replay::Reject) return elsewhere;
  }
  const auto here = own.replays->record(token.id, until, now);
  return here == Recorded::New ? elsewhere : here;
}

}  // namespace plumbline::auth
