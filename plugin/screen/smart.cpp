#include "plugin/screen/smart.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "certs/base64url.h"
#include "certs/json.h"
#include "certs/jwt.h"
#include "fhir/reference.h"
#include "plugin/fetch/authorization.h"
#include "plugin/http/message.h"
#include "plugin/json_writer.h"

namespace plumbline::screen {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr long kUsualSeconds = 300;  ///< where a server does not say: as long as EHRs' tokens live

/// The types that are read for advice, and how each is asked for in scopes of both versions.
constexpr std::array kRead{"Patient",
                           "Encounter",
                           "Condition",
                           "Observation",
                           "Procedure",
                           "MedicationRequest",
                           "DiagnosticReport",
                           "ServiceRequest",
                           "Appointment",
                           "DocumentReference",
                           "QuestionnaireResponse"};
constexpr std::array kWritten{"QuestionnaireResponse", "Observation", "DocumentReference"};

std::string scopesFor(const App& app, bool v2) {
  if (!app.scopes.empty()) return app.scopes;
  std::string scopes = "launch openid fhirUser";
  for (const auto* type : kRead) {
    const bool also = std::find(kWritten.begin(), kWritten.end(), std::string_view(type)) != kWritten.end();
    const std::string name = std::string(" patient/") + type;
    if (v2) {
      scopes += name + (also ? ".crs" : ".rs");
    } else {
      scopes += name + ".read" + (also ? name + ".write" : "");
    }
  }
  return scopes;
}

int hexOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hexOf(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hexOf(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    plain += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return plain;
}

/// Whether an endpoint is at the issuer's server or at one configured beside it.
bool isHome(const fetch::Base& endpoint, const App& app) {
  const auto same = [&](const std::string& url) {
    const auto base = fetch::parseBase(url);
    return base && base->tls == endpoint.tls && base->host == endpoint.host && base->port == endpoint.port;
  };
  return same(app.issuer) ||
         std::any_of(app.authorizationServers.begin(), app.authorizationServers.end(), same);
}

bool lists(fhir::Json root, std::string_view key, std::string_view value) {
  bool found = false;
  fhir::forEach(root, key, [&](fhir::Json each) {
    std::string_view text;
    found = found || (each.get(text) == simdjson::SUCCESS && text == value);
  });
  return found;
}

long lifetimeOf(fhir::Json root) {
  std::int64_t seconds = kUsualSeconds;
  const auto sent = fhir::member(root, "expires_in");
  if (sent && sent->get(seconds) != simdjson::SUCCESS) {
    const auto text = fhir::text(root, "expires_in").value_or("");
    std::from_chars(text.data(), text.data() + text.size(), seconds);
  }
  return static_cast<long>(std::clamp<std::int64_t>(seconds, 0, 86'400));
}

/// Who the user is, by the id token.
std::string userOf(fhir::Json root) {
  const auto token = fhir::text(root, "id_token");
  const auto parts = token ? certs::splitCompact(*token) : std::nullopt;
  const auto claims = parts ? certs::readObject(parts->payload) : std::nullopt;
  const auto user = claims ? certs::text(*claims, "fhirUser") : std::nullopt;
  const auto reference = user ? fhir::parseReference(*user) : std::nullopt;
  if (!reference || !reference->type.starts_with("Practitioner")) return {};
  return std::string(reference->type).append("/").append(reference->id);
}

}  // namespace

std::string challengeOf(std::string_view verifier) {
  std::array<char, 32> digest{};
  unsigned int size = 0;
  if (EVP_Digest(verifier.data(), verifier.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                 EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("no SHA-256");
  }
  return certs::toBase64url({digest.data(), digest.size()});
}

std::string escaped(std::string_view text) {
  std::string query;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      query += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      query.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    }
  }
  return query;
}

std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  std::optional<std::string> found;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const auto middle = std::min(pair.find('='), pair.size());
    if (pair.substr(0, middle) != name) continue;
    if (found) return std::nullopt;
    found = unescaped(pair.substr(std::min(middle + 1, pair.size())));
    if (!found) return std::nullopt;
  }
  return found;
}

