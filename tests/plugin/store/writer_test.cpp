#include "plugin/store/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/plugin/store/store.h"

namespace plumbline::store::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Writer, KeepsACallAsCardsAndOneAuditRow) {
  Directory directory;
  Call two = call("card-1");
  two.cards.push_back({"card-2", "topic-2", "warning", "urgent", "spinal-infection"});
  {
    const auto writer = directory.writer();
    writer->keep(two);
    writer->keep(call(""));
  }
  EXPECT_EQ(directory.number("SELECT count(*) FROM cards"), 2);
  EXPECT_EQ(directory.number("SELECT count(*) FROM audit WHERE kind = 'call'"), 2);
  EXPECT_EQ(
      directory.number("SELECT count(*) FROM audit WHERE cards = 'card-1 card-2' AND microseconds = 1500"),
      1);
  EXPECT_EQ(directory.number("SELECT calls FROM unknown WHERE finding = 'reduced-anal-tone'"), 1);
}

TEST(Writer, CountsWhatWasNotDocumentedByDayAndClientAndOfHowManyCalls) {
  Directory directory;
  Call known = call("card-3"), other = call("card-4");
  known.unknown.clear();
  other.client = "city";
  {
    const auto writer = directory.writer();
    for (const Call& each : {call("card-1"), call("card-2"), known, other, call("")}) writer->keep(each);
  }
  const auto calls = [&](const std::string& finding, const std::string& client) {
    return directory.number("SELECT calls FROM unknown WHERE day = '2026-11-23' AND finding = '" + finding +
                            "' AND client = '" + client + "'");
  };
  EXPECT_EQ(calls("reduced-anal-tone", ""), 2);
  EXPECT_EQ(calls("", ""), 3) << "calls with a card, whether or not all was documented";
  EXPECT_EQ(calls("reduced-anal-tone", "city"), 1);
  EXPECT_EQ(calls("", "city"), 1);
  EXPECT_EQ(directory.number("SELECT count(*) FROM unknown"), 4);
}

TEST(Writer, CountsAFeedbackOnceHoweverOftenItComes) {
  Directory directory;
  const auto writer = directory.writer();
  writer->keep(call("card-1"));
  const Feedback first = feedback("card-1");
  EXPECT_TRUE(writer->keep({first, first}));
  EXPECT_TRUE(writer->keep({first}));
  EXPECT_EQ(directory.number("SELECT count(*) FROM feedback"), 1);
  EXPECT_EQ(directory.number("SELECT count(*) FROM audit WHERE kind = 'overridden'"), 1);
  EXPECT_TRUE(writer->keep(
      {feedback("card-1", "2026-11-23T10:00:07Z"), feedback("card-1", "2026-11-23T10:00:05Z", "accepted")}));
  EXPECT_EQ(directory.number("SELECT count(*) FROM feedback"), 3);
  EXPECT_EQ(writer->counters().feedback, 3U);
  EXPECT_EQ(writer->counters().repeated, 2U);
}

TEST(Writer, KeepsFeedbackOnACardItNeverShowedToThisClientApart) {
  Directory directory;
  const auto writer = directory.writer();
  Call silent = call("card-silent");
  silent.cards.front().held = Held::Silent;
  writer->keep(call("card-1"));
  writer->keep(silent);
  Feedback other = feedback("card-1");
  other.client = "another";
  EXPECT_TRUE(writer->keep({feedback("card-none"), other, feedback("card-silent")}));
  EXPECT_EQ(directory.number("SELECT count(*) FROM feedback"), 0);
  EXPECT_EQ(directory.number("SELECT count(*) FROM quarantine"), 3);
  EXPECT_EQ(writer->counters().quarantined, 3U);
}

TEST(Writer, WritesNoIdentifierOfPatientOrUser) {
  Directory directory;
  {
    const auto writer = directory.writer();
    writer->keep(call("card-1"));
    writer->keep(call("card-2"));
    Call elsewhere = call("card-3");
    elsewhere.client = "another";
    writer->keep(elsewhere);
    EXPECT_TRUE(writer->keep({feedback("card-1")}));
    for (const auto& file : fs::directory_iterator(directory.path())) {
      EXPECT_THAT(read(file.path()), AllOf(Not(HasSubstr("elm-204")), Not(HasSubstr("quince"))))
          << file.path();
      EXPECT_EQ(file.status().permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none)
          << file.path();
    }
  }
  EXPECT_EQ(directory.number("SELECT count(DISTINCT patient) FROM cards"), 2)
      << "one patient of each client, the same at every call";
  EXPECT_EQ(directory.number("SELECT count(*) FROM cards WHERE length(patient) = 64 AND length(who) = 64"),
            3);
}

