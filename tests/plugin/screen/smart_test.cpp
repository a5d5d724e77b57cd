#include "plugin/screen/smart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "certs/base64url.h"
#include "plugin/secret.h"

namespace plumbline::screen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const App kApp{.client = "hospital",
               .profile = "spec",
               .issuer = "https://ehr.example/fhir/r4",
               .clientId = "plumb line&x",
               .secretFile = "",
               .authorizationServers = {"https://login.example:8443"},
               .scopes = ""};

std::variant<Endpoints, std::string_view> configurationOf(const std::string& json, const App& app = kApp) {
  const auto document = fhir::JsonDocument::parse(json);
  return readConfiguration(document->root(), app);
}

std::variant<Granted, std::string_view> tokenOf(const std::string& json) {
  return readToken(fhir::JsonDocument::parse(json)->root());
}

TEST(Pkce, ChallengesAsRfc7636Does) {
  EXPECT_EQ(challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Secrets, AreOf256BitsAndNeverTheSame) {
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i) all.insert(randomSecret());
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_EQ(certs::fromBase64url(*all.begin())->size(), 32U);
}

TEST(Assertion, IsOfThisAppForThisTokenEndpointAndForFiveMinutesAtMost) {
  const auto read = configurationOf(R"({"authorization_endpoint": "https://login.example:8443/a",
    "token_endpoint": "https://LOGIN.example:8443/T/", "token_endpoint_auth_signing_alg_values_supported": ["RS384", 7]})");
  const auto& endpoints = std::get<Endpoints>(read);
  EXPECT_EQ(endpoints.signedBy, std::vector<std::string>{"RS384"});
  EXPECT_EQ(assertionClaims(kApp, endpoints, std::chrono::sys_seconds(std::chrono::seconds(1000)), "once"),
            R"({"iss":"plumb line&x","sub":"plumb line&x","aud":"https://LOGIN.example:8443/T/",)"
            R"("jti":"once","iat":1000,"exp":1240})")
      << "the audience is the endpoint as the EHR writes it";
  App asserts = kApp;
  asserts.asserts = true;
  EXPECT_THAT(tokenForm(asserts, "c", "r", "v"), Not(HasSubstr("client_id")));
  EXPECT_EQ(assertionForm("a.b.c"),
            "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            "&client_assertion=a.b.c");
}

TEST(Parameters, AreReadAsTheyWereWrittenAndOnce) {
  const std::string odd = "a b&c=d/%é\"";
  EXPECT_EQ(parameter("x=1&iss=" + escaped(odd) + "&y=", "iss"), odd);
  EXPECT_EQ(parameter("launch=a+b", "launch"), "a b");
  EXPECT_EQ(parameter("state=", "state"), "");
  for (const char* bad : {"iss=1&iss=2", "iss=%4", "iss=%zz", "miss=1", ""})
    EXPECT_EQ(parameter(bad, "iss"), std::nullopt) << bad;
}

TEST(SmartConfiguration, LeadsToTheIssuersServerOrOneThatIsConfiguredAndNowhereElse) {
  const auto with = [](const std::string& authorize, const std::string& token) {
    return configurationOf(R"({"authorization_endpoint": ")" + authorize + R"(", "token_endpoint": ")" +
                           token + "\"}");
  };
  for (const char* home : {"https://ehr.example/authorize", "https://login.example:8443/o/authorize"}) {
    const auto read = with(home, "https://ehr.example/token");
    ASSERT_TRUE(std::holds_alternative<Endpoints>(read)) << home;
    EXPECT_EQ(std::get<Endpoints>(read).authorization, home);
    EXPECT_EQ(std::get<Endpoints>(read).token.path, "/token");
  }
  for (const char* foreign :
       {"https://evil.example/a", "https://ehr.example.evil.example/a", "http://ehr.example/a",
        "https://ehr.example:444/a", "https://ehr.example@evil.example/a", "//evil.example/a",
        "https://login.example/a", "javascript:alert(1)", "https://ehr.example/a?b=c", ""}) {
    EXPECT_TRUE(std::holds_alternative<std::string_view>(with(foreign, "https://ehr.example/token")))
        << foreign;
    EXPECT_TRUE(std::holds_alternative<std::string_view>(with("https://ehr.example/a", foreign))) << foreign;
  }
  EXPECT_TRUE(std::holds_alternative<std::string_view>(configurationOf("{}")));
}

constexpr const char* kEndpoints =
    R"({"authorization_endpoint": "https://ehr.example/a", "token_endpoint": "https://ehr.example/t")";

