#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/plugin/http/server_fixture.h"

namespace plumbline::http {
namespace {

using std::string;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST_F(HttpServer, RefusesALargeBodyWithoutReadingIt) {
  options.limits.head.bodyBytes = 1000;
  start();
  auto sender = client();
  sender.say("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_THAT(sender.answer(), AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("too-long")));
  EXPECT_THAT(ask(post("/a", string(1000, 'x'))), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServer, BoundsTheBytesOfAllBodiesTogether) {
  options.limits.bytesInFlight = 10'000;
  start();
  auto holder = client();
  holder.say(post("/wait", string(6'000, 'x')));
  awaitHandled(1);
  EXPECT_THAT(ask(post("/a", string(5'000, 'x'))),
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: ")));
  EXPECT_THAT(ask(post("/a", string(4'000, 'x'))), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(get("/health")), StartsWith("HTTP/1.1 200 "));
  release();
  EXPECT_THAT(holder.answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(post("/a", string(10'000, 'x'))), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServer, CountsBytesThatCameAndNotBytesThatWerePromised) {
  options.limits.bytesInFlight = 10'000;
  options.limits.bodyGrace = 5s;
  start();
  auto first = client();
  auto second = client();
  const string half = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n";
  first.say(half);
  second.say(half + string(8'999, 'x'));
  EXPECT_TRUE(second.silentFor(50ms)) << "the first one's promise takes no room";
  first.say(string(2'000, 'x'));
  EXPECT_THAT(first.rest(), StartsWith("HTTP/1.1 503 "));
  second.say("x");
  EXPECT_THAT(second.answer(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServer, WaitsForAHeadOnlySoLongHoweverItDribbles) {
  start();
  auto sender = client();
  const auto begin = Clock::now();
  const string head = get("/a", "A: " + string(200, 'a') + "\r\n");
  for (std::size_t i = 0; i < head.size() && Clock::now() - begin < 1s && sender.silentFor(20ms); ++i) {
    sender.say(head.substr(i, 1));
  }
  EXPECT_THAT(sender.rest(), StartsWith("HTTP/1.1 408 "));
  EXPECT_LT(Clock::now() - begin, 800ms);
  EXPECT_THAT(handled(), IsEmpty());
}

TEST_F(HttpServer, RefusesABodyThatStallsOrDribbles) {
  options.limits.bodyBytesPerSecond = 1000;
  start();
  const string head = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n";
  auto stalled = client();
  stalled.say(head);
  EXPECT_THAT(stalled.rest(), StartsWith("HTTP/1.1 408 "));

  auto dribbling = client();
  dribbling.say(head);
  for (int i = 0; i < 100 && dribbling.silentFor(10ms); ++i) dribbling.say("x");  // a tenth of the rate
  EXPECT_THAT(dribbling.rest(), StartsWith("HTTP/1.1 408 "));

  auto steady = client();
  steady.say(head);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(steady.silentFor(50ms));
    steady.say(string(500, 'x'));
  }
  EXPECT_THAT(steady.answer(), StartsWith("HTTP/1.1 200 ")) << "longer than the grace, but fast enough";
}

TEST_F(HttpServer, ClosesIdleConnectionsSilently) {
  options.limits.idleTime = 100ms;
  start();
  auto fresh = client();
  auto used = client();
  used.say(get("/a"));
  EXPECT_THAT(used.answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(used.rest(), "");
  EXPECT_EQ(fresh.rest(), "");
}

TEST_F(HttpServer, DropsAClientThatDoesNotTakeItsAnswer) {
  options.limits.sendTime = 100ms;
  start();
  auto sender = client();
  sender.say(post("/a", string(16'000'000, 'x')));
  awaitHandled(1);
  awaitOpen(0);
}

TEST_F(HttpServer, TurnsClientsAwayWhenAllConnectionsAreBusy) {
  options.maxConnections = 3;
  start();
  std::vector<Client> busy;
  for (std::size_t i = 0; i < 3; ++i) {
    busy.push_back(client());
    busy.back().say(get("/wait"));
  }
  awaitHandled(3);
  for (int i = 0; i < 60; ++i) {  // more than there are spare threads
    auto late = client();
    late.say(get("/late"));
    const auto heard = late.rest();
    EXPECT_THAT(heard,
                AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: "), HasSubstr("transient")));
    EXPECT_THAT(heard, Not(HasSubstr("RESET")));
  }
  EXPECT_EQ(server->counters().refusedFull, 60u);
  EXPECT_EQ(server->counters().open, 3);
  release();
  for (auto& one : busy) EXPECT_THAT(one.answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(get("/a")), StartsWith("HTTP/1.1 200 ")) << "idle ones make room again";
}

TEST_F(HttpServer, ClosesTheOldestIdleConnectionToMakeRoom) {
  options.maxConnections = 3;
  start();
  auto working = client();
  working.say(get("/wait"));
  awaitHandled(1);
  auto older = client();
  older.say(get("/a"));
  older.answer();
  auto newer = client();
  newer.say(get("/a"));
  newer.answer();
  std::this_thread::sleep_for(20ms);  // a connection is idle a moment after its answer
  older.say(get("/a"));               // used again: now it is the younger one
  older.answer();
  std::this_thread::sleep_for(20ms);

  EXPECT_THAT(ask(get("/new")), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(newer.rest(), "");
  older.say(get("/a"));
  EXPECT_THAT(older.answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(server->counters().evicted, 1u);
  release();
  EXPECT_THAT(working.answer(), StartsWith("HTTP/1.1 200 ")) << "work in progress is never evicted";
}

TEST_F(HttpServer, ServesAtOnceBesideAThousandIdleConnections) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
  setrlimit(RLIMIT_NOFILE, &files);
  start();
  std::vector<Client> idle;
  for (int i = 0; i < 1000; ++i) idle.push_back(client());
  awaitOpen(1000);
  const auto begin = Clock::now();
  EXPECT_THAT(ask(get("/a")), StartsWith("HTTP/1.1 200 "));
  EXPECT_LT(Clock::now() - begin, 500ms);
  for (int i = 0; i < 100; ++i) EXPECT_THAT(ask(get("/a")), StartsWith("HTTP/1.1 200 "));
  idle[500].say(get("/a"));
  EXPECT_THAT(idle[500].answer(), StartsWith("HTTP/1.1 200 "));
  const auto stopping = Clock::now();
  server->stop(5s);
  EXPECT_LT(Clock::now() - stopping, 3s);
}

}  // namespace
}  // namespace plumbline::http