std::variant<Endpoints, std::string_view> readConfiguration(fhir::Json root, const App& app) {
  const auto authorization = fhir::text(root, "authorization_endpoint");
  const auto token = fhir::text(root, "token_endpoint");
  if (!authorization || !token) return "its SMART configuration names no endpoints";
  const auto browser = fetch::parseBase(*authorization), service = fetch::parseBase(*token);
  if (!browser || !service) return "its SMART configuration has an endpoint that is no plain address";
  if (!isHome(*browser, app) || !isHome(*service, app))
    return "its SMART configuration leads to a server that is not configured for it";
  if (fhir::has(root, "code_challenge_methods_supported") &&
      !lists(root, "code_challenge_methods_supported", "S256")) {
    return "its authorization server does not know S256";
  }
  const bool v1 = fhir::has(root, "capabilities") && !lists(root, "capabilities", "permission-v2");
  Endpoints endpoints{std::string(*authorization), *service, !v1, std::string(*token)};
  fhir::forEach(root, "token_endpoint_auth_signing_alg_values_supported", [&](fhir::Json each) {
    std::string_view name;
    if (each.get(name) == simdjson::SUCCESS) endpoints.signedBy.emplace_back(name);
  });
  return endpoints;
}

std::string authorizationUrl(const Endpoints& endpoints, const App& app,
                             const AuthorizationRequest& request) {
  return endpoints.authorization + "?response_type=code&client_id=" + escaped(app.clientId) +
         "&redirect_uri=" + escaped(request.redirect) + "&launch=" + escaped(request.launch) +
         "&scope=" + escaped(scopesFor(app, endpoints.v2)) + "&state=" + escaped(request.state) +
         "&aud=" + escaped(app.issuer) + "&code_challenge=" + escaped(request.challenge) +
         "&code_challenge_method=S256";
}

std::string tokenForm(const App& app, std::string_view code, std::string_view redirect,
                      std::string_view verifier) {
  std::string form = "grant_type=authorization_code&code=" + escaped(code) +
                     "&redirect_uri=" + escaped(redirect) + "&code_verifier=" + escaped(verifier);
  // With a secret the client is named by the Authorization field alone (RFC 6749, 2.3), with an assertion by
  // that (RFC 7521, 4.2).
  return app.secretFile.empty() && !app.asserts ? form + "&client_id=" + escaped(app.clientId) : form;
}

std::string assertionClaims(const App& app, const Endpoints& endpoints, std::chrono::sys_seconds now,
                            std::string_view id) {
  return jsonObject([&](JsonWriter& out) {
    out.member("iss", app.clientId);
    out.member("sub", app.clientId);
    out.member("aud", endpoints.tokenUrl);
    out.member("jti", id);
    out.member("iat", now.time_since_epoch().count());
    out.member("exp", (now + kAssertionTime).time_since_epoch().count());
  });
}

std::string assertionForm(std::string_view assertion) {
  return "&client_assertion_type=" + escaped("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
         "&client_assertion=" + std::string(assertion);
}

std::variant<Granted, std::string_view> readToken(fhir::Json root) {
  const std::string_view type = fhir::text(root, "token_type").value_or("");
  const std::string_view token = fhir::text(root, "access_token").value_or("");
  if (!http::equalsIgnoringCase(type, "Bearer") || !fetch::isBearer(token)) return "it gave no bearer token";
  const std::string_view patient = fhir::text(root, "patient").value_or("");
  if (!fhir::isId(patient)) return "it named no patient";
  const long seconds = lifetimeOf(root);
  if (seconds <= 0) return "its token is over already";
  const std::string_view encounter = fhir::text(root, "encounter").value_or("");
  return Granted{std::string(token), std::string(patient),
                 fhir::isId(encounter) ? std::string(encounter) : "", userOf(root), seconds};
}

}  // namespace plumbline::screen
