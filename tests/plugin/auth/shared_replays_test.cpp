/// What replicas remember together, with a real Redis; skipped, saying so, where none is installed.
#include "plugin/auth/shared_replays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <fstream>
#include <optional>
#include <thread>

#include "tests/plugin/auth/redis_server.h"

namespace plumbline::auth {
namespace {

using Answer = SharedReplays::Answer;
using std::string;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr long kSeconds = 1'800'000'000;
const sys_seconds kNow{seconds{kSeconds}};

/// kPatience, on a machine that is busy with other tests.
constexpr milliseconds kNotLate{1'000};

UsedToken token(std::string_view id, std::string_view issuer = "https://ehr.example",
                sys_seconds issued = kNow) {
  return {issuer, id, issued, issued + seconds(360)};
}

ReplayStore at(std::uint16_t port, string passwordFile = "") {
  return {"127.0.0.1", port, std::move(passwordFile)};
}

milliseconds timeOf(const std::function<void()>& does) {
  const auto began = std::chrono::steady_clock::now();
  does();
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
}

/// How often `words` stand in `text`.
int count(const string& text, const string& words) {
  int found = 0;
  for (auto i = text.find(words); i != string::npos; i = text.find(words, i + 1)) ++found;
  return found;
}

/// Why it cannot be relied on, or else what is worth knowing of it.
string whyNot(SharedReplays& replays) {
  string note;
  const string why = replays.whyNot(note);
  return why.empty() ? note : why;
}

class Shared : public testing::Test {
 protected:
  void SetUp() override {
    if (!RedisServer::isInstalled()) GTEST_SKIP() << "redis-server is not installed";
    ::signal(SIGPIPE, SIG_IGN);
  }

  /// A Redis that has been there for long.
  RedisServer& redis(std::vector<string> options = RedisServer::keeping()) {
    server_.emplace(std::move(options));
    server_->remembersSince(kSeconds - 3'600);
    return *server_;
  }

  std::optional<RedisServer> server_;
};

TEST_F(Shared, ReplaysAreNewToOneOfAllReplicas) {
  constexpr int kTokens = 50, kThreads = 20;
  const auto port = redis().port();
  SharedReplays one(at(port)), two(at(port));
  std::array<std::atomic<int>, kTokens> fresh{};
  std::atomic<int> seen{0}, unknown{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, &mine = i % 2 == 0 ? one : two] {
      for (int each = 0; each < kTokens; ++each) {
        const auto answer = mine.record(token(std::to_string(each)), kNow);
        if (answer == Answer::New) ++fresh.at(static_cast<std::size_t>(each));
        if (answer == Answer::Seen) ++seen;
        if (answer == Answer::Unknown) ++unknown;
      }
    });
  }
  for (auto& each : threads) each.join();
  int taken = 0;
  for (const auto& each : fresh) {
    EXPECT_LE(each, 1);
    taken += each;
  }
  EXPECT_GE(taken + unknown, kTokens)
      << "none is refused that nobody took, but where a busy machine was late";
  EXPECT_EQ(taken + seen + unknown, kTokens * kThreads);
  EXPECT_LT(unknown, kTokens);
}

TEST_F(Shared, ReplaysAreOfOneIssuer) {
  SharedReplays replays(at(redis().port()));
  EXPECT_EQ(replays.record(token("bc", "a"), kNow), Answer::New);
  EXPECT_EQ(replays.record(token("c", "ab"), kNow), Answer::New);
  EXPECT_EQ(replays.record(token("bc", "a"), kNow), Answer::Seen);
}

TEST_F(Shared, ReplaysAreKeptUntilNoClockTakesTheTokenAndTellNothingOfIt) {
  RedisServer& server = redis();
  SharedReplays replays(at(server.port()));
  EXPECT_EQ(replays.record(token("secret-id"), kNow), Answer::New);
  const string keys = server.say({"KEYS", "*"});
  EXPECT_THAT(keys, HasSubstr("plumbline:jti:"));
  EXPECT_EQ(keys.find("secret-id"), string::npos);
  const auto begin = keys.find("plumbline:jti:");
  const long left = std::stol(server.say({"TTL", keys.substr(begin, 14 + 64)}).substr(1));
  EXPECT_GE(left, 360 + 55);
  EXPECT_LE(left, 360 + 60);
}

TEST_F(Shared, ReplaysAreRememberedOverARestartOfARedisThatKeepsAFile) {
  RedisServer& server = redis();
  SharedReplays replays(at(server.port()));
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::New);
  server.stop();
  server.start();
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::Seen);
  EXPECT_EQ(replays.record(token("b"), kNow), Answer::New) << "connections of before are not missed";
}

