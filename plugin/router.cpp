#include "plugin/router.h"

#include <array>
#include <chrono>

#include "plugin/answer.h"
#include "plugin/outcome.h"
#include "plugin/wire.h"

namespace plumbline {
namespace {

using http::Reply;
using http::Request;

constexpr std::string_view kServices = "/cds-services/";

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

Reply service(Context& context, const Request& request) {
  const hooks::Service* service = hooks::service(request.path.substr(kServices.size()));
  if (!service) return outcome(404, {{"not-found", "no such service", ""}});
  if (!isJson(request.header("Content-Type").value_or(std::string_view{}))) {
    return outcome(415, {{"not-supported",
                          "Content-Type must be application/json or application/fhir+json in UTF-8", ""}});
  }
  const auto began = std::chrono::steady_clock::now();
  const auto inForce = context.inForce.load();
  Answered answered =
      answer(*service, request.body, inForce->pack, context.now(), inForce->grouping,
             [](std::string_view) { return randomUuid(); }, {&hooks::standardProfile(), &inForce->site});
  context.metrics.called(service->id, answered.reply.status, answered.tier,
                         std::chrono::steady_clock::now() - began);
  if (answered.stripped) context.metrics.stripped(service->id);
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
  reply.body = context.metrics.text(*context.counters);
  return reply;
}

/// A row of the table. A path that ends in "/" stands for everything below it.
struct Endpoint {
  std::string_view method;
  std::string_view path;
  bool admin;
  Reply (*handle)(Context&, const Request&);
};

constexpr std::array<Endpoint, 5> kEndpoints{{
    {"GET", "/cds-services", false, discovery},
    {"POST", kServices, false, service},
    {"GET", "/health/live", true, live},
    {"GET", "/health/ready", true, ready},
    {"GET", "/metrics", true, metrics},
}};

bool leadsTo(const Endpoint& endpoint, std::string_view path) {
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
