/// Two replicas that share a Redis, as the callers of both see them; skipped, saying so, where none is
/// installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "plugin/auth/authenticator.h"
#include "tests/certs/signer.h"
#include "tests/plugin/auth/redis_server.h"

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

/// Two clients: `once` takes each token once, `log` logs.
class Replicas : public testing::Test {
 protected:
  void SetUp() override {
    if (!RedisServer::isInstalled()) GTEST_SKIP() << "redis-server is not installed";
    ::signal(SIGPIPE, SIG_IGN);
    redis_.emplace();
    redis_->remembersSince(1'700'000'000);
    config_.baseUrl = "https://p.example";
    config_.replayStore = ReplayStore{"127.0.0.1", redis_->port(), ""};
    const string keys = redis_->directory() / "keys.json";
    std::ofstream(keys) << signer_.jwks();
    for (const char* name : {"once", "log"}) {
      Client client;
      client.name = name;
      client.issuer = string("https://") + name + ".example";
      client.keys = {KeySource::Kind::File, keys};
      config_.clients.push_back(client);
    }
    config_.clients[1].replay = Client::Replay::Log;
    one_ = replica();
    two_ = replica();
  }

  std::shared_ptr<Authenticator> replica(const Authenticator* before = nullptr) {
    std::vector<fhir::Problem> problems;
    auto made = std::make_shared<Authenticator>(
        config_, [](const string&) {}, before, problems);
    for (const auto& each : problems) ADD_FAILURE() << each.pointer << ": " << each.message;
    return made;
  }

  static string claims(const string& client, const string& id) {
    return R"({"iss": "https://)" + client + R"(.example", "aud": "https://p.example)" + kPath +
           R"(", "exp": 1800000300, "iat": 1800000000, "jti": ")" + id + "\"}";
  }

  /// What becomes of a token; `why` says more where there is more to say.
  Kind ask(Authenticator& replica, const string& token, string* why = nullptr) {
    const string header = "Bearer " + token;
    const http::Request request{"POST", kPath, "", {{"Authorization", header}}, "", "id"};
    const auto verdict = replica.authenticate(request, kNow);
    if (why) *why = verdict.why;
    return verdict.kind;
  }

  Signer signer_{Algorithm::ES384, "k"};
  std::optional<RedisServer> redis_;
  Config config_;
  std::shared_ptr<Authenticator> one_, two_;
};

TEST_F(Replicas, TakeATokenOnceBetweenThem) {
  string why;
  const string token = signer_.token(claims("once", "1"));
  EXPECT_EQ(ask(*one_, token), Kind::Taken);
  EXPECT_EQ(ask(*two_, token, &why), Kind::Refused);
  EXPECT_EQ(why, "replay");
  const string logged = signer_.token(claims("log", "1"));
  EXPECT_EQ(ask(*one_, logged, &why), Kind::Taken);
  EXPECT_EQ(why, "");
  EXPECT_EQ(ask(*two_, logged, &why), Kind::Taken);
  EXPECT_EQ(why, "replay-logged");
}

TEST_F(Replicas, RecordNothingOfATokenThatIsRefused) {
  EXPECT_EQ(ask(*one_, Signer(Algorithm::ES384, "k").token(claims("once", "1"))), Kind::Refused);
  EXPECT_EQ(redis_->say({"DBSIZE"}), ":1\r\n") << "plumbline:since alone";
  EXPECT_EQ(ask(*two_, signer_.token(claims("once", "1"))), Kind::Taken);
}

TEST_F(Replicas, TakeNothingThatMayBeAReplayWhileRedisIsAway) {
  string why;
  const string used = signer_.token(claims("once", "1")), fresh = signer_.token(claims("once", "2"));
  EXPECT_EQ(ask(*one_, used), Kind::Taken);
  EXPECT_EQ(ask(*two_, signer_.token(claims("once", "0"))), Kind::Taken);
  redis_->stop();
  EXPECT_EQ(ask(*one_, used, &why), Kind::Refused) << "which this replica knows by itself";
  EXPECT_EQ(why, "replay");
  EXPECT_EQ(ask(*two_, used, &why), Kind::Unsure);
  EXPECT_EQ(why, "replay-unknown");
  EXPECT_EQ(ask(*two_, fresh), Kind::Unsure);
  const string logged = signer_.token(claims("log", "1"));
  EXPECT_EQ(ask(*two_, logged, &why), Kind::Taken);
  EXPECT_EQ(why, "replay-unknown-logged");
  EXPECT_EQ(ask(*two_, logged, &why), Kind::Taken);
  EXPECT_EQ(why, "replay-logged") << "it still counts what comes to itself";
  redis_->start();
  two_ = replica();  // as after its pause
  EXPECT_EQ(ask(*two_, fresh), Kind::Taken) << "it was not used up";
  EXPECT_EQ(ask(*two_, used), Kind::Refused);
}

TEST_F(Replicas, KeepWhatTheyShareOverAReload) {
  EXPECT_EQ(replica(one_.get())->sharedReplays(), one_->sharedReplays());
  config_.replayStore.reset();
  EXPECT_EQ(replica(one_.get())->sharedReplays(), nullptr);
}

TEST(AReplica, NeedsAPasswordThatCanBeRead) {
  Config config;
  config.file = "f";
  config.replayStore = ReplayStore{"127.0.0.1", 1, "/no/such/file"};
  std::vector<fhir::Problem> problems;
  const Authenticator reads(
      config, [](const string&) {}, nullptr, problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems.front().pointer, "/replay/passwordFile");
}

}  // namespace
}  // namespace plumbline::auth
