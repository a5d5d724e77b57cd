#include "plugin/pages/console.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <map>

#include "certs/base64url.h"
#include "certs/certificate.h"
#include "plugin/outcome.h"
#include "plugin/pages/frame.h"
#include "plugin/secret.h"
#include "plugin/store/identity.h"

namespace plumbline::pages {
namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kShortestSecret = 20;
constexpr std::chrono::days kUsual{28}, kLongest{366};
constexpr std::chrono::seconds kPatience{5};

/// The secret of a request, however it is sent; empty without one.
std::string secretOf(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ", kBasic = "Basic ";
  const std::string_view sent = request.header("Authorization").value_or(std::string_view{});
  const auto is = [&](std::string_view scheme) {
    return http::equalsIgnoringCase(sent.substr(0, scheme.size()), scheme);
  };
  if (is(kBearer)) return std::string(sent.substr(kBearer.size()));
  if (!is(kBasic)) return "";
  std::string letters(sent.substr(kBasic.size()));
  letters.erase(letters.find_last_not_of('=') + 1);
  std::replace(letters.begin(), letters.end(), '+', '-');
  std::replace(letters.begin(), letters.end(), '/', '_');
  const auto pair = certs::fromBase64url(letters);
  const auto colon = pair ? pair->find(':') : std::string::npos;
  return colon == std::string::npos ? "" : pair->substr(colon + 1);
}

bool knows(const Request& request, const std::string& secret) {
  return isSameSecret(store::sha256(secretOf(request)), secret);
}

/// Whether the request was sent to an address that means this machine wherever it is resolved.
bool namesThisMachine(const Request& request) {
  std::string_view host = request.header("Host").value_or(std::string_view{});
  if (host.starts_with('[')) return isLoopback(std::string(host.substr(1, host.find(']') - 1)));
  return isLoopback(std::string(host.substr(0, host.find(':'))));
}

std::optional<Reply> unheard(const ConsoleOptions& options, const Request& request) {
  if (options.secret.empty()) {
    if (namesThisMachine(request)) return std::nullopt;
    return outcome(403,
                   {{"forbidden",
                     "without a login the console answers to a loopback address only, such as localhost; "
                     "console.tokenFile in the configuration names a secret",
                     ""}});
  }
  if (knows(request, options.secret)) return std::nullopt;
  Reply reply = outcome(401, {{"login", "the secret of the console is required", ""}});
  reply.headers.emplace_back("WWW-Authenticate", R"(Basic realm="Plumbline console", charset="UTF-8")");
  return reply;
}

/// "2026-11-23", strictly.
std::optional<std::chrono::sys_days> dayOf(std::string_view text) {
  const auto day = text.size() == sizeof("2026-11-23") - 1 ? fhir::parseDate(text) : std::nullopt;
  return day ? std::optional(std::chrono::floor<std::chrono::days>(day->earliest)) : std::nullopt;
}

Reply neverKept(Reply reply) {
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

Reply reportFor(const Console& console, const Request& request) {
  const auto asked = periodOf(request.query, console.shown.now);
  if (const auto* const wrong = std::get_if<std::string>(&asked))
    return outcome(400, {{"value", *wrong, ""}});
  const std::unique_lock turn(console.counting, kPatience);
  if (!turn) return outcome(503, {{"throttled", "another report is being counted; try again later", ""}});
  Reply reply;
  reply.body = consoleJson(console, std::get<Period>(asked));
  return reply;
}

Reply get(const Console& console, const Request& request) {
  if (request.path == "/console") {
    Reply reply;
    reply.status = 307;
    reply.headers = {{"Location", "/console/"}};
    return reply;
  }
  if (request.path == "/console/report.json") return reportFor(console, request);
  Reply reply;
  if (auto whole = filePage(console.shown, request.path)) {
    reply.contentType = typeOf(".html");
    reply.body = *std::move(whole);
    return reply;
  }
  const auto file = console.shown.files.find(request.path.substr(1));
  if (file == console.shown.files.end() || file->first.ends_with(".html"))
    return outcome(404, {{"not-found", "no such page", ""}});
  reply.contentType = typeOf(file->first);
  reply.body = file->second;
  return reply;
}

}  // namespace

std::shared_ptr<ConsoleOptions> consoleOf(const Config& config, std::string& whyNot,
                                          std::vector<fhir::Problem>& problems) {
  auto options = std::make_shared<ConsoleOptions>();
  options->review = config.review;
  options->clients = config.clients;
  if (config.listen.tls) {
    const auto until = certs::expiries(config.listen.tls->certificate);
    if (!until.empty()) options->certificateUntil = until.front();
  }
  const Listen& listen = config.admin ? *config.admin : config.listen;
  if (config.consoleToken.empty()) {
    if (isLoopback(listen)) return options;
    whyNot = "its listener can be reached from other machines, and console.tokenFile names no secret";
    return nullptr;
  }
  const auto held = secretOfFile(config.consoleToken);
  const std::string secret = held.value_or("");
  const bool visible = std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!held) {
    problems.push_back({config.file, "/console/tokenFile", config.consoleToken + " cannot be read"});
  } else if (secret.size() < kShortestSecret || !visible) {
    problems.push_back({config.file, "/console/tokenFile",
                        config.consoleToken +
                            " is no secret of at least 20 characters without blanks; openssl "
                            "rand -hex 32 makes one"});
  }
  options->secret = store::sha256(secret);
  return options;
}

std::variant<Period, std::string> periodOf(std::string_view query, fhir::Instant now) {
  std::map<std::string, std::string> asked;
  try {
    for (const auto& [name, value] : Poco::URI("/?" + std::string(query)).getQueryParameters())
      asked[name] = value;
  } catch (const Poco::Exception&) {
    return "the query is badly escaped";
  }
  const auto day = [&](const char* name, std::chrono::sys_days otherwise) {
    const auto given = asked.find(name);
    return given == asked.end() ? std::optional(otherwise) : dayOf(given->second);
  };
  const auto to = day("to", std::chrono::floor<std::chrono::days>(now));
  if (!to) return "`to` is no day; one is like 2026-11-23";
  const auto from = day("from", *to - kUsual + std::chrono::days(1));
  if (!from) return "`from` is no day; one is like 2026-11-23";
  if (*to < *from) return "the period ends before it begins";
  if (*to - *from >= kLongest) return "the period is longer than 366 days";
  Period period{*from, *to, std::nullopt};
  if (const auto client = asked.find("client"); client != asked.end()) period.client = client->second;
  return period;
}

std::optional<Reply> answerConsole(const Console& console, const Request& request) {
  if (request.path != "/console" && !request.path.starts_with("/console/")) return std::nullopt;
  if (auto refused = unheard(console.options, request)) return neverKept(*std::move(refused));
  if (request.method != "GET") return neverKept(useInstead("GET"));
  Reply reply = get(console, request);
  for (auto& header : securityHeaders({})) reply.headers.push_back(std::move(header));
  return neverKept(std::move(reply));
}

}  // namespace plumbline::pages
