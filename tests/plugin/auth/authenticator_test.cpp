#include "plugin/auth/authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/certs/signer.h"

namespace plumbline::auth {
namespace {

using certs::Algorithm;
using certs::Signer;
using std::string;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using Kind = Verdict::Kind;

const sys_seconds kNow{seconds(1'800'000'000)};
const string kPath = "/cds-services/plumbline-patient-view";

/// Two clients with keys in files: `a` takes each token once, `b` logs.
class Callers : public testing::Test {
 protected:
  Callers() {
    directory_ = std::filesystem::temp_directory_path() / ("plumbline-auth-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
    config_.baseUrl = "https://p.example";
    for (const char* name : {"a", "b"}) {
      Client client;
      client.name = name;
      client.issuer = string("https://") + name + ".example";
      client.keys = {KeySource::Kind::File, directory_ / (string(name) + ".json")};
      config_.clients.push_back(client);
    }
    config_.clients[1].replay = Client::Replay::Log;
    config_.clients[1].audiences = {"typed-by-hand"};
    write("a.json", a_.jwks());
    write("b.json", b_.jwks());
  }
  ~Callers() override { std::filesystem::remove_all(directory_); }

  void write(const string& file, const string& text) const { std::ofstream(directory_ / file) << text; }

  std::shared_ptr<Authenticator> make(const Authenticator* before = nullptr) {
    problems_.clear();
    return std::make_shared<Authenticator>(
        config_, [](const string&) {}, before, problems_);
  }

  static string claims(const string& issuer, const string& id,
                       const string& audience = "https://p.example" + kPath) {
    return R"({"iss": ")" + issuer + R"(", "aud": ")" + audience +
           R"(", "exp": 1800000300, "iat": 1800000000, "jti": ")" + id + "\"}";
  }

  Verdict ask(Authenticator& authenticator, const string& token, const string& path = kPath) {
    const string header = "Bearer " + token;
    http::Request request{"POST", path, "", {{"Authorization", header}}, "", "id", &peer_};
    return authenticator.authenticate(request, kNow);
  }

  /// Why a token is not taken; "" when it is.
  string why(Authenticator& authenticator, const string& token, const string& path = kPath) {
    const auto verdict = ask(authenticator, token, path);
    EXPECT_EQ(verdict.kind == Kind::Taken, verdict.client != nullptr);
    return verdict.kind == Kind::Taken ? "" : string(verdict.why);
  }

  std::filesystem::path directory_;
  Signer a_{Algorithm::ES384, "ka"}, b_{Algorithm::RS384, "kb"};
  Config config_;
  http::Peer peer_{"10.0.0.1"};
  std::vector<fhir::Problem> problems_;
};

TEST_F(Callers, AreKnownByTheirToken) {
  const auto authenticator = make();
  const auto verdict = ask(*authenticator, a_.token(claims("https://a.example", "1")));
  EXPECT_EQ(verdict.kind, Kind::Taken);
  EXPECT_EQ(verdict.client->name, "a");
  EXPECT_EQ(verdict.jti, "1");
  EXPECT_TRUE(peer_.proven);
  EXPECT_EQ(ask(*authenticator, b_.token(claims("https://b.example", "1"))).client->name, "b");
}

TEST_F(Callers, AreRefusedWithoutExactlyOneBearerToken) {
  const auto authenticator = make();
  const string token = a_.token(claims("https://a.example", "1"));
  const auto asked = [&](std::vector<http::Header> headers) {
    http::Request request{"POST", kPath, "", std::move(headers), "", "id"};
    return authenticator->authenticate(request, kNow).kind;
  };
  const string bearer = "Bearer " + token, lower = "bearer  " + token, basic = "Basic " + token,
               glued = "Bearer" + token;
  EXPECT_EQ(asked({}), Kind::Refused);
  EXPECT_EQ(asked({{"Authorization", token}}), Kind::Refused);
  EXPECT_EQ(asked({{"Authorization", basic}}), Kind::Refused);
  EXPECT_EQ(asked({{"Authorization", glued}}), Kind::Refused);
  EXPECT_EQ(asked({{"Authorization", "Bearer"}}), Kind::Refused);
  EXPECT_EQ(asked({{"Authorization", "Bearer "}}), Kind::Refused);
  EXPECT_EQ(asked({{"Authorization", bearer}, {"authorization", bearer}}), Kind::Refused);
  EXPECT_EQ(asked({{"authorization", lower}}), Kind::Taken);
}

TEST_F(Callers, AreRefusedForAnothersKeyOrNameByTheReason) {
  const auto authenticator = make();
  EXPECT_EQ(why(*authenticator, a_.token(claims("https://c.example", "1"))), "unknown-issuer");
  EXPECT_EQ(why(*authenticator, b_.token(claims("https://a.example", "1"))), "unknown-key");
  EXPECT_EQ(why(*authenticator, Signer(Algorithm::ES384, "ka").token(claims("https://a.example", "1"))),
            "signature");
  EXPECT_EQ(why(*authenticator, a_.token(claims("https://a.example", "1", "https://p.example/cds-services"))),
            "audience");
  EXPECT_EQ(why(*authenticator, "x.y.z"), "form");
}

TEST_F(Callers, MayMeanTheAddressCalledOrTheirOwnAudiencesAndForFeedbackTheService) {
  const auto authenticator = make();
  const auto meant = [&](const string& audience, const string& path) {
    static int id = 0;
    return why(*authenticator, b_.token(claims("https://b.example", std::to_string(++id), audience)), path);
  };
  EXPECT_EQ(meant("typed-by-hand", kPath), "");
  EXPECT_EQ(meant("https://p.example/cds-services", "/cds-services"), "");
  EXPECT_EQ(meant("https://p.example" + kPath + "/feedback", kPath + "/feedback"), "");
  EXPECT_EQ(meant("https://p.example" + kPath, kPath + "/feedback"), "");
  EXPECT_EQ(meant("https://p.example" + kPath + "/feedback", kPath), "audience");
  EXPECT_EQ(meant("https://p.example/cds-services/plumbline-order-sign", kPath), "audience");
}

TEST_F(Callers, SendATokenOnceUnlessTheirRepeatsAreOnlyLogged) {
  const auto authenticator = make();
  const string once = a_.token(claims("https://a.example", "1"));
  EXPECT_EQ(why(*authenticator, once), "");
  EXPECT_EQ(why(*authenticator, once), "replay");
  EXPECT_EQ(why(*authenticator, a_.token(claims("https://a.example", "1"))), "replay") << "the same jti";
  EXPECT_EQ(why(*authenticator, b_.token(claims("https://b.example", "1"))), "") << "another issuer's jti";
  const auto again = ask(*authenticator, b_.token(claims("https://b.example", "1")));
  EXPECT_EQ(again.kind, Kind::Taken);
  EXPECT_EQ(again.why, "replay-logged");
}

/// R177, T2: an address that is nearly the client's is another one, and nobody is asked for its keys.
TEST_F(Callers, AreRefusedForAJkuThatOnlyLooksLikeTheirs) {
  config_.clients[0].keys = {KeySource::Kind::Url, "https://a.example/keys"};
  std::vector<string> said;
  problems_.clear();
  Authenticator authenticator(
      config_, [&](const string& words) { said.push_back(words); }, nullptr, problems_);
  int id = 0;
  for (const string jku :
       {"https://a.example/keys/", "https://a.example/keys?x", "https://a.example/keys#x",
        "https://a.example/key", "https://a.example:443/keys", "https://A.example/keys",
        "https://a.example@evil.example/keys", "https://evil.example/https://a.example/keys",
        "http://a.example/keys", "https://a.example/./keys", "https://a.example.evil.example/keys",
        "//a.example/keys"}) {
    const string header = R"({"alg": "ES384", "kid": "ka", "jku": ")" + jku + "\"}";
    EXPECT_EQ(why(authenticator, a_.token(header, claims("https://a.example", std::to_string(++id)))),
              "unknown-key")
        << jku;
  }
  EXPECT_THAT(said, testing::IsEmpty()) << "nothing was fetched";
}

TEST_F(Callers, DoNotUseUpAnIdWithATokenThatIsRefused) {
  const auto authenticator = make();
  EXPECT_EQ(why(*authenticator, Signer(Algorithm::ES384, "ka").token(claims("https://a.example", "1"))),
            "signature");
  EXPECT_EQ(why(*authenticator, a_.token(claims("https://a.example", "1"))), "");
}

TEST_F(Callers, AreRememberedOverAReload) {
  const auto first = make();
  const string token = a_.token(claims("https://a.example", "1"));
  EXPECT_EQ(why(*first, token), "");
  const Signer next(Algorithm::ES384, "next");
  write("a.json", R"({"keys": [)" + a_.jwk() + "," + next.jwk() + "]}");
  const auto second = make(first.get());
  EXPECT_EQ(problems_.size(), 0U);
  EXPECT_EQ(why(*second, token), "replay");
  EXPECT_EQ(why(*second, next.token(claims("https://a.example", "2"))), "") << "the file is read anew";
  EXPECT_EQ(why(*first, next.token(claims("https://a.example", "3"))), "unknown-key");
}

TEST_F(Callers, NeedAFileThatHoldsAKey) {
  write("a.json", "{}");
  make();
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_.front().pointer, "/clients/0/jwksFile");
  EXPECT_EQ(problems_.front().message, (directory_ / "a.json").string() + " is no key set");
  write("a.json", R"({"keys": [{"kty": "oct", "kid": "x", "k": "AAAA"}]})");
  make();
  EXPECT_EQ(problems_.size(), 1U);
  std::filesystem::remove(directory_ / "a.json");
  make();
  EXPECT_EQ(problems_.size(), 1U);
}

TEST_F(Callers, UseADevelopmentKeyOnlyWhereThatIsPermitted) {
  const Signer development(Algorithm::ES384, "plumbline-development-1");
  write("a.json", development.jwks());
  make();
  EXPECT_EQ(problems_.size(), 1U);
  config_.development.allowPlainHttp = true;
  const auto authenticator = make();
  EXPECT_EQ(problems_.size(), 0U);
  EXPECT_EQ(why(*authenticator, development.token(claims("https://a.example", "1"))), "");
}

TEST_F(Callers, AreThrottledEachForItself) {
  config_.rates.client = 3;
  const auto authenticator = make();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(why(*authenticator, b_.token(claims("https://b.example", "ok" + std::to_string(i)))), "");
  const auto verdict = ask(*authenticator, b_.token(claims("https://b.example", "more")));
  EXPECT_EQ(verdict.kind, Kind::Throttled);
  EXPECT_EQ(why(*authenticator, a_.token(claims("https://a.example", "1"))), "");
}

/// A flood of tokens with wrong signatures is not looked at for long, and takes nothing from a connection
/// that has sent a good token, or from another address.
TEST_F(Callers, AreServedWhileSomebodyFloodsFromTheSameAddress) {
  config_.rates.refusals = 5;
  const auto authenticator = make();
  ASSERT_EQ(why(*authenticator, b_.token(claims("https://b.example", "first"))), "");
  http::Peer good = peer_;
  peer_ = {"10.0.0.1"};
  const string bad = Signer(Algorithm::RS384, "kb").token(claims("https://b.example", "bad"));
  int refused = 0, throttled = 0;
  for (int i = 0; i < 100; ++i) {
    const auto kind = ask(*authenticator, bad).kind;
    refused += kind == Kind::Refused ? 1 : 0;
    throttled += kind == Kind::Throttled ? 1 : 0;
  }
  EXPECT_EQ(refused + throttled, 100);
  EXPECT_LE(refused, 10);
  peer_ = good;
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(why(*authenticator, b_.token(claims("https://b.example", "g" + std::to_string(i)))), "");
  peer_ = {"10.0.0.2"};
  EXPECT_EQ(why(*authenticator, b_.token(claims("https://b.example", "other"))), "");
}

TEST(JkuLists, AreReadInWhateverFormTheyCome) {
  EXPECT_THAT(addressesIn(R"(["https://a.example/1", "https://a.example/2"])"),
              testing::ElementsAre("https://a.example/1", "https://a.example/2"));
  EXPECT_THAT(addressesIn(R"({"keys": [{"jku": "https://a.example/1", "kid": "x"}], "n": 1})"),
              testing::ElementsAre("https://a.example/1"));
  EXPECT_THAT(addressesIn("nonsense"), testing::IsEmpty());
}

}  // namespace
}  // namespace plumbline::auth