TEST_F(Shared, ReplaysCannotBeRuledOutOfWhatIsOlderThanTheMemory) {
  RedisServer& server = redis({"--appendonly", "no", "--save", ""});
  SharedReplays replays(at(server.port()));
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::Unknown) << "it has just been started";
  const auto later = kNow + seconds(62);
  EXPECT_EQ(replays.record(token("b", "i", later), later), Answer::New);
  server.stop();
  server.start();
  const auto after = later + seconds(10);
  EXPECT_EQ(replays.record(token("b", "i", later), after), Answer::Unknown);
  EXPECT_EQ(replays.record(token("c", "i", after), after), Answer::Unknown);
  const auto muchLater = after + seconds(62);
  EXPECT_EQ(replays.record(token("d", "i", muchLater), muchLater), Answer::New);
  EXPECT_TRUE(replays.up());
}

TEST_F(Shared, ReplaysCannotBeRuledOutWhenSomebodyEmptiedRedis) {
  RedisServer& server = redis();
  SharedReplays replays(at(server.port()));
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::New);
  server.say({"FLUSHALL"});
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::Unknown);
  EXPECT_EQ(replays.record(token("b"), kNow), Answer::Unknown);
  const auto later = kNow + seconds(61);
  EXPECT_EQ(replays.record(token("c", "i", later), later), Answer::New);
}

TEST_F(Shared, ReplaysAreUnknownWhileRedisIsAwayAndTheLogSaysItOnce) {
  RedisServer& server = redis();
  SharedReplays replays(at(server.port()));
  testing::internal::CaptureStderr();
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::New);
  server.stop();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(replays.record(token("b" + std::to_string(i)), kNow), Answer::Unknown);
  EXPECT_FALSE(replays.up());
  EXPECT_THAT(whyNot(replays), StartsWith("cannot be reached"));
  server.start();
  Answer answer = Answer::Unknown;
  for (int i = 0; i < 300 && answer == Answer::Unknown; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
    answer = replays.record(token("b19"), kNow);
  }
  EXPECT_EQ(answer, Answer::New) << "within kPause; what was unknown was not recorded";
  EXPECT_TRUE(replays.up());
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::Seen);
  const string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(count(said, "replay store is lost"), 1) << said;
  EXPECT_EQ(count(said, "replay store is back"), 1) << said;
}

TEST_F(Shared, ReplaysOfAStalledRedisCostFiveCallsTheirTimeAndNoMore) {
  RedisServer& server = redis();
  SharedReplays replays(at(server.port()));
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::New);
  server.pause();
  for (int i = 0; i < 5; ++i) {
    EXPECT_LE(timeOf([&] { EXPECT_EQ(replays.record(token("b"), kNow), Answer::Unknown); }), kNotLate);
  }
  const auto rest = timeOf([&] {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(replays.record(token("b"), kNow), Answer::Unknown);
  });
  EXPECT_LE(rest, kNotLate);
  server.resume();
  std::this_thread::sleep_for(SharedReplays::kPause);
  EXPECT_EQ(replays.record(token("c"), kNow), Answer::New);
}

