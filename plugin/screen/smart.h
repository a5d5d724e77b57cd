#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fhir/json.h"
#include "plugin/fetch/url.h"

/// What SMART App Launch 2 asks of an app that is launched from an EHR; pure. Where the screen goes further:
/// state and code verifier are never longer in use than one launch, and no token leaves this service.
/// Source: HL7 SMART App Launch 2.0 "EHR Launch"; RFC 7636; RFC 9207.
namespace plumbline::screen {

/// An EHR from which the screen may be launched, as configured.
struct App {
  std::string client;      ///< of the configured clients: for whose calls the answers count
  std::string profile;     ///< of that client
  std::string issuer;      ///< the base address of its FHIR server, without a slash at the end
  std::string clientId;    ///< by which its authorization server knows this app
  std::string secretFile;  ///< holds the app's secret; empty: a public client
  std::vector<std::string> authorizationServers;  ///< https://host[:port] beside the issuer's own
  std::string scopes;                             ///< empty: what the screen needs
  bool asserts = false;                           ///< shows who it is by a signed assertion (private_key_jwt)

  friend bool operator==(const App&, const App&) = default;
};

/// The S256 code challenge of a verifier.
std::string challengeOf(std::string_view verifier);

/// `text` with all but unreserved characters escaped, as a query or a form carries it.
std::string escaped(std::string_view text);

/// The value of a query's parameter, unescaped. Nothing where it is missing, there twice or badly escaped.
std::optional<std::string> parameter(std::string_view query, std::string_view name);

/// Where an EHR authorizes, as its SMART configuration says it.
struct Endpoints {
  std::string authorization;  ///< an address for the browser
  fetch::Base token;          ///< for this service; its path is the endpoint's
  bool v2 = true;             ///< scopes of SMART 2
  std::string tokenUrl{};     ///< the token endpoint as the EHR writes it: the audience of an assertion
  std::vector<std::string> signedBy{};  ///< algorithms it takes assertions by; empty: it does not say
};

/// Reads /.well-known/smart-configuration. Why it is not used: an endpoint is missing, or is at a server
/// other than the issuer's or those configured for it (T20); S256 is not among the methods it lists.
std::variant<Endpoints, std::string_view> readConfiguration(fhir::Json root, const App& app);

/// What a browser is sent with to the EHR.
struct AuthorizationRequest {
  std::string redirect, launch, state, challenge;
};
std::string authorizationUrl(const Endpoints& endpoints, const App& app, const AuthorizationRequest& request);

/// The form by which a code becomes a token.
std::string tokenForm(const App& app, std::string_view code, std::string_view redirect,
                      std::string_view verifier);

/// For how long an assertion is good; at most 5 minutes. Source: SMART App Launch 2.0 "Client Authentication:
/// Asymmetric", as all of this.
inline constexpr std::chrono::minutes kAssertionTime{4};

/// The claims by which the app shows a token endpoint, and no other, who it is; `id`: never used before.
std::string assertionClaims(const App& app, const Endpoints& endpoints, std::chrono::sys_seconds now,
                            std::string_view id);

/// What a token form carries behind the rest.
std::string assertionForm(std::string_view assertion);

/// What the EHR grants: a token for one patient.
struct Granted {
  std::string token;
  std::string patient, encounter;  ///< bare FHIR ids; no encounter: empty
  std::string user;                ///< a reference of the id token; empty: none that can be read
  long seconds = 0;                ///< for which the token is good
};

/// Reads a token response. Why it is not used: no bearer token, or one a header may not carry; no patient, or
/// one that is no FHIR id; over already. The id token is not verified: it came over TLS from the EHR itself,
/// and what it says is written back there as the author and nothing more (OpenID Connect Core 3.1.3.7, 6).
std::variant<Granted, std::string_view> readToken(fhir::Json root);

}  // namespace plumbline::screen
