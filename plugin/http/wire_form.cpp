#include "plugin/http/wire_form.h"

#include <algorithm>
#include <iterator>

namespace plumbline::http {
namespace {

struct Status {
  int code;
  std::string_view reason;
  /// FHIR issue type, for those this edge answers itself.
  std::string_view issue;
};
constexpr Status kStatuses[] = {
    {200, "OK", ""},
    {201, "Created", ""},
    {204, "No Content", ""},
    {303, "See Other", ""},
    {304, "Not Modified", ""},
    {307, "Temporary Redirect", ""},
    {400, "Bad Request", "invalid"},
    {401, "Unauthorized", "login"},
    {403, "Forbidden", "forbidden"},
    {404, "Not Found", "not-found"},
    {405, "Method Not Allowed", "not-supported"},
    {408, "Request Timeout", "timeout"},
    {409, "Conflict", "conflict"},
    {411, "Length Required", "required"},
    {412, "Precondition Failed", "incomplete"},
    {413, "Content Too Large", "too-long"},
    {414, "URI Too Long", "too-long"},
    {415, "Unsupported Media Type", "not-supported"},
    {417, "Expectation Failed", "not-supported"},
    {422, "Unprocessable Content", "processing"},
    {429, "Too Many Requests", "throttled"},
    {431, "Request Header Fields Too Large", "too-long"},
    {500, "Internal Server Error", "exception"},
    {501, "Not Implemented", "not-supported"},
    {502, "Bad Gateway", "transient"},
    {503, "Service Unavailable", "transient"},
    {504, "Gateway Timeout", "timeout"},
    {505, "HTTP Version Not Supported", "not-supported"},
};

Status statusOf(int code) {
  const auto* found = std::find_if(std::begin(kStatuses), std::end(kStatuses),
                                   [&](const Status& s) { return s.code == code; });
  return found == std::end(kStatuses) ? Status{code, "", "processing"} : *found;
}

void appendField(std::string& wire, std::string_view name, std::string_view value) {
  wire.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string wireForm(const Reply& reply, std::string_view id, bool keepAlive, Body body) {
  const bool bodiless = reply.status == 204 || reply.status == 304;
  std::string wire;
  wire.reserve(512 + reply.body.size());
  wire.append("HTTP/1.1 ").append(std::to_string(reply.status)).append(" ");
  wire.append(statusOf(reply.status).reason).append("\r\n");
  if (!bodiless) {
    if (!reply.contentType.empty()) appendField(wire, "Content-Type", reply.contentType);
    appendField(wire, "Content-Length", std::to_string(reply.body.size()));
  }
  bool cached = false;
  for (const auto& [name, value] : reply.headers) {
    cached = cached || equalsIgnoringCase(name, "Cache-Control");
    appendField(wire, name, value);
  }
  if (!cached) appendField(wire, "Cache-Control", "no-store");
  appendField(wire, "X-Content-Type-Options", "nosniff");
  appendField(wire, "X-Request-Id", id);
  // 1.0 clients that asked for it have to be told that the connection stays.
  appendField(wire, "Connection", keepAlive ? "keep-alive" : "close");
  wire.append("\r\n");
  if (!bodiless && body == Body::Sent) wire.append(reply.body);
  return wire;
}

Reply refusal(int status, std::string_view detail) {
  Reply reply;
  reply.status = status;
  reply.contentType = "application/fhir+json";
  reply.body.append(R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")");
  reply.body.append(statusOf(status).issue).append(R"(","diagnostics":")").append(detail).append(R"("}]})");
  if (status == 503) reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

}  // namespace plumbline::http
