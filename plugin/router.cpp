#include "plugin/router.h"

#include <array>
#include <chrono>

#include "plugin/answer.h"
#include "plugin/feedback.h"
#include "plugin/outcome.h"
#include "plugin/wire.h"

namespace plumbline {
namespace {

using http::Reply;
using http::Request;

constexpr std::string_view kServices = "/cds-services/";
constexpr std::string_view kFeedback = "/feedback";

Reply discovery(Context&, const Request&) {
  Reply reply;
  reply.body = wire::discovery();
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
Reply feedback(Context& context, const Request& request) {
  const std::size_t idLength = request.path.size() - kServices.size() - kFeedback.size();
  const hooks::Service* service = hooks::service(request.path.substr(kServices.size(), idLength));
  if (auto refused = unread(service, request)) return *std::move(refused);
  auto read = readFeedback(request.body, service->id, context.now());
  if (!read) return refusal(read.error());
  if (!context.store || !context.store->keep(*std::move(read)))
    return outcome(503, {{"transient", "feedback cannot be stored at the moment; send it again later", ""}});
  Reply reply;
  reply.body = "{}";
  return reply;
}

Reply service(Context& context, const Request& request) {
  const hooks::Service* service = hooks::service(request.path.substr(kServices.size()));
  if (auto refused = unread(service, request)) return *std::move(refused);
  const auto began = std::chrono::steady_clock::now();
  const auto inForce = context.inForce.load();
  Answered answered = answer(*service, request.body,
                             {.pack = inForce->pack,
                              .now = context.now(),
                              .grouping = inForce->grouping,
                              .audience = {&hooks::standardProfile(), &inForce->site},
                              .rollout = &inForce->rollout},
                             [](std::string_view) { return randomUuid(); });
  const auto took = std::chrono::steady_clock::now() - began;
  context.metrics.called(service->id, answered.reply.status, answered.tier, took);
  if (answered.stripped) context.metrics.stripped(service->id);
  if (context.store && answered.call) {
    answered.call->microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    context.store->keep(*std::move(answered.call));
  }
  return std::move(answered.reply);
}

Reply live(Context&, const Request&) {
  Reply reply;
  reply.body = R"({"status":"live"})";
  return reply;
}

Reply ready(Context& context, const Request&) {
  if (context.draining) return outcome(503, {{"transient", "shutting down", ""}});
  Reply reply;
  reply.body = R"({"status":"ready"})";
  return reply;
}

Reply metrics(Context& context, const Request&) {
  Reply reply;
  reply.contentType = "text/plain; version=0.0.4; charset=utf-8";
  reply.body = context.metrics.text(*context.counters, context.store ? &context.store->counters() : nullptr);
  return reply;
}

/// A row of the table. A path that ends in "/" stands for everything below it, "*" for one step between.
struct Endpoint {
  std::string_view method;
  std::string_view path;
  bool admin;
  Reply (*handle)(Context&, const Request&);
};

constexpr std::array<Endpoint, 6> kEndpoints{{
    {"GET", "/cds-services", false, discovery},
    {"POST", "/cds-services/*/feedback", false, feedback},
    {"POST", kServices, false, service},
    {"GET", "/health/live", true, live},
    {"GET", "/health/ready", true, ready},
    {"GET", "/metrics", true, metrics},
}};

bool leadsTo(const Endpoint& endpoint, std::string_view path) {
  if (const auto star = endpoint.path.find('*'); star != std::string_view::npos) {
    const std::string_view before = endpoint.path.substr(0, star), after = endpoint.path.substr(star + 1);
    return path.size() > before.size() + after.size() && path.starts_with(before) && path.ends_with(after);
  }
  return endpoint.path.ends_with('/') ? path.starts_with(endpoint.path) && path.size() > endpoint.path.size()
                                      : path == endpoint.path;
}

}  // namespace

fhir::Instant Context::now() const {
  return fixedNow ? *fixedNow : std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Reply route(Context& context, Side side, const Request& request) {
  const Endpoint* samePath = nullptr;
  for (const Endpoint& endpoint : kEndpoints) {
    if ((side == Side::Services && endpoint.admin) || (side == Side::Admin && !endpoint.admin)) continue;
    if (!leadsTo(endpoint, request.path)) continue;
    if (endpoint.method == request.method) return endpoint.handle(context, request);
    samePath = &endpoint;
  }
  if (!samePath) return outcome(404, {{"not-found", "no such endpoint", ""}});
  Reply reply = outcome(405, {{"not-supported", "use " + std::string(samePath->method), ""}});
  reply.headers.emplace_back("Allow", std::string(samePath->method));
  return reply;
}

}  // namespace plumbline