TEST(SmartConfiguration, IsNotUsedWithoutS256) {
  const std::string base = kEndpoints;
  EXPECT_TRUE(std::holds_alternative<std::string_view>(
      configurationOf(base + R"(, "code_challenge_methods_supported": ["plain"]})")));
  EXPECT_TRUE(std::holds_alternative<Endpoints>(
      configurationOf(base + R"(, "code_challenge_methods_supported": ["S256"]})")));
}

TEST(AuthorizationUrl, CarriesAllThatALaunchNeedsEscaped) {
  const auto read = configurationOf(std::string(kEndpoints) + "}");
  const std::string url = authorizationUrl(std::get<Endpoints>(read), kApp,
                                           {"https://p.example/screen/callback", "l&1", "s", "c"});
  EXPECT_THAT(url, StartsWith("https://ehr.example/a?response_type=code&client_id=plumb%20line%26x&"));
  EXPECT_EQ(parameter(url.substr(url.find('?') + 1), "aud"), kApp.issuer);
  EXPECT_EQ(parameter(url, "launch"), "l&1");
  EXPECT_THAT(url, AllOf(HasSubstr("&state=s&"), HasSubstr("&code_challenge=c&code_challenge_method=S256"),
                         HasSubstr("redirect_uri=https%3A%2F%2Fp.example%2Fscreen%2Fcallback")));
  EXPECT_THAT(*parameter(url, "scope"),
              AllOf(HasSubstr("launch openid fhirUser"), HasSubstr("patient/QuestionnaireResponse.crs"),
                    HasSubstr("patient/Condition.rs"), Not(HasSubstr("offline"))));
}

TEST(AuthorizationUrl, AsksInScopesOfTheFirstVersionWhereTheEhrKnowsNoOthers) {
  const auto read = configurationOf(std::string(kEndpoints) + R"(, "capabilities": ["permission-patient"]})");
  const std::string url = authorizationUrl(std::get<Endpoints>(read), kApp, {"r", "l", "s", "c"});
  EXPECT_THAT(*parameter(url, "scope"), AllOf(HasSubstr("patient/QuestionnaireResponse.write"),
                                              HasSubstr("patient/Condition.read"), Not(HasSubstr(".rs"))));
}

TEST(TokenForm, NamesTheClientOnlyWhereItHasNoSecret) {
  EXPECT_THAT(tokenForm(kApp, "c&1", "r", "v"), AllOf(HasSubstr("code=c%261&"), HasSubstr("code_verifier=v"),
                                                      HasSubstr("client_id=plumb%20line%26x")));
  App secret = kApp;
  secret.secretFile = "x";
  EXPECT_THAT(tokenForm(secret, "c", "r", "v"), Not(HasSubstr("client_id")));
}

TEST(TokenResponse, IsForOnePatient) {
  const auto read = tokenOf(
      R"({"access_token": "abc.d", "token_type": "bearer", "expires_in": 600, "patient": "p1", "encounter": "e1"})");
  ASSERT_TRUE(std::holds_alternative<Granted>(read));
  const auto& granted = std::get<Granted>(read);
  EXPECT_EQ(granted.token, "abc.d");
  EXPECT_EQ(granted.patient, "p1");
  EXPECT_EQ(granted.encounter, "e1");
  EXPECT_EQ(granted.seconds, 600);
  EXPECT_EQ(granted.user, "");
  for (const char* bad :
       {R"({"access_token": "a", "token_type": "Bearer"})",
        R"({"access_token": "a", "token_type": "Bearer", "patient": "../p"})",
        R"({"access_token": "a\r\nb", "token_type": "Bearer", "patient": "p1"})",
        R"({"access_token": "a", "token_type": "mac", "patient": "p1"})",
        R"({"token_type": "Bearer", "patient": "p1"})",
        R"({"access_token": "a", "token_type": "Bearer", "patient": "p1", "expires_in": 0})", "[]"}) {
    EXPECT_TRUE(std::holds_alternative<std::string_view>(tokenOf(bad))) << bad;
  }
}

TEST(TokenResponse, NamesTheUserOnlyByAReferenceToAPractitioner) {
  const auto with = [](const std::string& user) {
    const std::string token = certs::toBase64url(R"({"alg":"none"})") + "." +
                              certs::toBase64url(R"({"fhirUser": ")" + user + "\"}") + "." +
                              certs::toBase64url("s");
    return std::get<Granted>(
               tokenOf(R"({"access_token": "a", "token_type": "Bearer", "patient": "p1", "id_token": ")" +
                       token + "\"}"))
        .user;
  };
  EXPECT_EQ(with("https://ehr.example/fhir/r4/Practitioner/d1"), "Practitioner/d1");
  EXPECT_EQ(with("PractitionerRole/d2"), "PractitionerRole/d2");
  EXPECT_EQ(with("Patient/p1"), "");
  EXPECT_EQ(with("javascript:x"), "");
}

}  // namespace
}  // namespace plumbline::screen
