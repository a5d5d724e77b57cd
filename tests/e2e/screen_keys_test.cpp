/// The screen shows an EHR who it is by assertions that it signs (private_key_jwt), under keys that rotate.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "certs/key_set.h"
#include "certs/signing_key.h"
#include "tests/certs/made_certs.h"
#include "tests/certs/signer.h"
#include "tests/e2e/browser.h"
#include "tests/e2e/running.h"
#include "tests/e2e/smart_ehr.h"

namespace plumbline::e2e {
namespace {

using http::get;
using std::string;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const string kBase = "https://p.example";
const string kRsa = "ehr-rs384.key", kEc = "ehr-es384.key";

class Asserting : public Running {
 protected:
  Asserting() : Running("asserting") {}

  void SetUp() override {
    Running::SetUp();
    std::ofstream(directory / "keys.json") << certs::Signer(certs::Algorithm::ES384).jwks();
  }

  void configure(const std::vector<string>& keys, const string& more = R"(, "privateKeyJwt": true)") const {
    string files;
    for (const string& key : keys) files += (files.empty() ? "\"" : ", \"") + made().file(key) + '"';
    std::ofstream(config) << R"({"listen": {"port": 0}, "baseUrl": ")" << kBase
                          << R"(", "store": {"path": "data"},
      "development": {"allowPlainHttp": true, "allowLoopback": true},
      "clients": [{"name": "hospital", "issuer": "https://ehr.example", "jwksFile": "keys.json", "fhirServers": [")"
                          << ehr_.url() << R"("]}],
      "screen": {"keyFiles": [)"
                          << files << R"(], "apps": [{"client": "hospital", "issuer": ")" << ehr_.url()
                          << R"(", "clientId": "plumbline")" << more << "}]}}";
  }
  void start(const std::vector<string>& keys) {
    configure(keys);
    serve({"--config", config, "--now", "2020-01-01T10:00:00Z"});
  }
  void reload(const std::vector<string>& keys) {
    configure(keys);
    const auto before = read(errors).size();
    program->signal(SIGHUP);
    for (int i = 0; i < 2000 && read(errors).find("reloaded", before) == string::npos; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  static const certs::MadeCerts& made() {
    static const certs::MadeCerts once("asserting");
    return once;
  }
  static string kidOf(const string& key) {
    return std::get<certs::SigningKey>(certs::SigningKey::ofFile(made().file(key))).kid();
  }

  /// The set as an EHR fetches it.
  [[nodiscard]] string published() const {
    const string answer = ask(get("/screen/jwks.json"));
    EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Cache-Control: public, max-age=300")));
    return bodyOf(answer);
  }

  /// What becomes of a launch, to its end.
  string launched() {
    Browser browser;
    const auto open = [&](const string& path) {
      const string answer = ask(get(path, browser.cookies()));
      browser.take(answer);
      return answer;
    };
    const string url =
        fieldOf(open("/screen/launch?launch=l1&iss=" + screen::escaped(ehr_.url())), "Location");
    return open("/screen/callback?code=" + ehr_.allow(url) + "&state=" + *screen::parameter(url, "state"));
  }

  SmartEhr ehr_;
};

const auto kOpened = AllOf(StartsWith("HTTP/1.1 303 "), HasSubstr("\r\nLocation: /screen/\r\n"));
const auto kRefused = AllOf(StartsWith("HTTP/1.1 502 "), HasSubstr("it gave no token for the code"));

TEST_F(Asserting, OpensTheChartWithAnAssertionForEachCode) {
  for (const string& key : {kEc, kRsa}) {
    start({key});
    ehr_.expectAssertions(published());
    EXPECT_THAT(launched(), kOpened);
    EXPECT_THAT(launched(), kOpened) << "no id is used twice";
    EXPECT_EQ(ehr_.provenBy().back(), kidOf(key));
  }
}

TEST_F(Asserting, IsGoodForTheTokenEndpointOfThisEhrAlone) {
  start({kEc});
  ehr_.expectAssertions(published(), "https://login.example/token");
  EXPECT_THAT(launched(), kRefused);
  ehr_.expectAssertions(published(), ehr_.root());
  EXPECT_THAT(launched(), kRefused);
  ehr_.expectAssertions(published());
  EXPECT_THAT(launched(), kOpened);
}

TEST_F(Asserting, IsNotTakenUnderAKeyThatIsNotPublished) {
  start({kEc});
  const certs::Signer other(certs::Algorithm::ES384, kidOf(kEc));
  ehr_.expectAssertions(other.jwks());
  EXPECT_THAT(launched(), kRefused);
  EXPECT_THAT(ehr_.provenBy(), IsEmpty());
}

TEST_F(Asserting, ChangesItsKeyWhileTheOldOneIsStillPublished) {
  start({kRsa});
  const string before = published();
  reload({kRsa, kEc});
  const string both = published();
  EXPECT_THAT(both, AllOf(HasSubstr(kidOf(kRsa)), HasSubstr(kidOf(kEc)), Not(HasSubstr("\"d\""))));
  EXPECT_EQ(certs::KeySet::parse(both)->size(), 2U);
  ehr_.expectAssertions(before);
  EXPECT_THAT(launched(), kOpened) << "an EHR that keeps what it fetched last knows who signs";
  reload({kEc, kRsa});
  ehr_.expectAssertions(both);
  EXPECT_THAT(launched(), kOpened);
  reload({kEc});
  ehr_.expectAssertions(published());
  EXPECT_THAT(launched(), kOpened);
  EXPECT_THAT(ehr_.provenBy(), ElementsAre(kidOf(kRsa), kidOf(kEc), kidOf(kEc)));
}

TEST_F(Asserting, SignsByAnAlgorithmThatTheEhrTakes) {
  start({kEc, kRsa});
  const auto taking = [&](const string& algorithms) {
    ehr_.configuration(R"({"authorization_endpoint": ")" + ehr_.root() +
                       R"(/authorize", "token_endpoint": ")" + ehr_.root() +
                       R"(/token", "token_endpoint_auth_signing_alg_values_supported": [)" + algorithms +
                       "]}");
  };
  taking(R"("RS384")");
  ehr_.expectAssertions(published());
  EXPECT_THAT(launched(), kOpened);
  EXPECT_THAT(ehr_.provenBy(), ElementsAre(kidOf(kRsa)));
  taking(R"("PS512")");
  reload({kEc, kRsa});  // what an EHR says is known for a minute, and to a configuration alone
  EXPECT_THAT(launched(), AllOf(StartsWith("HTTP/1.1 502 "), HasSubstr("takes no signature by the keys")));
}

TEST_F(Asserting, IsCheckedBeforeItIsStarted) {
  const auto problems = [&] {
    Program command({"check", "--config", config}, errors);
    string said = command.rest();
    EXPECT_EQ(command.ended(), 1);
    return said;
  };
  configure({"ca.pem"});
  EXPECT_THAT(problems(), AllOf(HasSubstr(":/screen/keyFiles/0: "), HasSubstr("holds no private key")));
  configure({kEc, kEc});
  EXPECT_THAT(problems(), AllOf(HasSubstr(":/screen/keyFiles/1: "), HasSubstr("the key of another")));
  configure({});
  EXPECT_THAT(problems(), AllOf(HasSubstr(":/screen/apps/0/privateKeyJwt: "), HasSubstr("needs keys")));
  configure({kEc}, R"(, "privateKeyJwt": true, "secretFile": "s")");
  EXPECT_THAT(problems(), HasSubstr(":/screen/apps/0/secretFile: "));
}

}  // namespace
}  // namespace plumbline::e2e
