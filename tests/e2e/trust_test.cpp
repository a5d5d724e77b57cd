/// Who may call: the program outside a demo, its tokens, and the key sets it fetches, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "plugin/http/server.h"
#include "tests/certs/signer.h"
#include "tests/e2e/running.h"
#include "tests/plugin/golden.h"

namespace plumbline::e2e {
namespace {

namespace fs = std::filesystem;
using certs::Algorithm;
using certs::Signer;
using http::get;
using http::post;
using std::string;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const string kNow = "2026-11-23T10:00:00Z";
constexpr long kSeconds = 1'795'428'000;  // the same moment
const string kPath = "/cds-services/plumbline-patient-view";
const string kBase = "https://p.example";
const string kIssuer = "https://ehr.example";

/// An EHR's server of key sets: what it says at each path, and how often it was asked.
class KeyServer {
 public:
  KeyServer() : server_({}, [this](const http::Request& request) { return answer(request); }) {
    server_.start();
  }

  void say(const string& path, const string& body) {
    const std::lock_guard lock(mutex_);
    bodies_[path] = body;
  }
  [[nodiscard]] string url(const string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + path;
  }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  http::Reply answer(const http::Request& request) {
    ++asked_;
    http::Reply reply;
    const std::lock_guard lock(mutex_);
    const auto found = bodies_.find(string(request.path));
    reply.status = found == bodies_.end() ? 404 : 200;
    if (found != bodies_.end()) reply.body = found->second;
    return reply;
  }

  std::mutex mutex_;
  std::map<string, string> bodies_;
  std::atomic<int> asked_{0};
  http::Server server_;
};

class Trusting : public Running {
 protected:
  Trusting() : Running("trust") {}
  void SetUp() override {
    Running::SetUp();
    keys.say("/keys", signer.jwks());
  }

  void configure(const string& client, const string& more = "") const {
    std::ofstream(config) << R"({"listen": {"port": 0}, "baseUrl": ")" << kBase
                          << R"(", "store": {"path": "data"},
      "rollout": {"default": "on"}, "development": {"allowPlainHttp": true, "allowLoopback": true},
      "clients": [{"name": "ehr", "issuer": ")"
                          << kIssuer << "\", " << client << "}]" << more << "}";
  }

  void start() { serve({"--config", config, "--now", kNow}); }
  void startWithKeysFromAUrl() {
    configure(R"("jwksUrl": ")" + keys.url("/keys") + '"');
    start();
  }

  static string claims(const string& id, const string& path = kPath) {
    return R"({"iss": ")" + kIssuer + R"(", "aud": ")" + kBase + path + R"(", "exp": )" +
           std::to_string(kSeconds + 300) + R"(, "iat": )" + std::to_string(kSeconds) + R"(, "jti": ")" + id +
           "\"}";
  }
  static string call(const string& token, const string& path = kPath,
                     const string& body = golden::contents("emergency.request.json")) {
    return post(path, body,
                "Content-Type: application/json\r\n" +
                    (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n"));
  }
  int statusOf(const string& token) const { return std::stoi(ask(call(token)).substr(9, 3)); }
  string fresh() { return signer.token(claims("jti-" + std::to_string(++made))); }

  /// Has it read its configuration again, and waits until its log says `words`.
  void reload(const string& words) const {
    const auto from = read(errors).size();
    program->signal(SIGHUP);
    for (int i = 0; i < 2000 && read(errors).find(words, from) == string::npos; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_NE(read(errors).find(words, from), string::npos) << read(errors);
  }

  string run(const std::vector<string>& arguments) const {
    Program command(arguments, errors);
    string out = command.rest();
    EXPECT_EQ(command.ended(), 0);
    return out;
  }

  Signer signer{Algorithm::ES384, "k1"};
  KeyServer keys;
  int made = 0;
};

/// Without what names one request.
string withoutId(string answer) {
  const auto at = answer.find("X-Request-Id: ");
  return answer.erase(at, answer.find("\r\n", at) - at);
}

TEST_F(Trusting, AnswersAGoodTokenAndRefusesAllOthersInTheSameWords) {
  startWithKeysFromAUrl();
  EXPECT_THAT(ask(call(fresh())), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\"critical\"")));
  const string refused = withoutId(ask(call("")));
  EXPECT_THAT(refused, AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("WWW-Authenticate: Bearer\r\n"),
                             HasSubstr("OperationOutcome")));
  const Signer other(Algorithm::ES384, "k1"), unknown(Algorithm::ES384, "k9");
  const string used = fresh();
  EXPECT_EQ(statusOf(used), 200);
  const string bad[] = {
      "nonsense",
      used,
      other.token(claims("o1")),
      unknown.token(claims("u1")),
      signer.token(claims("w1", "/cds-services/plumbline-order-sign")),
      signer.token(R"({"alg": "none", "kid": "k1"})", claims("n1")),
      signer.token(R"({"alg": "HS384", "kid": "k1"})", claims("h1")),
      signer.token(R"({"alg": "ES384", "kid": "k1", "jku": ")" + keys.url("/others") + "\"}", claims("j1")),
      signer.token(R"({"iss": ")" + kIssuer + R"(", "aud": ")" + kBase + kPath + "\"}"),
  };
  for (const string& token : bad) EXPECT_EQ(withoutId(ask(call(token))), refused) << token;
  EXPECT_THAT(ask(get("/cds-services")), StartsWith("HTTP/1.1 200 ")) << "discovery is open";
  EXPECT_THAT(ask(get("/metrics")), HasSubstr("plumbline_token_refusals_total{reason=\"replay\"} 1"));
}

