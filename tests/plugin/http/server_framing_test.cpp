#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/plugin/http/server_fixture.h"

namespace plumbline::http {
namespace {

using std::string;
using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// performance.md 7: what Poco's HTTPServer let through. Each is followed by a request that must not run.
TEST_F(HttpServer, RefusesEachFramingHazardOnceAndCloses) {
  start();
  const string line = "POST /a HTTP/1.1\r\nHost: x\r\n";
  const string hidden = get("/hidden");
  const auto fields = [](int count) {
    string text;
    for (int i = 0; i < count; ++i) text += "A: b\r\n";
    return text;
  };
  const struct {
    int status;
    string request;
  } hazards[] = {
      {400, line + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {400, line + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
      {400, line + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n"},
      {400, line + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"},
      {400, line + "Content-Length: 2, 2\r\n\r\n{}"},
      {400, line + "Content-Length : 2\r\n\r\n{}"},
      {400, line + "Content-Length: +2\r\n\r\n{}"},
      {400, line + "Content-Length: -2\r\n\r\n{}"},
      {400, line + "Content-Length: two\r\n\r\n{}"},
      {411, line + "\r\n"},
      {411, line + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {411, line + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"},
      {411, line + "Transfer-Encoding: chunked\r\n\r\n1;" + string(70'000, 'e') + "\r\n"},
      {501, line + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
      {501, line + "Transfer-Encoding: =?us-ascii?Q?chunked?=\r\n\r\n0\r\n\r\n"},
      {400, line + "no colon\r\nContent-Length: 2\r\n\r\n{}"},
      {400, "POST /a HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}"},
      {400, line + "A: b\nContent-Length: 2\r\n\r\n{}"},
      {400, line + "A: b\rContent-Length: 2\r\n\r\n{}"},
      {400, line + "A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}"},
      {400, "POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"},
      {400, line + "Host: y\r\nContent-Length: 2\r\n\r\n{}"},
      {400, line + "A: \0\r\nContent-Length: 2\r\n\r\n{}"s},
      {400, line + "A: \xff\r\nContent-Length: 2\r\n\r\n{}"},
      {400, "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /\r\n\r\n"},
      {505, "GET / HTTP/2.0\r\nHost: x\r\n\r\n"},
      {413, line + "Content-Length: 16777217\r\n\r\n"},
      {413, line + "Content-Length: 16777217\r\nExpect: 100-continue\r\n\r\n"},
      {414, get("/" + string(9000, 'a'))},
      {414, get("/" + string(40'000, 'a'))},
      {417, line + "Content-Length: 2\r\nExpect: 200-ok\r\n\r\n{}"},
      {431, get("/", fields(100))},
      {431, get("/", "A: " + string(33'000, 'a') + "\r\n")},
      {431, get("/", "A: " + string(70'000, 'a') + "\r\n")},
  };
  for (const auto& [status, request] : hazards) {
    const auto before = server->counters().refused(status);
    auto sender = client();
    sender.say(request + hidden);
    const auto heard = sender.rest();
    const auto shown = request.substr(0, 120);
    EXPECT_THAT(heard, StartsWith("HTTP/1.1 " + std::to_string(status) + " ")) << shown;
    EXPECT_EQ(answersIn(heard), 1u) << shown;
    EXPECT_THAT(heard, HasSubstr("Connection: close\r\n")) << shown;
    EXPECT_THAT(heard,
                HasSubstr(R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")"));
    EXPECT_THAT(heard, Not(AnyOf(HasSubstr("RESET"), HasSubstr("SILENCE")))) << shown;
    EXPECT_EQ(server->counters().refused(status), before + 1) << shown;
  }
  EXPECT_THAT(handled(), IsEmpty());
}

TEST_F(HttpServer, ReadsABodyWholeWhateverTheHandlerDoesWithIt) {
  start();
  auto sender = client();
  sender.say(post("/throw", get("/hidden")) + post("/a", "next"));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(sender.answer(), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\r\n\r\nnext")));
  EXPECT_THAT(handled(), ElementsAre("POST /throw", "POST /a"));
}

TEST_F(HttpServer, KeepsTheHeadWholeAtPocosLineLength) {
  start();
  for (std::size_t length : {4091u, 4092u, 4093u, 8192u, 16384u}) {
    auto sender = client();
    sender.say(post("/a", get("/hidden"), "A: " + string(length - 3, 'a') + "\r\n") + post("/b", "b"));
    EXPECT_THAT(sender.answer(), HasSubstr("GET /hidden")) << "given back as the body it is";
    EXPECT_THAT(sender.answer(), HasSubstr("\r\n\r\nb"));
  }
  EXPECT_THAT(handled(), Not(testing::Contains("GET /hidden")));
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
  start();
  auto sender = client();
  string all;
  for (int i = 0; i < 200; ++i) all += post("/a", string(static_cast<std::size_t>(i), 'b'));
  sender.say(all + get("/last", "Connection: close\r\n") + get("/hidden"));
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_THAT(sender.answer(), HasSubstr("Content-Length: " + std::to_string(i) + "\r\n"));
  }
  EXPECT_THAT(sender.rest(), AllOf(HasSubstr("Connection: close"), Not(HasSubstr("RESET"))));
  EXPECT_EQ(handled().size(), 201u);
}

TEST_F(HttpServer, ReadsRequestsThatArriveByteByByte) {
  options.limits.headTime = 5s;
  start();
  auto sender = client();
  for (char c : post("/a", "slowly") + get("/b")) sender.say({&c, 1});
  EXPECT_THAT(sender.answer(), HasSubstr("\r\n\r\nslowly"));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServer, TakesLargeBodiesAndGoesOnSmall) {
  start();
  auto sender = client();
  const string large(5'000'000, 'x');
  for (int i = 0; i < 3; ++i) {
    sender.say(post("/a", large) + post("/b", "small"));
    EXPECT_TRUE(sender.answer().ends_with("\r\n\r\n" + large));
    EXPECT_THAT(sender.answer(), HasSubstr("\r\n\r\nsmall"));
  }
}

TEST_F(HttpServer, ShowsTheRefusalToAClientThatKeepsSending) {
  start();
  auto sender = client();
  sender.say(post("/a", string(50'000, 'x'), "Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(sender.rest(), AllOf(StartsWith("HTTP/1.1 400 "), Not(HasSubstr("RESET"))));
}

}  // namespace
}  // namespace plumbline::http
