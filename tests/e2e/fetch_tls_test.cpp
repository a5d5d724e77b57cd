/// Fetching over TLS: who the server is, is proved before it is told anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "certs/tls_server.h"
#include "plugin/http/server.h"
#include "tests/certs/made_certs.h"
#include "tests/e2e/charts.h"
#include "tests/e2e/fetching.h"

namespace plumbline::e2e {
namespace {

using std::string;
using testing::HasSubstr;

class FetchingOverTls : public testing::Test {
 protected:
  void SetUp() override {
    http::Server::Options options;
    options.tls = certs::serverContext(made_.file("server.pem"), made_.file("server.key"), "");
    server_.emplace(std::move(options), [this](const http::Request& request) {
      ++asked_;
      http::Reply reply;
      string target(request.path);
      if (!request.query.empty()) target += "?" + string(request.query);
      const auto held = chart_.held.find(keyOf(chart_, target));
      reply.status = held == chart_.held.end() ? 404 : 200;
      if (held != chart_.held.end()) reply.body = held->second;
      return reply;
    });
    server_->start();
  }
  void TearDown() override { server_->stop(std::chrono::milliseconds(0)); }

  /// Answers a call whose FHIR server is `scheme://host:port`, a name that leads to this machine.
  [[nodiscard]] Answered ask(const string& origin, const string& authority, std::uint16_t port) const {
    fetch::Policy policy = Reach::loopback();
    policy.reachable.authority = authority;
    policy.reachable.lookup = [](const string&) {
      return std::vector<fetch::Address>{*fetch::parseAddress("127.0.0.1")};
    };
    Reach reach(policy);
    const string url = origin + ":" + std::to_string(port) + "/fhir";
    Answered answered;
    for (int i = 0; i < 3; ++i) answered = answerWith(chart_.hook, withAccess(chart_, url), kNow, reach, url);
    return answered;
  }

  void expectUnreached(const Answered& answered) const {
    EXPECT_EQ(answered.reply.status, 412);
    EXPECT_THAT(answered.reply.body, HasSubstr("could not be reached"));
    EXPECT_EQ(asked_, 0) << "no request, and so no token, was sent";
  }

  const certs::MadeCerts made_{"fhir"};
  const Split chart_ = infection();
  std::atomic<int> asked_{0};
  std::optional<http::Server> server_;
};

TEST_F(FetchingOverTls, ReadsAServerThatIsWhoItShouldBe) {
  for (const string origin : {"https://localhost", "https://127.0.0.1"}) {
    asked_ = 0;
    EXPECT_EQ(ask(origin, made_.file("ca.pem"), server_->port()).tier, rules::Tier::Emergency) << origin;
    EXPECT_EQ(asked_, 39) << "three calls of 13 queries";
  }
}

/// T23.
TEST_F(FetchingOverTls, TellsNothingToAServerOfAnotherNameOrOfAnAuthorityThatIsNotTrusted) {
  expectUnreached(ask("https://ehr.example", made_.file("ca.pem"), server_->port()));
  const certs::MadeCerts others("others");
  expectUnreached(ask("https://localhost", others.file("ca.pem"), server_->port()));
  expectUnreached(ask("https://localhost", "", server_->port()));
}

TEST_F(FetchingOverTls, DoesNotWaitForAHandshakeThatNeverEnds) {
  FhirServer silent([](const auto&, auto& talk) { talk.stall(); });
  const auto began = fetch::Clock::now();
  const Answered answered = ask("https://localhost", made_.file("ca.pem"), silent.port());
  EXPECT_EQ(answered.reply.status, 412);
  EXPECT_LT(fetch::Clock::now() - began, std::chrono::milliseconds(3 * 450));
  EXPECT_THAT(answered.reply.body, HasSubstr("did not answer in time"));
}

}  // namespace
}  // namespace plumbline::e2e