TEST_F(Trusting, AsksForATokenAtDiscoveryWhereThatIsWanted) {
  configure(R"("jwksUrl": ")" + keys.url("/keys") + '"', R"(, "auth": {"discovery": "required"})");
  start();
  EXPECT_THAT(ask(get("/cds-services")), StartsWith("HTTP/1.1 401 "));
  const string token = signer.token(claims("d1", "/cds-services"));
  EXPECT_THAT(ask(get("/cds-services", "Authorization: Bearer " + token + "\r\n")),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(get("/health/live")), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Trusting, FollowsKeysAsTheyRotate) {
  startWithKeysFromAUrl();
  EXPECT_EQ(statusOf(fresh()), 200);
  const Signer second(Algorithm::RS384, "k2"), third(Algorithm::ES384, "k3");
  keys.say("/keys", R"({"keys": [)" + signer.jwk() + "," + second.jwk() + "]}");
  EXPECT_EQ(statusOf(second.token(claims("s1"))), 200);
  EXPECT_EQ(statusOf(fresh()), 200) << "the old one is there too";
  keys.say("/keys", third.jwks());
  EXPECT_EQ(statusOf(third.token(claims("t1"))), 200);
  EXPECT_EQ(statusOf(fresh()), 401) << "the old one was taken back";
}

TEST_F(Trusting, IsNotMadeToFetchByTokensThatMightBeAnybodys) {
  startWithKeysFromAUrl();
  EXPECT_EQ(statusOf(fresh()), 200);
  const int before = keys.asked();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(statusOf(Signer(Algorithm::ES384, "made-up-" + std::to_string(i)).token(claims("m"))), 401);
  const Signer stranger(Algorithm::ES384, "k1");
  keys.say("/theirs", stranger.jwks());
  EXPECT_EQ(statusOf(stranger.token(R"({"alg": "ES384", "kid": "k1", "jku": ")" + keys.url("/theirs") + "\"}",
                                    claims("x"))),
            401);
  EXPECT_LE(keys.asked(), before + 1) << "one look for a new key in a minute";
  EXPECT_EQ(statusOf(fresh()), 200);
}

TEST_F(Trusting, TakesOneOfFiftyTokensThatAreTheSame) {
  startWithKeysFromAUrl();
  EXPECT_EQ(statusOf(fresh()), 200);
  const string request = call(fresh());
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i)
    threads.emplace_back([&] { taken += ask(request).starts_with("HTTP/1.1 200 ") ? 1 : 0; });
  for (auto& each : threads) each.join();
  EXPECT_EQ(taken, 1);
}

TEST_F(Trusting, ORCL_01_TakesKeysFromTheSetsThatAListNames) {
  keys.say("/list", R"({"jkus": [")" + keys.url("/keys") + "\"]}");
  configure(R"("jkuListUrl": ")" + keys.url("/list") + '"');
  start();
  const auto token = [&](const string& path, const string& id) {
    return signer.token(R"({"alg": "ES384", "kid": "k1", "jku": ")" + keys.url(path) + "\"}", claims(id));
  };
  EXPECT_EQ(statusOf(token("/keys", "1")), 200);
  keys.say("/theirs", signer.jwks());
  EXPECT_EQ(statusOf(token("/theirs", "2")), 401);
  EXPECT_EQ(statusOf(fresh()), 401) << "without a jku";
}

TEST_F(Trusting, ReadsKeyFilesAndClientsAgainOnSighup) {
  std::ofstream(directory / "keys.json") << signer.jwks();
  configure(R"("jwksFile": "keys.json")");
  start();
  EXPECT_EQ(statusOf(fresh()), 200);
  const Signer next(Algorithm::ES384, "next");
  std::ofstream(directory / "keys.json") << next.jwks();
  reload("reloaded");
  EXPECT_EQ(statusOf(fresh()), 401);
  EXPECT_EQ(statusOf(next.token(claims("n1"))), 200);
  std::ofstream(directory / "keys.json") << "nonsense";
  reload("reload refused");
  EXPECT_EQ(statusOf(next.token(claims("n2"))), 200);
}

TEST_F(Trusting, TakesTokensForWhereItListensUntilARestart) {
  std::ofstream(directory / "keys.json") << signer.jwks();
  configure(R"("jwksFile": "keys.json")");
  start();
  string moved = read(config);
  moved.replace(moved.find(kBase), kBase.size(), "https://elsewhere.example");
  moved.replace(moved.find(R"("port")"), 0, R"("address": "127.0.0.2", )");
  std::ofstream(config) << moved;
  reload(R"("options":"listen, baseUrl")");
  EXPECT_EQ(statusOf(fresh()), 200) << "EHRs cannot call the new address yet";
}

