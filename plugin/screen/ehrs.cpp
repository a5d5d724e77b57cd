#include "plugin/screen/ehrs.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "certs/base64url.h"
#include "plugin/fhir_access.h"
#include "plugin/screen/documents.h"
#include "plugin/secret.h"

namespace plumbline::screen {
namespace {

using fetch::Base;
using fetch::Told;

/// A person waits, not an EHR that has a chart to open.
constexpr std::chrono::seconds kPatience{8};
constexpr std::size_t kAnswerBytes = 256 * 1024;
constexpr std::chrono::minutes kKnownFor{1};

/// The Authorization field of RFC 6749, 2.3.1, or nothing for a public client.
std::string basic(const App& app) {
  if (app.secretFile.empty()) return {};
  const std::string secret = secretOfFile(app.secretFile).value_or("");
  return "Authorization: Basic " + certs::toBase64(escaped(app.clientId) + ":" + escaped(secret)) + "\r\n";
}

}  // namespace

Offered offeredBy(const Told& told) {
  if (told.why != fetch::Why::None) return Offered::Unreached;
  switch (told.status) {
    case 200:
    case 201:
    case 412: return Offered::Taken;  // 412: it has more than one of it
    case 401: return Offered::Over;
    case 400:
    case 403:
    case 404:
    case 405:
    case 409:
    case 410:
    case 415:
    case 422:
    case 501: return Offered::Refused;
    default: return Offered::Unreached;
  }
}

Ehrs::Ehrs(const Config& config, std::vector<certs::SigningKey> keys, fetch::Counters& counters)
    : config_(config.screen),
      keys_(std::move(keys)),
      redirect_(config.baseUrl + "/screen/callback"),
      reachable_(fetchPolicy(config, kPatience).reachable),
      fetcher_(fetchPolicy(config, kPatience), counters) {}

const App* Ehrs::appOf(std::string_view issuer) const {
  const auto base = fetch::parseBase(issuer);
  for (const App& app : config_.apps) {
    if (base && fetch::parseBase(app.issuer) == base) return &app;
  }
  return nullptr;
}

std::string Ehrs::jwks() const {
  std::string list;
  for (const auto& key : keys_) list += (list.empty() ? "" : ",") + key.jwk();
  return R"({"keys":[)" + list + "]}";
}

const certs::SigningKey* Ehrs::keyFor(const Endpoints& endpoints) const {
  const auto& taken = endpoints.signedBy;
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& key) {
    return taken.empty() || std::find(taken.begin(), taken.end(), name(key.algorithm())) != taken.end();
  });
  return found == keys_.end() ? nullptr : &*found;
}

fetch::Server& Ehrs::serverOf(Base base) {
  base.path.clear();
  const std::lock_guard lock(mutex_);
  auto& server = servers_[base];
  if (!server) server = std::make_unique<fetch::Server>(base, reachable_);
  return *server;
}

Told Ehrs::ask(const Base& base, const std::string& firstLine, const std::string& fields,
               const std::string& body) {
  std::string request = firstLine + " HTTP/1.1\r\nHost: " + hostField(base) +
                        "\r\nAccept-Encoding: identity\r\nConnection: close\r\nUser-Agent: plumbline\r\n" +
                        fields;
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  request += "\r\n" + body;
  return fetch::single(serverOf(base), std::move(request), kAnswerBytes, fetch::Clock::now() + kPatience);
}

std::variant<Endpoints, std::string_view> Ehrs::configuration(const App& app) {
  const auto now = fetch::Clock::now();
  {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(app.issuer);
    if (known != known_.end() && now < known->second.until) return known->second.endpoints;
  }
  const Base base = *fetch::parseBase(app.issuer);
  const Told told =
      ask(base, "GET " + base.path + "/.well-known/smart-configuration", "Accept: application/json\r\n", "");
  if (told.why != fetch::Why::None) return words(told.why).phrase;
  if (told.status != 200) return "it has no SMART configuration";
  const auto document = fhir::JsonDocument::parse(told.body);
  if (!document) return "its SMART configuration is no JSON";
  auto read = readConfiguration(document->root(), app);
  if (const auto* endpoints = std::get_if<Endpoints>(&read)) {
    const std::lock_guard lock(mutex_);
    known_[app.issuer] = {*endpoints, now + kKnownFor};
  }
  return read;
}

std::variant<Granted, std::string_view> Ehrs::exchange(const Launch& launch, std::string_view code) {
  const Base& at = launch.endpoints.token;
  std::string form = tokenForm(launch.app, code, launch.redirect, launch.verifier);
  if (launch.app.asserts) {
    const auto* key = keyFor(launch.endpoints);
    if (!key) return "it takes no signature by the keys of this service";
    // The EHR's clock is the world's, whatever --now says.
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    form += assertionForm(key->token(assertionClaims(launch.app, launch.endpoints, now, randomSecret())));
  }
  Told told = ask(
      at, "POST " + at.path,
      basic(launch.app) + "Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n",
      form);
  if (told.why != fetch::Why::None) return words(told.why).phrase;
  if (told.status != 200) return "it gave no token for the code";
  const auto document = fhir::JsonDocument::parse(told.body);
  fetch::wipe(told.body);
  if (!document) return "its answer is no JSON";
  return readToken(document->root());
}

hooks::Supplement Ehrs::read(const Session& session, const hooks::HookRequest& request,
                             const hooks::Profile& client) {
  hooks::Supplement supplement;
  auto wanted = hooks::lackingQueries(request, client, session.grant.server, supplement.why);
  supplement.fetched = fetcher_.fetch(session.grant, std::move(wanted), fetch::Clock::now() + kPatience);
  for (const auto& each : supplement.fetched) supplement.why[each.key] = each.why;
  return supplement;
}

Offered Ehrs::write(const Session& session, std::string_view type, const std::string& resource,
                    std::string_view submission) {
  const Base& base = session.grant.server;
  std::string fields =
      "Accept: application/fhir+json\r\nContent-Type: application/fhir+json\r\n"
      "Prefer: return=minimal\r\nIf-None-Exist: identifier=" +
      escaped(kSubmissionSystem) + "%7C" + escaped(submission) + "\r\n";
  session.grant.token.appendField(fields);
  const Told told = ask(base, "POST " + base.path + "/" + std::string(type), fields, resource);
  fetch::wipe(fields);
  return offeredBy(told);
}

}  // namespace plumbline::screen
