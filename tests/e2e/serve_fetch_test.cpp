/// The program as it is installed, fetching from a FHIR server on loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/e2e/charts.h"
#include "tests/e2e/fetching.h"
#include "tests/e2e/running.h"
#include "tests/plugin/golden.h"

namespace plumbline::e2e {
namespace {

using std::string;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ServeFetching : public Running {
 protected:
  ServeFetching() : Running("fetch") {}

  void start(const string& development, const string& limits = "{}") {
    std::ofstream(config)
        << R"({"limits": )" << limits << R"(, "development": )" << development
        << R"(, "clients": [{"name": "a", "issuer": "a", "jwksFile": "a.json", "fhirServers": [")"
        << server_.url() << "\"]}]}";
    serve({"--demo", "--port", "0", "--now", "2026-11-23T10:00:00Z", "--config", config});
  }

  [[nodiscard]] string askNaming(const string& server) const {
    return ask(http::post("/cds-services/plumbline-patient-view", withAccess(chart_, server),
                          "Content-Type: application/json\r\n"));
  }

  const Split chart_ = infection();
  bool stalls_ = false;
  FhirServer server_{[this](const auto& asked, auto& talk) {
    if (stalls_) return talk.stall();
    answerAs(chart_, asked, talk);
  }};
};

TEST_F(ServeFetching, FetchesWhatACallLacksAndSaysNothingOfTokenOrPatient) {
  start(R"({"allowPlainHttp": true, "allowLoopback": true})");
  EXPECT_THAT(askNaming(server_.url()),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr(R"("tier":"emergency")")));
  EXPECT_THAT(askNaming("http://127.0.0.1:9/fhir"), StartsWith("HTTP/1.1 412 "));
  const string metrics = ask(http::get("/metrics"));
  EXPECT_THAT(metrics, AllOf(HasSubstr("plumbline_fhir_server_not_listed_total 1\n"),
                             HasSubstr("plumbline_fhir_searches_total{result=\"fetched\"} 13\n")));
  program->signal(SIGTERM);
  EXPECT_EQ(program->rest(), "");
  EXPECT_EQ(program->ended(), 0);
  for (const string& said : {metrics, read(errors)})
    EXPECT_THAT(said, Not(AnyOf(HasSubstr("canary"), HasSubstr("p1\""), HasSubstr("Patient/"))));
}

TEST_F(ServeFetching, ReachesNeitherLoopbackNorPlainHttpUnlessItIsForDevelopment) {
  for (const string development : {R"({})", R"({"allowPlainHttp": true})", R"({"allowLoopback": true})"}) {
    start(development);
    EXPECT_THAT(askNaming(server_.url()), StartsWith("HTTP/1.1 412 ")) << development;
    program.reset();
  }
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(ServeFetching, AnswersInTimeWhereTheServerDoesNot) {
  stalls_ = true;
  start(R"({"allowPlainHttp": true, "allowLoopback": true})");
  for (int i = 0; i < 3; ++i) {
    const auto began = std::chrono::steady_clock::now();
    const string answer = askNaming(server_.url());
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(500));
    EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 412 "), HasSubstr("did not answer in time")));
  }
}

}  // namespace
}  // namespace plumbline::e2e
