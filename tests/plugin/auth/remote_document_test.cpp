#include "plugin/auth/remote_document.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "plugin/auth/fetch_document.h"

namespace plumbline::auth {
namespace {

using namespace std::chrono_literals;

/// A server of a document, by the names it holds.
struct Origin {
  std::mutex mutex;
  std::set<std::string, std::less<>> names{"a"};
  bool away = false;
  std::chrono::milliseconds takes{0};
  std::atomic<int> fetches{0};

  RemoteDocument::Fetch fetch() {
    return [this]() -> std::optional<Published> {
      std::this_thread::sleep_for(takes);
      const std::lock_guard lock(mutex);
      ++fetches;
      if (away) return std::nullopt;
      return Published{std::nullopt, names};
    };
  }
  void publish(std::set<std::string, std::less<>> now) {
    const std::lock_guard lock(mutex);
    names = std::move(now);
  }
  void goAway(bool is) {
    const std::lock_guard lock(mutex);
    away = is;
  }
};

/// Waits until `holds` does, at most 5 s.
template <class Condition>
bool eventually(Condition holds) {
  for (int i = 0; i < 1000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return holds();
}

TEST(RemoteDocuments, AreFetchedOnceAndThenServedFromMemory) {
  Origin origin;
  RemoteDocument document(origin.fetch());
  EXPECT_TRUE(document.with("a"));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(document.with("a"));
  EXPECT_EQ(origin.fetches, 1);
}

TEST(RemoteDocuments, AreFetchedAnewForANewNameAtOnceAgainAndAgainAsKeysRotate) {
  Origin origin;
  RemoteDocument document(origin.fetch());
  ASSERT_TRUE(document.with("a"));
  for (const char* next : {"b", "c", "d"}) {
    origin.publish({"a", next});
    EXPECT_TRUE(document.with(next));
    EXPECT_TRUE(document.with("a"));
  }
  EXPECT_EQ(origin.fetches, 4);
}

TEST(RemoteDocuments, AreNotFetchedForEachNameThatSomebodyMakesUp) {
  Origin origin;
  RemoteDocument document(origin.fetch());
  ASSERT_TRUE(document.with("a"));
  for (int i = 0; i < 10'000; ++i) EXPECT_FALSE(document.with("made-up-" + std::to_string(i)));
  EXPECT_LE(origin.fetches, 2);
  EXPECT_TRUE(document.with("a"));
}

TEST(RemoteDocuments, AreFetchedOnceForAllThatWait) {
  Origin origin;
  RemoteDocument document(origin.fetch());
  ASSERT_TRUE(document.with("a"));
  origin.publish({"a", "b"});
  origin.takes = 50ms;
  std::atomic<int> found{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 30; ++i) threads.emplace_back([&] { found += document.with("b") ? 1 : 0; });
  for (auto& each : threads) each.join();
  EXPECT_EQ(found, 30);
  EXPECT_LE(origin.fetches, 3);
}

TEST(RemoteDocuments, AreServedWhileTheirServerIsAwayAndForgottenOneDay) {
  Origin origin;
  RemoteDocument::Times times;
  times.fresh = 20ms;
  times.retry = 20ms;
  times.usable = 1s;
  RemoteDocument document(origin.fetch(), times);
  ASSERT_TRUE(document.with("a"));
  origin.goAway(true);
  const int before = origin.fetches;
  EXPECT_TRUE(eventually([&] { return origin.fetches > before + 2; })) << "it is asked again and again";
  EXPECT_TRUE(document.with("a"));
  times.patience = 10ms;
  EXPECT_TRUE(eventually([&] { return !document.with("a"); }));
  origin.goAway(false);
  EXPECT_TRUE(eventually([&] { return document.with("a") != nullptr; }));
}

TEST(RemoteDocuments, LoseANameThatTheirServerTookBack) {
  Origin origin;
  RemoteDocument::Times times;
  times.fresh = 20ms;
  RemoteDocument document(origin.fetch(), times);
  ASSERT_TRUE(document.with("a"));
  origin.publish({"b"});
  EXPECT_TRUE(eventually([&] { return !document.with("a"); }));
}

TEST(RemoteDocuments, KeepNobodyWaitingLongerThanTheirPatience) {
  Origin origin;
  origin.takes = 500ms;
  RemoteDocument::Times times;
  times.patience = 20ms;
  RemoteDocument document(origin.fetch(), times);
  const auto start = RemoteDocument::Clock::now();
  EXPECT_FALSE(document.with("a"));
  EXPECT_LT(RemoteDocument::Clock::now() - start, 400ms);
}

TEST(RemoteDocuments, ThatCannotBeFetchedTellAPersonWhy) {
  std::string why;
  EXPECT_FALSE(fetchDocument("https://keys.ehr.invalid/set", "", 1'000, why));
  EXPECT_EQ(why, "has no address: its name is not known");
  EXPECT_FALSE(fetchDocument("http://127.0.0.1:1/set", "", 1'000, why));
  EXPECT_EQ(why, "cannot be asked: Connection refused");
}

}  // namespace
}  // namespace plumbline::auth
