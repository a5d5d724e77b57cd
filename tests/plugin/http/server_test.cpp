#include "plugin/http/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

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
using Clock = std::chrono::steady_clock;

/// A client that says exactly what it is told, on a plain socket.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }

  void say(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// One answer, framed by its Content-Length; what there was when the server closed or went silent for 5 s.
  string answer() {
    while (true) {
      const auto end = heard_.find("\r\n\r\n");
      if (end != string::npos) {
        const auto field = heard_.find("Content-Length: ");
        const auto length = field < end ? std::stoul(heard_.substr(field + 16)) : 0;
        if (heard_.size() >= end + 4 + length) return take(end + 4 + length);
      }
      if (hear() <= 0) return take(heard_.size());
    }
  }

  /// Everything until the server closes. "RESET" or "SILENCE" is put behind it when that is how it ends.
  string rest() {
    ssize_t got = 0;
    while ((got = hear()) > 0) {
    }
    return take(heard_.size()) + (got == 0 ? "" : errno == ECONNRESET ? "RESET" : "SILENCE");
  }

  [[nodiscard]] bool silentFor(std::chrono::milliseconds time) const {
    pollfd wanted{socket_, POLLIN, 0};
    return ::poll(&wanted, 1, static_cast<int>(time.count())) == 0;
  }

 private:
  string take(std::size_t bytes) {
    string text = heard_.substr(0, bytes);
    heard_.erase(0, bytes);
    return text;
  }

  ssize_t hear() {
    char block[64 * 1024];
    errno = 0;
    if (silentFor(5s)) return -1;
    const auto got = ::recv(socket_, block, sizeof block, 0);
    if (got > 0) heard_.append(block, static_cast<std::size_t>(got));
    return got;
  }

  int socket_;
  string heard_;
};

string get(const string& path, const string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}
string post(const string& path, const string& body, const string& fields = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::size_t answersIn(const string& heard) {
  std::size_t found = 0;
  for (auto at = heard.find("HTTP/1.1 "); at != string::npos; at = heard.find("HTTP/1.1 ", at + 1)) ++found;
  return found;
}

/// A server with short limits. /wait answers once release() was called; /throw throws; /headers gives headers
/// back; everything else answers the body it got.
class HttpServer : public testing::Test {
 protected:
  HttpServer() {
    options.limits.headTime = 200ms;
    options.limits.idleTime = 10s;
    options.limits.bodyGrace = 200ms;
    options.limits.sendTime = 1s;
    options.limits.lingerTime = 100ms;
  }
  ~HttpServer() override {
    release();
    if (server) server->stop(0ms);
  }

  void start() {
    server = std::make_unique<Server>(options, [this](const Request& request) { return handle(request); });
    server->start();
  }

  Client client() const { return Client(server->port()); }

  string ask(const string& request) const {
    auto asking = client();
    asking.say(request);
    return asking.answer();
  }

  std::vector<string> handled() {
    const std::lock_guard lock(mutex_);
    return handled_;
  }

  void awaitHandled(std::size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, 5s, [&] { return handled_.size() >= count; }));
  }

  void awaitOpen(std::int64_t count) const {
    for (int i = 0; i < 30'000 && server->counters().open != count; ++i) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(server->counters().open, count);
  }

  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }

  Server::Options options;
  std::unique_ptr<Server> server;

 private:
  Reply handle(const Request& request) {
    std::unique_lock lock(mutex_);
    handled_.push_back(string(request.method) + " " + string(request.path));
    changed_.notify_all();
    if (request.path == "/wait") changed_.wait(lock, [&] { return released_; });
    if (request.path == "/throw") throw std::runtime_error("Jane Doe, MRN 12345");
    if (request.path == "/throw-int") throw 7;
    Reply reply;
    reply.body = request.body;
    if (request.path == "/empty") reply.status = 204;
    if (request.path == "/split") reply.headers.emplace_back("X-A", "b\r\nX-B: c");
    if (request.path == "/page") reply.headers.emplace_back("Cache-Control", "max-age=60");
    volatile char padding = *(request.body.data() + request.body.size() + kBodyPadding - 1);
    static_cast<void>(padding);
    return reply;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<string> handled_;
  bool released_ = false;
};

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

TEST_F(HttpServer, RefusesALargeBodyWithoutReadingIt) {
  options.limits.head.bodyBytes = 1000;
  start();
  auto sender = client();
  sender.say("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_THAT(sender.answer(), AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("too-long")));
  EXPECT_THAT(ask(post("/a", string(1000, 'x'))), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServer, ShowsTheRefusalToAClientThatKeepsSending) {
  start();
  auto sender = client();
  sender.say(post("/a", string(50'000, 'x'), "Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(sender.rest(), AllOf(StartsWith("HTTP/1.1 400 "), Not(HasSubstr("RESET"))));
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

TEST_F(HttpServer, TurnsAHandlersExceptionIntoA500AndSaysNothingOfIt) {
  start();
  testing::internal::CaptureStderr();
  auto sender = client();
  for (const string path : {"/throw", "/throw-int", "/split"}) {
    sender.say(get(path, "X-Request-Id: the-id\r\n"));
    const auto answer = sender.answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 Internal Server Error\r\n")) << path;
    EXPECT_THAT(answer, Not(AnyOf(HasSubstr("Jane"), HasSubstr("runtime_error"), HasSubstr("X-B"))));
  }
  sender.say(get("/a"));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "request the-id: std::runtime_error was thrown\nrequest the-id: int was thrown\n"
            "request the-id: std::invalid_argument was thrown\n");
  EXPECT_EQ(server->counters().refused(500), 3u);
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