TEST(Writer, KnowsAPatientAgainAfterARestart) {
  Directory directory;
  for (const std::string card : {"card-1", "card-2"}) directory.writer()->keep(call(card));
  EXPECT_EQ(directory.number("SELECT count(*) FROM cards"), 2);
  EXPECT_EQ(directory.number("SELECT count(DISTINCT patient) FROM cards"), 1);
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt);
}

TEST(WriterOfAFile, RefusesFeedbackWhileItCannotWriteAndSaysSoOnce) {
  Directory directory;
  std::ofstream(directory.path()) << "a file where the directory should be";
  const auto writer = directory.writer();
  EXPECT_FALSE(writer->keep({feedback("card-1")}));
  writer->keep(call("card-1"));
  EXPECT_FALSE(writer->keep({feedback("card-1")}));
  EXPECT_FALSE(writer->counters().writable);
  EXPECT_EQ(writer->counters().callsLost, 1U);
  EXPECT_GE(writer->counters().failures, 3U);
  EXPECT_THAT(directory.log, ElementsAre(HasSubstr("cannot be written")));

  fs::remove(directory.path());
  EXPECT_TRUE(writer->keep({feedback("card-1")}));
  EXPECT_TRUE(writer->counters().writable);
  EXPECT_THAT(directory.log, ElementsAre(HasSubstr("cannot be written"), HasSubstr("written again")));
  EXPECT_EQ(directory.number("SELECT count(*) FROM quarantine"), 1);
}

TEST(Writer, RefusesAStoreOfALaterProgram) {
  Directory directory;
  directory.writer().reset();
  directory.open().setSchema({99, 99});
  const auto writer = directory.writer();
  EXPECT_FALSE(writer->keep({feedback("card-1")}));
  EXPECT_THAT(directory.log, ElementsAre(HasSubstr("schema 99")));
}

TEST(Writer, RefusesAStoreWhoseKeyIsDamaged) {
  Directory directory;
  directory.writer().reset();
  std::ofstream(directory.path() + "/key") << "short";
  EXPECT_FALSE(directory.writer()->keep({feedback("card-1")}));
  EXPECT_THAT(directory.log,
              ElementsAre(AllOf(HasSubstr(directory.path() + "/key is damaged: it has 5 bytes"),
                                HasSubstr("head -c 32 /dev/urandom"))));
}

TEST(WriterOfAFile, MakesNoKeyBesideADatabaseThatWasMadeWithAnother) {
  Directory directory;
  directory.writer()->keep(call("card-1"));
  const std::string file = directory.path() + "/key", first = read(file);
  fs::remove(file);
  EXPECT_FALSE(directory.writer()->keep({feedback("card-1")}));
  EXPECT_THAT(directory.log, ElementsAre(HasSubstr("restore it from the backup")));
  EXPECT_FALSE(fs::exists(file));
  std::ofstream(file) << first;
  EXPECT_TRUE(directory.writer()->keep({feedback("card-1")}));
}

TEST(Writer, RefusesAnotherKeyThanTheOneTheStoreWasMadeWith) {
  Directory directory;
  const std::string file = directory.path() + "/key";
  {
    const auto writer = directory.writer();
    writer->keep(call("card-1"));
    ASSERT_TRUE(writer->keep({feedback("card-1")}));
  }
  const std::string first = read(file);
  std::ofstream(file) << std::string(32, 'x');
  {
    const auto writer = directory.writer();
    EXPECT_FALSE(writer->keep({feedback("card-1", "2026-11-23T10:00:07Z")}));
    EXPECT_FALSE(writer->lastOverride("", "elm-204", call("card-1").cards.front()))
        << "nor is it recalled by it";
  }
  EXPECT_THAT(directory.log, ElementsAre(HasSubstr("not the one this store was made with")));
  std::ofstream(file) << first;
  EXPECT_TRUE(directory.writer()->keep({feedback("card-1", "2026-11-23T10:00:08Z")}));
  EXPECT_EQ(directory.number("SELECT count(*) FROM feedback"), 2);
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt);
}

TEST(Writer, KeepsEverythingOfManyThreads) {
  constexpr int kThreads = 8, kEach = 50;
  Directory directory;
  const auto writer = directory.writer();
  writer->keep(call("card-1"));
  std::atomic<int> kept{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i)
        kept += writer->keep({feedback("card-1", std::to_string(t) + "-" + std::to_string(i))}) ? 1 : 0;
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(kept, kThreads * kEach);
  EXPECT_EQ(directory.number("SELECT count(*) FROM feedback"), kThreads * kEach);
  EXPECT_EQ(directory.verify().rows, kThreads * kEach + 1);
}

}  // namespace
}  // namespace plumbline::store::testing
