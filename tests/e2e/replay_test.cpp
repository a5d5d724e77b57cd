/// Two processes that share a Redis, and what a caller is told when it is lost; skipped where none is
/// installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "tests/certs/signer.h"
#include "tests/e2e/running.h"
#include "tests/plugin/auth/redis_server.h"
#include "tests/plugin/golden.h"

namespace plumbline::e2e {
namespace {

using std::string;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const string kNow = "2026-11-23T10:00:00Z";
constexpr long kSeconds = 1'795'428'000;  // the same moment
const string kPath = "/cds-services/plumbline-patient-view";

class TwoReplicas : public Running {
 protected:
  TwoReplicas() : Running("replay") {}

  void SetUp() override {
    if (!RedisServer::isInstalled()) GTEST_SKIP() << "redis-server is not installed";
    Running::SetUp();
    redis.emplace();
    redis->remembersSince(kSeconds - 3'600);
    std::ofstream(directory / "keys.json") << signer.jwks();
    configure("reject");
  }

  void configure(const string& replay) const {
    std::ofstream(config) << R"({"listen": {"port": 0}, "baseUrl": "https://p.example",
      "rollout": {"default": "on"}, "development": {"allowPlainHttp": true},
      "replay": {"type": "redis", "address": "127.0.0.1:)"
                          << redis->port() << R"("},
      "clients": [{"name": "ehr", "issuer": "https://ehr.example", "jwksFile": "keys.json", "replay": ")"
                          << replay << "\"}]}";
  }

  /// The second of the two; `port` is of the first.
  std::uint16_t startAnother() {
    another.emplace(std::vector<string>{"serve", "--config", config, "--now", kNow}, errors);
    const string ready = another->line();
    return static_cast<std::uint16_t>(std::stoi(ready.substr(ready.rfind(':') + 1)));
  }

  string token(const string& id) const {
    return signer.token(R"({"iss": "https://ehr.example", "aud": "https://p.example)" + kPath +
                        R"(", "exp": )" + std::to_string(kSeconds + 300) + R"(, "iat": )" +
                        std::to_string(kSeconds) + R"(, "jti": ")" + id + "\"}");
  }
  static string call(std::uint16_t at, const string& withToken) {
    http::Client client(at);
    client.say(http::post(kPath, golden::contents("emergency.request.json"),
                          "Content-Type: application/json\r\nAuthorization: Bearer " + withToken + "\r\n"));
    return client.answer();
  }

  certs::Signer signer{certs::Algorithm::ES384, "k1"};
  std::optional<RedisServer> redis;
  std::optional<Program> another;
};

TEST_F(TwoReplicas, TakeATokenOnceBetweenThemAndNoneThatMayBeAReplayWhenRedisIsLost) {
  serve({"--config", config, "--now", kNow});
  const auto second = startAnother();
  const string used = token("1");
  EXPECT_THAT(call(port, used), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(call(second, used), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask(http::get("/metrics")), HasSubstr("plumbline_replay_store_up 1\n"));
  redis->stop();
  const string refused = call(second, token("2"));
  EXPECT_THAT(refused,
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: "), HasSubstr("OperationOutcome"),
                    HasSubstr("replay of the token cannot be ruled out"), Not(HasSubstr("cards"))));
  EXPECT_THAT(call(second, used), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(call(port, token("3")), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(ask(http::get("/metrics")),
              AllOf(HasSubstr("plumbline_replay_store_up 0\n"), HasSubstr("reason=\"replay-unknown\"} 1")));
  redis->start();
  string answer;
  for (int i = 0; i < 300 && !answer.starts_with("HTTP/1.1 200 "); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    answer = call(second, token("2"));
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 ")) << "without a restart";
  EXPECT_THAT(call(second, used), StartsWith("HTTP/1.1 401 ")) << "which Redis still knows";
}

TEST_F(TwoReplicas, GoOnForAClientWhoseRepeatsAreOnlyLogged) {
  configure("log");
  redis->stop();
  serve({"--config", config, "--now", kNow});
  EXPECT_THAT(call(port, token("1")), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(http::get("/metrics")), AllOf(HasSubstr("plumbline_replay_store_up 0\n"),
                                                HasSubstr("reason=\"replay-unknown-logged\"} 1")));
}

TEST_F(TwoReplicas, AreCheckedWithTheRedisTheyNeed) {
  Program good({"check", "--config", config}, errors);
  EXPECT_THAT(good.rest(), Not(HasSubstr("/replay")));
  EXPECT_EQ(good.ended(), 0);
  EXPECT_EQ(redis->say({"CONFIG", "SET", "maxmemory-policy", "volatile-ttl"}), "+OK\r\n");
  Program forgetful({"check", "--config", config}, errors);
  EXPECT_THAT(forgetful.rest(), HasSubstr("/replay/address: the Redis there may forget tokens"));
  EXPECT_EQ(forgetful.ended(), 1);
  redis->stop();
  Program alone({"check", "--config", config}, errors);
  EXPECT_THAT(alone.rest(), HasSubstr("/replay/address: the Redis there cannot be reached"));
  EXPECT_EQ(alone.ended(), 1);
}

}  // namespace
}  // namespace plumbline::e2e