TEST_F(Trusting, KeepsWhoCalledInTheAudit) {
  startWithKeysFromAUrl();
  const string answer = ask(call(signer.token(claims("audited-1"))));
  const auto at = answer.find("\"uuid\":\"") + 8;
  const string feedback = R"({"feedback": [{"card": ")" + answer.substr(at, 36) +
                          R"(", "outcome": "overridden", "outcomeTimestamp": ")" + kNow + "\"}]}";
  EXPECT_THAT(
      ask(call(signer.token(claims("audited-2", kPath + "/feedback")), kPath + "/feedback", feedback)),
      StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(call("", kPath + "/feedback", feedback)), StartsWith("HTTP/1.1 401 "));
  program->signal(SIGTERM);
  EXPECT_EQ(program->ended(), 0);
  const string rows = run({"report", "--config", config, "--export", "audit", "--format", "ndjson"});
  EXPECT_THAT(rows, AllOf(HasSubstr("\"audited-1\""), HasSubstr("\"audited-2\""),
                          HasSubstr('"' + kIssuer + '"'), HasSubstr("\"ehr\""), HasSubstr("hookInstance")));
  EXPECT_THAT(rows, Not(HasSubstr("quarantined"))) << "the client that was shown the card";
}

/// Neither a token nor a part of one, taken or not, nor what it says beside what the audit keeps.
TEST_F(Trusting, WritesNothingOfATokenAnywhere) {
  startWithKeysFromAUrl();
  const string good = signer.token(R"({"sub": "canary-subject", )" + claims("kept").substr(1));
  const string bad =
      Signer(Algorithm::ES384, "k1").token(R"({"sub": "canary-subject", )" + claims("x").substr(1));
  EXPECT_EQ(statusOf(good), 200);
  EXPECT_EQ(statusOf(good), 401);
  EXPECT_EQ(statusOf(bad), 401);
  EXPECT_EQ(statusOf(bad.substr(0, bad.size() - 8)), 401);
  string written = ask(get("/metrics"));
  ask("GET /" + good + " HTTP/1.1\r\nHost: x\r\n\r\n");
  program->signal(SIGTERM);
  EXPECT_EQ(program->ended(), 0);
  written += read(errors);
  for (const auto& file : fs::directory_iterator(directory / "data")) written += read(file.path());
  EXPECT_THAT(written, HasSubstr("kept")) << "the audit has the id of a token that was taken";
  std::vector<string> canaries{"canary-subject"};
  for (const string& token : {good, bad}) {
    const auto first = token.find('.'), second = token.rfind('.');
    canaries.push_back(token.substr(first + 1, second - first - 1));
    canaries.push_back(token.substr(second + 1, 40));
  }
  for (const auto& canary : canaries) EXPECT_THAT(written, Not(HasSubstr(canary)));
}

TEST_F(Trusting, LetsListedPagesCallFromABrowser) {
  configure(R"("jwksUrl": ")" + keys.url("/keys") + '"', R"(, "cors": {"origins": ["https://ehr.example"]})");
  start();
  const string preflight = "OPTIONS " + kPath +
                           " HTTP/1.1\r\nHost: x\r\nOrigin: https://ehr.example\r\n"
                           "Access-Control-Request-Method: POST\r\n\r\n";
  EXPECT_THAT(ask(preflight), AllOf(StartsWith("HTTP/1.1 204 "), HasSubstr("Authorization, Content-Type"),
                                    HasSubstr("Access-Control-Allow-Origin: https://ehr.example\r\n")));
  const string refused = ask(post(kPath, "{}", "Origin: https://ehr.example\r\n"));
  EXPECT_THAT(refused, AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("Access-Control-Allow-Origin: ")));
  EXPECT_THAT(ask(get("/cds-services", "Origin: https://evil.example\r\n")),
              Not(HasSubstr("Access-Control-Allow-Origin")));
}

TEST_F(Trusting, DoesNotStartForNobodyOrWithoutTls) {
  Program withoutConfiguration({"serve", "--port", "0"}, errors);
  EXPECT_EQ(withoutConfiguration.ended(), 1);
  EXPECT_THAT(read(errors), HasSubstr("/clients: "));
  std::ofstream(config) << R"({"listen": {"port": 0}, "baseUrl": "https://p.example",
    "clients": [{"name": "ehr", "issuer": "https://ehr.example", "jwksFile": "keys.json"}]})";
  Program plain({"serve", "--config", config}, errors);
  EXPECT_EQ(plain.ended(), 1);
  EXPECT_THAT(read(errors), HasSubstr("plumbline.jsonc:/listen: "));
  Program atAnotherTime({"serve", "--config", config, "--now", kNow}, errors);
  EXPECT_EQ(atAnotherTime.ended(), 1);
  EXPECT_THAT(read(errors), HasSubstr("--now: "));
}

}  // namespace
}  // namespace plumbline::e2e
