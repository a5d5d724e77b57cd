// Whatever an EHR's SMART configuration, its token response and a browser's query say: nobody is sent, and no
// code goes, to a server that is not configured; a token is one header line for one patient; a parameter has
// one value, which comes back as it was escaped.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "fhir/reference.h"
#include "plugin/fetch/authorization.h"
#include "plugin/screen/smart.h"
#include "tests/fuzz/require.h"

namespace {

using namespace plumbline;

const screen::App& app() {
  static const screen::App known{.client = "ehr",
                                 .profile = "spec",
                                 .issuer = "https://ehr.example/r4",
                                 .clientId = "plumbline",
                                 .secretFile = "",
                                 .authorizationServers = {"https://login.example:8443"},
                                 .scopes = ""};
  return known;
}

void asConfiguration(fhir::Json document) {
  const auto read = screen::readConfiguration(document, app());
  const auto* endpoints = std::get_if<screen::Endpoints>(&read);
  if (!endpoints) return;
  require(endpoints->token.tls &&
          (endpoints->token.host == "ehr.example" || endpoints->token.host == "login.example"));
  const std::string url = screen::authorizationUrl(*endpoints, app(), {"https://p.example/s", "l", "s", "c"});
  const auto browser = fetch::parseBase(url.substr(0, url.find('?')));
  require(browser && browser->tls && (browser->host == "ehr.example" || browser->host == "login.example"));
  for (const char c : url) require(c > ' ' && c < 0x7f);
}

void asToken(fhir::Json document) {
  const auto read = screen::readToken(document);
  const auto* granted = std::get_if<screen::Granted>(&read);
  if (!granted) return;
  require(fetch::isBearer(granted->token) && granted->token.find_first_of(" \r\n,;") == std::string::npos);
  require(fhir::isId(granted->patient) && (granted->encounter.empty() || fhir::isId(granted->encounter)));
  require(granted->seconds > 0 && granted->seconds <= 86'400);
  require(granted->user.empty() || granted->user.starts_with("Practitioner"));
}

void asQuery(std::string_view text) {
  for (const std::string_view name : {"code", "state", "iss", "launch", "error"}) {
    const auto value = screen::parameter(text, name);
    if (!value) continue;
    const std::string again = std::string(name) + "=" + screen::escaped(*value);
    require(screen::parameter(again, name) == *value);
    require(!screen::parameter(again + "&" + again, name));
  }
  const std::string escaped = screen::escaped(text);
  for (const char c : escaped) require(c > ' ' && c < 0x7f && c != '&' && c != '=' && c != '"');
  require(screen::parameter("x=" + escaped, "x") == text);
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      R"({"authorization_endpoint":"https://login.example:8443/authorize","token_endpoint":"https://ehr.example/token",)"
      R"("code_challenge_methods_supported":["S256"],"capabilities":["permission-v2"]})",
      R"({"access_token":"a.b-c_d~+/=","token_type":"Bearer","expires_in":300,"scope":"launch","patient":"p1",)"
      R"("encounter":"e1","id_token":"e30.eyJmaGlyVXNlciI6IlByYWN0aXRpb25lci9kIn0.AA"})",
      "code=a%2Fb+c&state=xyz&iss=https%3A%2F%2Fehr.example%2Fr4&error=access_denied&code=again",
      "launch=%41%&iss=https://evil.example@ehr.example"};
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  asQuery(text);
  const auto document = fhir::JsonDocument::parse(text);
  if (!document) return 0;
  asConfiguration(document->root());
  asToken(document->root());
  return 0;
}
