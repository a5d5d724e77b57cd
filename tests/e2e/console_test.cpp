/// The console of a service that is no demo: where it answers, and to whom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/e2e/running.h"

namespace plumbline::e2e {
namespace {

using http::get;
using std::string;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const string kSecret = "0123456789abcdef0123456789abcdef";

/// The key of an EHR that never calls here.
const string kKeys = R"({"keys": [{"kty": "EC", "crv": "P-384", "use": "sig", "alg": "ES384", "kid": "k1",
  "x": "sXwujk1RAmCiEXZ1QnTJ5jFxN0xcFzbq7ug6IEf7ICS0dYPrqJ2IU9DNREmpCNj5",
  "y": "8224DKRYfTye_E4E_zRl0wtsMt_GtLErQsZKgoCm1dZjf1jC3dlVqsyb8PFajAf9"}]})";

class ConsoleOfAService : public Running {
 protected:
  ConsoleOfAService() : Running("console") {}

  void start(const string& more) {
    std::ofstream(directory / "keys.json") << kKeys;
    std::ofstream(directory / "token") << kSecret << "\n";
    std::ofstream(config)
        << R"({"listen": {"port": 0}, "baseUrl": "http://localhost", "store": {"path": "data"},
      "development": {"allowPlainHttp": true, "allowLoopback": true},
      "clients": [{"name": "city", "issuer": "https://city.example", "jwksFile": "keys.json"}])"
        << more << "}";
    serve({"--config", config});
    const string log = read(errors), before = R"("url":"http://127.0.0.1:)";
    const auto at = log.find(before, log.find("admin listens"));
    if (at != string::npos) admin = static_cast<std::uint16_t>(std::stoi(log.substr(at + before.size())));
  }

  string askAdmin(const string& path, const string& fields = "Host: localhost\r\n") const {
    http::Client client(admin);
    client.say("GET " + path + " HTTP/1.1\r\n" + fields + "\r\n");
    return client.answer();
  }

  std::uint16_t admin = 0;
};

const std::vector<string> kPaths{"/console", "/console/", "/console/console.js", "/console/report.json"};

TEST_F(ConsoleOfAService, IsNotOnTheListenerOfServices) {
  start(R"(, "admin": {"port": 0})");
  for (const string& path : kPaths) EXPECT_THAT(ask(get(path)), StartsWith("HTTP/1.1 404 ")) << path;
  EXPECT_THAT(ask(get("/knowledge")), AllOf(StartsWith("HTTP/1.1 200 "), Not(HasSubstr("/console/"))));
  EXPECT_THAT(askAdmin("/console/"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("X-Content-Type-Options: nosniff\r\n"),
                    HasSubstr("Cache-Control: no-store\r\n"), HasSubstr("frame-ancestors 'none'")));
  EXPECT_THAT(askAdmin("/console/report.json"),
              AllOf(HasSubstr(R"("calls":0)"), HasSubstr(R"("client":"city")")));
  EXPECT_THAT(askAdmin("/pages/style.css"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(askAdmin("/knowledge"), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("/console/")));
  EXPECT_THAT(askAdmin("/console/", "Host: evil.example\r\n"), StartsWith("HTTP/1.1 403 "));
}

TEST_F(ConsoleOfAService, IsNowhereWithoutAListenerOfItsOwn) {
  start(R"(, "console": {"tokenFile": "token"})");
  for (const string& path : kPaths) {
    EXPECT_THAT(ask(get(path, "Authorization: Bearer " + kSecret + "\r\n")), StartsWith("HTTP/1.1 404 "))
        << path;
  }
}

TEST_F(ConsoleOfAService, IsRefusedWithoutTheSecret) {
  start(R"(, "admin": {"port": 0}, "console": {"tokenFile": "token"})");
  const string host = "Host: localhost\r\n";
  for (const string& path : kPaths) {
    EXPECT_THAT(askAdmin(path), AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("WWW-Authenticate: Basic")))
        << path;
    EXPECT_THAT(askAdmin(path, host + "Authorization: Bearer 0123456789abcdef0123456789abcdee\r\n"),
                StartsWith("HTTP/1.1 401 "))
        << path;
  }
  EXPECT_THAT(askAdmin("/console/report.json", host + "Authorization: Bearer " + kSecret + "\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr(R"("health")")));
  EXPECT_THAT(askAdmin("/metrics"), HasSubstr(R"(plumbline_token_refusals_total{reason="console"} 8)"));
  EXPECT_THAT(read(errors), Not(HasSubstr(kSecret)));
}

TEST_F(ConsoleOfAService, TakesANewSecretOnSighup) {
  start(R"(, "admin": {"port": 0}, "console": {"tokenFile": "token"})");
  const string other = "fedcba9876543210fedcba9876543210";
  std::ofstream(directory / "token") << other;
  program->signal(SIGHUP);
  for (int i = 0; i < 1000 && read(errors).find("reloaded") == string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const auto with = [&](const string& secret) {
    return askAdmin("/console/", "Host: localhost\r\nAuthorization: Bearer " + secret + "\r\n");
  };
  EXPECT_THAT(with(other), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(with(kSecret), StartsWith("HTTP/1.1 401 "));
}

TEST_F(ConsoleOfAService, IsNotThereWhereOtherMachinesReachItsListenerAndItHasNoSecret) {
  start(R"(, "admin": {"address": "0.0.0.0", "port": 0})");
  EXPECT_THAT(read(errors), AllOf(HasSubstr("there is no console"), HasSubstr("console.tokenFile")));
  const string log = read(errors), before = R"("url":"http://0.0.0.0:)";
  admin = static_cast<std::uint16_t>(std::stoi(log.substr(log.find(before) + before.size())));
  for (const string& path : kPaths) EXPECT_THAT(askAdmin(path), StartsWith("HTTP/1.1 404 ")) << path;
  EXPECT_THAT(askAdmin("/health/live"), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace plumbline::e2e
