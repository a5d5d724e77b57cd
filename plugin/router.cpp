#include "plugin/router.h"

#include <array>
#include <chrono>

#include "plugin/answer.h"
#include "plugin/auth/cors.h"
#include "plugin/feedback.h"
#include "plugin/outcome.h"
#include "plugin/screen/kept.h"
#include "plugin/screen/screen.h"
#include "plugin/wire.h"

namespace plumbline {
namespace {

using http::Reply;
using http::Request;

constexpr std::string_view kServices = "/cds-services/";
constexpr std::string_view kFeedback = "/feedback";

const hooks::Profile& profileOf(const Caller& caller) {
  const auto* named = caller.client ? hooks::profile(caller.client->profile) : nullptr;
  return named ? *named : hooks::standardProfile();
}

Reply discovery(Context&, const Request&, const Caller& caller) {
  Reply reply;
  reply.body = wire::discovery(profileOf(caller));
  return reply;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// JSON by either of its two names, in UTF-8 or without a word about it; other parameters mean nothing here.
bool isJson(std::string_view mediaType) {
  const std::string_view type = trimmed(mediaType.substr(0, mediaType.find(';')));
  if (!http::equalsIgnoringCase(type, "application/json") &&
      !http::equalsIgnoringCase(type, "application/fhir+json")) {
    return false;
  }
  constexpr std::string_view kCharset = "charset=";
  for (auto at = mediaType.find(';'); at != std::string_view::npos; at = mediaType.find(';')) {
    mediaType.remove_prefix(at + 1);
    std::string_view parameter = trimmed(mediaType.substr(0, mediaType.find(';')));
    if (!http::equalsIgnoringCase(parameter.substr(0, kCharset.size()), kCharset)) continue;
    parameter.remove_prefix(kCharset.size());
    if (!http::equalsIgnoringCase(parameter, "utf-8") && !http::equalsIgnoringCase(parameter, "\"utf-8\""))
      return false;
  }
  return true;
}

/// Why a POST to `service` is not even read; nothing when it is.
std::optional<Reply> unread(const hooks::Service* service, const Request& request) {
  if (!service) return outcome(404, {{"not-found", "no such service", ""}});
  if (isJson(request.header("Content-Type").value_or(std::string_view{}))) return std::nullopt;
  return outcome(415, {{"not-supported",
                        "Content-Type must be application/json or application/fhir+json in UTF-8", ""}});
}

/// 200 only when it is on disk. Whether a card is known is not told: its identifier may be a guess.
Reply feedback(Context& context, const Request& request, const Caller& caller) {
  const std::size_t idLength = request.path.size() - kServices.size() - kFeedback.size();
  const hooks::Service* service = hooks::service(request.path.substr(kServices.size(), idLength));
  if (auto refused = unread(service, request)) return *std::move(refused);
  auto entries = readFeedback(request.body, service->id, context.now());
  if (!entries) return refusal(entries.error());
  auto read = *std::move(entries);
  for (auto& each : read) {
    each.client = caller.name();
    each.issuer = caller.client ? caller.client->issuer : "";
    each.jti = caller.jti;
  }
  if (!context.store || !context.store->keep(std::move(read)))
    return outcome(503, {{"transient", "feedback cannot be stored at the moment; send it again later", ""}});
  Reply reply;
  reply.body = "{}";
  return reply;
}

Reply service(Context& context, const Request& request, const Caller& caller) {
  const hooks::Service* service = hooks::service(request.path.substr(kServices.size()));
  if (auto refused = unread(service, request)) return *std::move(refused);
  const auto began = std::chrono::steady_clock::now();
  const InForce& inForce = *caller.inForce;
  const fhir::Instant now = context.now();
  Terms terms{.pack = inForce.pack,
              .now = now,
              .grouping = inForce.grouping,
              .audience = {&profileOf(caller), &inForce.site},
              .client = caller.name(),
              .rollout = &inForce.rollout};
  if (inForce.fhir) terms.access = inForce.fhir->of(caller.name(), began);
  terms.access.trace = &request.trace;
  if (context.store) {
    terms.heldBack = [&](const cards::Card& card, std::string_view patient) {
      return heldBack(*context.store, inForce.pack, inForce.snooze, std::string(caller.name()), patient, card,
                      now);
    };
    terms.screens = [&](std::string_view patient) {
      return screen::keptFor(*context.store, inForce.pack, std::string(caller.name()), patient, now);
    };
  }
  const auto life = inForce.site.explanationLife;
  if (context.assessments && life.count() != 0) {
    terms.explained = [&](const Explanation& why) {
      return context.assessments->keep(asJson(why), now, now + life);
    };
  }
  Answered answered = answer(*service, request.body, terms, [](std::string_view) { return randomUuid(); });
  const auto took = std::chrono::steady_clock::now() - began;
  context.metrics.called(service->id, answered.reply.status, answered.tier, took);
  if (answered.stripped) context.metrics.stripped(service->id);
  if (context.store && answered.call) {
    answered.call->issuer = caller.client ? caller.client->issuer : "";
    answered.call->jti = caller.jti;
    answered.call->microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    context.store->keep(*std::move(answered.call));
  }
  return std::move(answered.reply);
}

Reply live(Context&, const Request&, const Caller&) {
  Reply reply;
  reply.body = R"({"status":"live"})";
  return reply;
}

Reply ready(Context& context, const Request&, const Caller&) {
  if (context.draining) return outcome(503, {{"transient", "shutting down", ""}});
  Reply reply;
  reply.body = R"({"status":"ready"})";
  return reply;
}

Reply metrics(Context& context, const Request&, const Caller& caller) {
  const auto& authenticator = caller.inForce->authenticator;
  const auth::SharedReplays* replays = authenticator ? authenticator->sharedReplays() : nullptr;
  if (replays) context.metrics.replayStore(replays->up());
  Reply reply;
  reply.contentType = "text/plain; version=0.0.4; charset=utf-8";
  reply.body = context.metrics.text(*context.counters, context.store ? &context.store->counters() : nullptr,
                                    &context.fetched);
  return reply;
}

/// Who may ask.
enum class Need {
  Nothing,
  Discovery,  ///< a token where `auth.discovery` says so
  Token
};

/// A row of the table. A path that ends in "/" stands for everything below it, "*" for one step between.
struct Endpoint {
  std::string_view method;
  std::string_view path;
  bool admin;
  Need need;
  Reply (*handle)(Context&, const Request&, const Caller&);
};

constexpr std::array<Endpoint, 6> kEndpoints{{
    {"GET", "/cds-services", false, Need::Discovery, discovery},
    {"POST", "/cds-services/*/feedback", false, Need::Token, feedback},
    {"POST", kServices, false, Need::Token, service},
    {"GET", "/health/live", true, Need::Nothing, live},
    {"GET", "/health/ready", true, Need::Nothing, ready},
    {"GET", "/metrics", true, Need::Nothing, metrics},
}};

bool leadsTo(const Endpoint& endpoint, std::string_view path) {
  if (const auto star = endpoint.path.find('*'); star != std::string_view::npos) {
    const std::string_view before = endpoint.path.substr(0, star), after = endpoint.path.substr(star + 1);
    return path.size() > before.size() + after.size() && path.starts_with(before) && path.ends_with(after);
  }
  return endpoint.path.ends_with('/') ? path.starts_with(endpoint.path) && path.size() > endpoint.path.size()
                                      : path == endpoint.path;
}

/// One body and one set of headers for every reason: who tries tokens out learns nothing from them.
Reply unauthorised() {
  Reply reply = outcome(401, {{"login", "a valid token is required", ""}});
  reply.headers.emplace_back("WWW-Authenticate", "Bearer");
  return reply;
}

Reply throttled() {
  Reply reply = outcome(429, {{"throttled", "too many calls; try again later", ""}});
  reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

/// Not 401: the token may be good, and its caller learns that the fault is here.
Reply unsure() {
  return outcome(
      503, {{"transient",
             "replay of the token cannot be ruled out at the moment; call again later with a new one", ""}});
}

/// Why the caller is not heard; nothing when it is, and then `caller` says who it is.
std::optional<Reply> unheard(Context& context, Need need, const Request& request, Caller& caller) {
  const InForce& inForce = *caller.inForce;
  const bool open =
      need == Need::Nothing || (need == Need::Discovery && inForce.discovery == Discovery::Open);
  if (open || !inForce.authenticator) return std::nullopt;
  auto verdict = inForce.authenticator->authenticate(request, context.now());
  if (!verdict.why.empty()) context.metrics.refused(verdict.why);
  switch (verdict.kind) {
    case auth::Verdict::Kind::Taken: break;
    case auth::Verdict::Kind::Refused: return unauthorised();
    case auth::Verdict::Kind::Throttled: return throttled();
    case auth::Verdict::Kind::Unsure: return unsure();
    case auth::Verdict::Kind::Full: return outcome(503, {{"transient", "too many tokens at one time", ""}});
  }
  caller.client = verdict.client;
  caller.jti = std::move(verdict.jti);
  return std::nullopt;
}

/// The pages: of content where services are, and the console where the administration is. A console has the
/// pages of content beside it.
std::optional<Reply> page(Context& context, Side side, const Request& request, const InForce& inForce) {
  const bool demo = context.demo && side != Side::Admin;
  const bool console = inForce.console && (context.demo || side == Side::Admin);
  const bool services = side != Side::Admin;
  if (services) {
    if (auto reply = screen::answer(context, inForce, request)) return reply;
  }
  const pages::Shown shown{context.files,
                           inForce.pack,
                           context.now(),
                           demo,
                           services && screen::isServed(context, inForce),
                           inForce.screen ? &inForce.screen->options().frameAncestors : nullptr,
                           console};
  if (console) {
    auto reply = pages::answerConsole({shown, *inForce.console, inForce.rollout, context.store,
                                       context.fetched, !context.draining, context.counting},
                                      request);
    if (reply && reply->status == 401) context.metrics.refused("console");
    if (reply) return reply;
  }
  if (!services && !console) return std::nullopt;
  if (services) {
    const bool shows = inForce.site.explanationLife.count() != 0;
    auto reply = pages::answerAssessment(shown, shows ? context.assessments.get() : nullptr, request);
    if (reply) return reply;
  }
  return pages::answer(shown, request);
}

Reply answered(Context& context, Side side, const Request& request, Caller& caller) {
  const Endpoint* samePath = nullptr;
  for (const Endpoint& endpoint : kEndpoints) {
    if ((side == Side::Services && endpoint.admin) || (side == Side::Admin && !endpoint.admin)) continue;
    if (!leadsTo(endpoint, request.path)) continue;
    if (endpoint.method == request.method) {
      if (auto refused = unheard(context, endpoint.need, request, caller)) return *std::move(refused);
      return endpoint.handle(context, request, caller);
    }
    samePath = &endpoint;
  }
  if (!samePath) {
    if (auto reply = page(context, side, request, *caller.inForce)) return *std::move(reply);
  }
  if (!samePath) return outcome(404, {{"not-found", "no such endpoint", ""}});
  if (auto reply = auth::preflight(request, caller.inForce->corsOrigins)) return *std::move(reply);
  return useInstead(samePath->method);
}

}  // namespace

std::string_view Caller::name() const {
  return client ? std::string_view(client->name) : std::string_view();
}

fhir::Instant Context::now() const {
  return fixedNow ? *fixedNow : std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Reply route(Context& context, Side side, const Request& request) {
  Caller caller{context.inForce.load()};
  Reply reply = answered(context, side, request, caller);
  if (side != Side::Admin) auth::allowOrigin(request, caller.inForce->corsOrigins, reply);
  return reply;
}

}  // namespace plumbline
