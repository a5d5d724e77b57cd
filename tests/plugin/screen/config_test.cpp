/// From where the red-flag screen is launched, as the configuration says it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugin/config_fixture.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ScreenApps : public Configuration {
 protected:
  static std::string with(const std::string& apps, const std::string& more = "",
                          const std::string& baseUrl = R"("baseUrl": "https://p.example", )") {
    return "{" + baseUrl +
           R"("listen": {"port": 1, "tls": {"certificate": "c", "key": "k"}},
      "clients": [{"name": "a", "issuer": "a", "jwksFile": "a.json", "profile": "epic",
      "fhirServers": ["https://ehr.example/fhir/"]}], "screen": {"apps": [)" +
           apps + "]" + more + "}}";
  }
  static std::string app(const std::string& issuer = "https://ehr.example/fhir",
                         const std::string& more = "") {
    return R"({"client": "a", "clientId": "x", "issuer": ")" + issuer + "\"" + more + "}";
  }
};

TEST_F(ScreenApps, AreOfAClientWhoseServerIsTheirIssuer) {
  const auto config = load(with(app("https://EHR.example/fhir/", R"(, "secretFile": "s", "scopes": "launch",
    "authorizationServers": ["https://login.example"])"),
                                R"(, "frameAncestors": ["https://ehr.example"])"));
  ASSERT_TRUE(config);
  const auto& read = config->screen.apps.at(0);
  EXPECT_EQ(read.client, "a");
  EXPECT_EQ(read.profile, "epic");
  EXPECT_EQ(read.issuer, "https://EHR.example/fhir");
  EXPECT_EQ(read.secretFile, (directory_ / "s").string());
  EXPECT_EQ(read.scopes, "launch");
  EXPECT_THAT(read.authorizationServers, ElementsAre("https://login.example"));
  EXPECT_THAT(config->screen.frameAncestors, ElementsAre("https://ehr.example"));
  EXPECT_THAT(load("{}")->screen.apps, IsEmpty());
}

TEST_F(ScreenApps, AreRefusedWhereTheyCouldServeSomebodyElse) {
  EXPECT_THAT(pointers(with(app("https://other.example/fhir"))), ElementsAre("/screen/apps/0/issuer"));
  EXPECT_THAT(pointers(with(app() + ", " + app("https://ehr.example/fhir/"))),
              ElementsAre("/screen/apps/1/issuer"));
  EXPECT_THAT(pointers(with(R"({"client": "b", "clientId": "x", "issuer": "https://ehr.example/fhir"})")),
              ElementsAre("/screen/apps/0/client"));
  EXPECT_THAT(pointers(with(app(), "", "")), ElementsAre("/screen/apps"));
  EXPECT_THAT(
      pointers(with(app("https://ehr.example/fhir", R"(, "authorizationServers": ["https://l.example/x"])"))),
      ElementsAre("/screen/apps/0/authorizationServers/0"));
  for (const char* odd :
       {"https://a.example/", "https://a.example; script-src *", "*", "https://a.example'"}) {
    EXPECT_THAT(pointers(with("", std::string(R"(, "frameAncestors": [")") + odd + "\"]")),
                ElementsAre("/screen/frameAncestors/0"))
        << odd;
  }
}

TEST_F(ScreenApps, OutsideOfDevelopmentAreNeitherPlainNorOfThisMachineAndHaveTheirSecret) {
  const auto config = load(with(app("https://ehr.example/fhir", R"(, "secretFile": "none",
    "authorizationServers": ["http://127.0.0.1:9"])"),
                                R"(, "frameAncestors": ["http://ehr.example"])"));
  ASSERT_TRUE(config);
  checkExposed(*config, "f", problems_);
  std::vector<std::string> found;
  for (const auto& each : problems_) found.push_back(each.pointer);
  EXPECT_THAT(found, ElementsAre("/screen/frameAncestors/0", "/screen/apps/0/secretFile",
                                 "/screen/apps/0/authorizationServers/0"));
}

}  // namespace
}  // namespace plumbline
