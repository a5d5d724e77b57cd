#include "plugin/auth/replay_guard.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

namespace plumbline::auth {
namespace {

using Answer = ReplayGuard::Answer;
using std::chrono::seconds;
using std::chrono::sys_seconds;

const sys_seconds kNow{seconds(1'800'000'000)};

TEST(Replays, AreSeenUntilTheTokenExpires) {
  ReplayGuard guard;
  EXPECT_FALSE(guard.seen("a"));
  EXPECT_EQ(guard.record("a", kNow + seconds(60), kNow), Answer::New);
  EXPECT_TRUE(guard.seen("a"));
  EXPECT_EQ(guard.record("a", kNow + seconds(60), kNow + seconds(60)), Answer::Seen);
  EXPECT_EQ(guard.record("b", kNow + seconds(60), kNow), Answer::New);
  EXPECT_EQ(guard.record("a", kNow + seconds(160), kNow + seconds(61)), Answer::New) << "forgotten";
}

TEST(Replays, RefuseWhatCannotBeRememberedInsteadOfForgettingWhatMustBe) {
  ReplayGuard guard(3);
  for (const char* each : {"a", "b", "c"})
    EXPECT_EQ(guard.record(each, kNow + seconds(60), kNow), Answer::New);
  EXPECT_EQ(guard.record("d", kNow + seconds(60), kNow), Answer::Full);
  EXPECT_EQ(guard.record("a", kNow + seconds(60), kNow), Answer::Seen);
  EXPECT_EQ(guard.record("d", kNow + seconds(160), kNow + seconds(61)), Answer::New) << "room again";
}

TEST(Replays, LetOneOfFiftyThatComeAtOnceThrough) {
  ReplayGuard guard;
  std::atomic<int> fresh{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([&] {
      for (int token = 0; token < 100; ++token) {
        if (guard.record(std::to_string(token), kNow + seconds(60), kNow) == Answer::New) ++fresh;
      }
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(fresh, 100);
}

}  // namespace
}  // namespace plumbline::auth
