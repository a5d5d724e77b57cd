/// How EHRs are known to sign their calls: tests/plugin/annex_test.cpp says how these tests are named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "plugin/router.h"
#include "tests/certs/signer.h"
#include "tests/plugin/situations.h"

namespace plumbline {
namespace {

using certs::Algorithm;
using certs::Signer;
using std::string;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

const string kPath = "/cds-services/plumbline-patient-view";

/// A service with one client, whose key is in a file.
class Trusted : public testing::Test {
 protected:
  Trusted() {
    directory_ = std::filesystem::temp_directory_path() / ("plumbline-annex-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
    config_.baseUrl = "https://p.example";
    Client client;
    client.name = "ehr";
    client.issuer = "https://ehr.example";
    client.keys = {KeySource::Kind::File, directory_ / "keys.json"};
    config_.clients = {client};
    context_.fixedNow = situations::now();
  }
  ~Trusted() override { std::filesystem::remove_all(directory_); }

  void serve(const Signer& signer, Discovery discovery = Discovery::Open) {
    std::ofstream(directory_ / "keys.json") << signer.jwks();
    std::vector<fhir::Problem> problems;
    InForce inForce{situations::pack()};
    inForce.authenticator = std::make_shared<auth::Authenticator>(
        config_, [](const string&) {}, nullptr, problems);
    inForce.discovery = discovery;
    inForce.corsOrigins = {"https://ehr.example"};
    for (const auto& each : problems) ADD_FAILURE() << each.message;
    context_.inForce.store(std::make_shared<const InForce>(std::move(inForce)));
  }

  static string claims(const string& path, long notBefore = 0, long life = 300) {
    const auto now = situations::now().time_since_epoch().count();
    static int id = 0;
    return R"({"iss":"https://ehr.example","sub":"anything","aud":"https://p.example)" + path +
           R"(","iat":)" + std::to_string(now) + R"(,"nbf":)" + std::to_string(now + notBefore) +
           R"(,"exp":)" + std::to_string(now + life) + R"(,"jti":")" + std::to_string(++id) + "\"}";
  }

  http::Reply ask(const string& method, const string& path, const string& token, const string& text = "",
                  std::vector<http::Header> headers = {}) {
    const string padded = text + string(http::kBodyPadding, ' '), bearer = "Bearer " + token;
    headers.push_back({"content-type", "application/json"});
    if (!token.empty()) headers.push_back({"authorization", bearer});
    http::Peer peer{"10.0.0.1"};
    http::Request request{method, path, "", headers, std::string_view(padded).substr(0, text.size()),
                          "id",   &peer};
    return route(context_, Side::Everything, request);
  }

  int call(const Signer& signer, const string& said) {
    return ask("POST", kPath, signer.token(said), situations::emergency().text()).status;
  }

  std::filesystem::path directory_;
  Config config_;
  Context context_;
};

using AnnexTrust = Trusted;

TEST_F(AnnexTrust, EPIC_14_AKidMayHoldWhatBase64Holds) {
  const Signer signer(Algorithm::RS384, "TnR+/x4eYQ==");
  serve(signer);
  EXPECT_EQ(call(signer, claims(kPath)), 200);
}

TEST_F(AnnexTrust, EPIC_15_NotBeforeLiesFiveMinutesBackAndATokenLivesFifteen) {
  const Signer signer(Algorithm::RS384);
  serve(signer);
  EXPECT_EQ(call(signer, claims(kPath, -300, 900)), 200);
  EXPECT_EQ(call(signer, claims(kPath, 300, 900)), 401);
}

/// Who calls is told by `iss` alone, the same for every site of a client; `sub` tells nothing.
TEST_F(AnnexTrust, ORCL_02_TheIssuerIsConstant) {
  const Signer signer(Algorithm::ES384);
  serve(signer);
  EXPECT_EQ(call(signer, claims(kPath)), 200);
  string other = claims(kPath);
  other.replace(other.find("https://ehr.example"), 19, "https://her.example");
  EXPECT_EQ(call(signer, other), 401);
}

TEST_F(AnnexTrust, SBX_01_TokensAreSignedWithES384) {
  const Signer signer(Algorithm::ES384);
  serve(signer);
  EXPECT_EQ(call(signer, claims(kPath)), 200);
  EXPECT_EQ(call(Signer(Algorithm::ES384), claims(kPath)), 401);
}

TEST_F(AnnexTrust, SPEC_04_DiscoveryIsOpenOrNotAsTheSiteSays) {
  const Signer signer(Algorithm::ES384);
  serve(signer);
  EXPECT_EQ(ask("GET", "/cds-services", "").status, 200);
  serve(signer, Discovery::Required);
  EXPECT_EQ(ask("GET", "/cds-services", "").status, 401);
  EXPECT_EQ(ask("GET", "/cds-services", signer.token(claims("/cds-services"))).status, 200);
}

TEST_F(AnnexTrust, SPEC_05_OnlyListedPagesCallFromABrowser) {
  const Signer signer(Algorithm::ES384);
  serve(signer);
  EXPECT_THAT(ask("GET", "/cds-services", "", "", {{"origin", "https://ehr.example"}}).headers,
              Contains(Pair("Access-Control-Allow-Origin", "https://ehr.example")));
  EXPECT_THAT(ask("GET", "/cds-services", "", "", {{"origin", "https://elsewhere.example"}}).headers,
              testing::Not(Contains(testing::Key("Access-Control-Allow-Origin"))));
}

/// Each client is answered by its own profile, at discovery too where it says who it is.
TEST_F(Trusted, AreAnsweredByTheirProfile) {
  const Signer signer(Algorithm::ES384);
  config_.clients.front().profile = "oracle";
  serve(signer, Discovery::Required);
  EXPECT_THAT(ask("POST", kPath, signer.token(claims(kPath)), situations::emergency().text()).body,
              testing::Not(HasSubstr("\"suggestions\"")));
  EXPECT_THAT(ask("GET", "/cds-services", signer.token(claims("/cds-services"))).body,
              testing::Not(HasSubstr("Appointment?")));
}

}  // namespace
}  // namespace plumbline
