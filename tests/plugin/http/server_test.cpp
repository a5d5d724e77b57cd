#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "tests/plugin/http/server_fixture.h"

namespace plumbline::http {
namespace {

using std::string;
using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(HttpServer, AnswersInOnePieceWithItsOwnHeaders) {
  start();
  const auto answer = ask(post("/a", "{\"b\":1}", "X-Request-Id: abc-1\r\n"));
  EXPECT_EQ(answer,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n"
            "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: abc-1\r\n"
            "Connection: keep-alive\r\n\r\n{\"b\":1}");
  EXPECT_THAT(ask(get("/page")), AllOf(HasSubstr("max-age=60"), Not(HasSubstr("no-store"))));
}

TEST_F(HttpServer, MakesUpARequestIdWhenTheCallersIsNotAToken) {
  start();
  const string longest(64, 'i');
  EXPECT_THAT(ask(get("/", "X-Request-Id: " + longest + "\r\n")), HasSubstr(longest));
  for (const string& id : {""s, "a b"s, "a\"b"s, longest + "i"}) {
    const auto answer = ask(get("/", "X-Request-Id: " + id + "\r\n"));
    const auto own = answer.substr(answer.find("X-Request-Id: ") + 14, 34);
    EXPECT_THAT(own, testing::MatchesRegex("[0-9a-f]{32}\r\n")) << answer;
  }
}

TEST_F(HttpServer, AnswersHeadAsGetWithoutTheBody) {
  start();
  auto sender = client();
  sender.say("HEAD /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" +
             get("/b", "Connection: close\r\n"));
  const auto heard = sender.rest();
  EXPECT_THAT(heard, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(heard, Not(HasSubstr("abc")));
  EXPECT_EQ(answersIn(heard), 2u);
  EXPECT_THAT(handled(), ElementsAre("GET /a", "GET /b"));
}

TEST_F(HttpServer, GivesNoContentNoLength) {
  start();
  auto sender = client();
  sender.say(get("/empty") + get("/b", "Connection: close\r\n"));
  const auto answer = sender.answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(answersIn(sender.rest()), 1u);
}

TEST_F(HttpServer, ClosesAfterHttp10UnlessAskedToStay) {
  start();
  auto sender = client();
  sender.say("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(sender.answer(), HasSubstr("Connection: keep-alive\r\n"));
  sender.say("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_THAT(sender.rest(), HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServer, InvitesTheBodyOnceItWillTakeIt) {
  start();
  auto sender = client();
  sender.say("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(sender.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  sender.say("hello");
  EXPECT_THAT(sender.answer(), HasSubstr("\r\n\r\nhello"));
  sender.say(post("/a", "at once", "Expect: 100-continue\r\n"));
  EXPECT_THAT(sender.answer(), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("at once")));
}

TEST_F(HttpServer, TurnsAHandlersExceptionIntoA500AndSaysNothingOfIt) {
  start();
  testing::internal::CaptureStderr();
  auto sender = client();
  for (const string path : {"/throw", "/throw-int", "/split"}) {
    sender.say(get(path,
                   "X-Request-Id: the-id\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-"
                   "b7ad6b7169203331-01\r\ntracestate: doe=jane\r\n"));
    const auto answer = sender.answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 Internal Server Error\r\n")) << path;
    EXPECT_THAT(answer, Not(AnyOf(HasSubstr("Jane"), HasSubstr("runtime_error"), HasSubstr("X-B"))));
  }
  sender.say(get("/a"));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200 "));
  const string logged = testing::internal::GetCapturedStderr();
  for (const string type : {"std::runtime_error", "int", "std::invalid_argument"})
    EXPECT_THAT(logged, HasSubstr(R"("event":"an exception was thrown","request":"the-id",)"
                                  R"("trace":"0af7651916cd43dd8448eb211c80319c","type":")" +
                                  type + "\"}\n"));
  EXPECT_EQ(std::count(logged.begin(), logged.end(), '\n'), 3);
  EXPECT_THAT(logged, Not(AnyOf(HasSubstr("Jane"), HasSubstr("jane"))));
  EXPECT_EQ(server->counters().refused(500), 3u);
}

TEST_F(HttpServer, LetsRequestsFinishWhenItStops) {
  start();
  auto idle = client();
  auto fresh = client();
  idle.say(get("/a"));
  idle.answer();
  auto working = client();
  working.say(get("/wait"));
  awaitHandled(2);
  const auto port = server->port();
  awaitOpen(3);

  std::thread stopping([&] { server->stop(5s); });
  EXPECT_EQ(idle.rest(), "") << "closed while the other one still works";
  EXPECT_EQ(fresh.rest(), "");
  EXPECT_TRUE(working.silentFor(50ms));
  release();
  const auto answer = working.rest();
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Connection: close\r\n")));
  stopping.join();
  EXPECT_THROW(Client{port}, std::runtime_error);
  EXPECT_EQ(server->counters().open, 0);
}

TEST_F(HttpServer, CutsWhatHasNotFinishedWhenTheDrainIsOver) {
  options.limits.bodyGrace = 30s;
  start();
  auto sender = client();
  sender.say("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
  EXPECT_TRUE(sender.silentFor(50ms));
  const auto begin = Clock::now();
  server->stop(100ms);
  EXPECT_LT(Clock::now() - begin, 2s);
  EXPECT_EQ(answersIn(sender.rest()), 0u);
}

TEST_F(HttpServer, FailsToStartOnATakenPort) {
  start();
  auto taken = options;
  taken.port = server->port();
  Server second(taken, [](const Request&) { return Reply{}; });
  EXPECT_ANY_THROW(second.start());
}

TEST_F(HttpServer, SurvivesClientsThatVanish) {
  start();
  const string whole = post("/a", "body");
  for (std::size_t cut = 0; cut <= whole.size(); cut += 3) client().say(whole.substr(0, cut));
  EXPECT_THAT(ask(get("/a")), StartsWith("HTTP/1.1 200 "));
  awaitOpen(0);
}

}  // namespace
}  // namespace plumbline::http
