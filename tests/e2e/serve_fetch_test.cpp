/// The program as it is installed, fetching from a FHIR server on loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/charts.h"
#include "tests/e2e/fetching.h"
#include "tests/e2e/running.h"
#include "tests/plugin/golden.h"

namespace plumbline::e2e {
namespace {

using std::string;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
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

TEST_F(ServeFetching, TellsTheServerWhichTraceItsRequestsBelongTo) {
  start(R"({"allowPlainHttp": true, "allowLoopback": true})");
  const string trace = "0af7651916cd43dd8448eb211c80319c", caller = "b7ad6b7169203331";
  const auto askWith = [&](const string& fields) {
    const auto before = server_.asked().size();
    EXPECT_THAT(ask(http::post("/cds-services/plumbline-patient-view", withAccess(chart_, server_.url()),
                               "Content-Type: application/json\r\n" + fields)),
                StartsWith("HTTP/1.1 200 "));
    const auto all = server_.asked();
    return std::vector(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
  };
  std::set<string> parents;
  const auto told =
      askWith("traceparent: 00-" + trace + "-" + caller + "-01\r\ntracestate: a=1\r\nTraceState: b=2\r\n");
  ASSERT_EQ(told.size(), 13U);
  for (const auto& each : told) {
    const string parent = each.field("traceparent");
    EXPECT_THAT(parent, AllOf(StartsWith("00-" + trace + "-"), EndsWith("-01"), SizeIs(55)));
    EXPECT_EQ(each.field("tracestate"), "a=1,b=2");
    EXPECT_THAT(parent, Not(HasSubstr(caller)));
    EXPECT_TRUE(parents.insert(parent).second) << "each has a span of its own";
  }
  for (const auto& each :
       askWith("traceparent: 00-" + trace + "-0000000000000000-01\r\ntracestate: a=1\r\n")) {
    EXPECT_THAT(each.field("traceparent"), AllOf(SizeIs(55), Not(HasSubstr(trace)), EndsWith("-00")));
    EXPECT_EQ(each.field("tracestate"), "");
  }
  program->signal(SIGTERM);
  EXPECT_EQ(program->ended(), 0);
  EXPECT_THAT(read(errors), Not(HasSubstr("a=1")));
}

/// A server that is asked what it can, before anybody calls.
class Doctor : public Running {
 protected:
  Doctor() : Running("doctor") {}

  std::pair<string, int> examine(const string& development) {
    std::ofstream(config) << R"({"development": )" << development << "}";
    Program command({"doctor", "--url", server_.url(), "--config", config}, errors);
    string out = command.rest();
    return {std::move(out), command.ended()};
  }

  struct Answer {
    string body, status = "200 OK", fields{};
  };
  void answerWith(Answer answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }

  std::mutex mutex_;
  Answer answer_{
      R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"mode":"server","resource":[
    {"type":"Patient","interaction":[{"code":"read"}]},
    {"type":"Condition","interaction":[{"code":"search-type"}],"searchParam":[{"name":"patient"}]}]}]})"};
  FhirServer server_{[this](const auto&, auto& talk) {
    const std::lock_guard lock(mutex_);
    talk.answer(answer_.body, answer_.status, answer_.fields);
  }};
};

TEST_F(Doctor, AsksAServerOnceForWhatItCanAndSendsItNothing) {
  const auto [out, code] = examine(R"({"allowPlainHttp": true, "allowLoopback": true})");
  EXPECT_EQ(code, 0) << read(errors);
  EXPECT_THAT(out, AllOf(HasSubstr("FHIR 4.0.1, 2 types"), HasSubstr("the server has no Observation")));
  ASSERT_EQ(server_.asked().size(), 1U);
  EXPECT_THAT(server_.asked().front().head,
              AllOf(StartsWith("GET /fhir/metadata HTTP/1.1\r\n"), Not(HasSubstr("Authorization")),
                    Not(HasSubstr("traceparent"))));
}

TEST_F(Doctor, KeepsToTheRulesOfFetching) {
  EXPECT_EQ(examine("{}"), std::pair(string(), 1));
  EXPECT_EQ(server_.connections(), 0);
  const string permitted = R"({"allowPlainHttp": true, "allowLoopback": true})";
  answerWith({"", "302 Found", "Location: " + server_.url() + "/elsewhere\r\n"});
  EXPECT_EQ(examine(permitted), std::pair(string(), 1));
  EXPECT_EQ(server_.asked().size(), 1U) << "redirects are not followed";
  EXPECT_THAT(read(errors), HasSubstr("answered 302"));
  answerWith({R"({"resourceType":"OperationOutcome"})"});
  EXPECT_EQ(examine(permitted), std::pair(string(), 1));
  EXPECT_THAT(read(errors), HasSubstr("is no CapabilityStatement"));
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