TEST_F(Shared, ReplaysAreNotTrustedToARedisThatMayForgetThem) {
  RedisServer& server = redis({"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"});
  SharedReplays replays(at(server.port()));
  EXPECT_EQ(whyNot(replays), "may forget tokens: its maxmemory-policy is not noeviction");
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::Unknown);
  EXPECT_FALSE(replays.up());
}

/// Who mends one fault reads of the next one.
TEST_F(Shared, ReplaysAreLostForAnotherReasonAndTheLogSaysWhich) {
  RedisServer& server = redis();
  SharedReplays replays(at(server.port()));
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::New);
  testing::internal::CaptureStderr();
  server.stop();
  for (int i = 0; i < 2; ++i) replays.probe(kNow);
  server.start();
  server.say({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  for (int i = 0; i < 2; ++i) replays.probe(kNow);
  EXPECT_FALSE(replays.up());
  server.say({"CONFIG", "SET", "maxmemory-policy", "noeviction"});
  for (int i = 0; i < 2; ++i) replays.probe(kNow);
  EXPECT_TRUE(replays.up());
  const string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(count(said, "replay store is lost"), 2) << said;
  EXPECT_THAT(said.substr(said.rfind("replay store is lost")), HasSubstr("maxmemory-policy")) << said;
  EXPECT_EQ(count(said, "replay store is back"), 1) << said;
}

TEST_F(Shared, ReplaysOfARedisThatKeepsNoFileAreWorthANote) {
  const RedisServer& server = redis({"--save", "", "--appendonly", "no"});
  SharedReplays replays(at(server.port()));
  EXPECT_THAT(whyNot(replays), HasSubstr("appendonly yes"));
  EXPECT_TRUE(replays.up());
}

TEST_F(Shared, ReplaysAreUnknownWhenRedisIsFull) {
  RedisServer& server = redis();
  SharedReplays replays(at(server.port()));
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::New);
  server.say({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_EQ(replays.record(token("b"), kNow), Answer::Unknown);
  EXPECT_FALSE(replays.up());
  server.say({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_EQ(replays.record(token("b"), kNow), Answer::New);
}

TEST_F(Shared, ReplaysAreAskedForWithThePasswordOfAFile) {
  RedisServer& server = redis();
  server.say({"CONFIG", "SET", "requirepass", "s3cret"});
  const string file = server.directory() / "password";
  std::ofstream(file) << "wrong\n";
  SharedReplays without(at(server.port()));
  EXPECT_THAT(whyNot(without), AllOf(StartsWith("answers NOAUTH"), HasSubstr("replay.passwordFile")));
  SharedReplays replays(at(server.port(), file));
  EXPECT_THAT(whyNot(replays), AllOf(StartsWith("answers WRONGPASS"), HasSubstr("replay.passwordFile"),
                                     testing::Not(HasSubstr("wrong"))));
  std::ofstream(file) << "s3cret\n";
  EXPECT_THAT(whyNot(replays), IsEmpty());
  EXPECT_EQ(replays.record(token("a"), kNow), Answer::New);
}

/// Without any Redis: a server that takes connections and never says anything, and names that lead nowhere.
TEST(SharedReplays, AreUnknownInTimeWhateverIsAtTheAddress) {
  const int silent = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(silent, reinterpret_cast<const sockaddr*>(&address), length), 0);
  ASSERT_EQ(::listen(silent, 16), 0);
  ::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &length);
  SharedReplays stalled(at(ntohs(address.sin_port)));
  EXPECT_LE(timeOf([&] { EXPECT_EQ(stalled.record(token("a"), kNow), Answer::Unknown); }), kNotLate);
  EXPECT_FALSE(stalled.up());
  ::close(silent);
  SharedReplays nowhere(ReplayStore{"no-such-host.invalid", 6379, ""});
  EXPECT_LE(timeOf([&] { EXPECT_EQ(nowhere.record(token("a"), kNow), Answer::Unknown); }), kNotLate);
  EXPECT_THAT(whyNot(nowhere), StartsWith("has no address"));
}

}  // namespace
}  // namespace plumbline::auth
