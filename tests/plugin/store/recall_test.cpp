#include "plugin/store/recall.h"

#include <gtest/gtest.h>

#include "tests/plugin/store/store.h"

namespace plumbline::store::testing {
namespace {

fhir::Instant at(const std::string& text) {
  return fhir::parseDate(text)->earliest;
}

Card pictureOf(const Call& call) {
  return call.cards.front();
}

TEST(Recall, KnowsAnOverrideOnceItIsOnDisk) {
  Directory directory;
  const auto writer = directory.writer();
  const Call shown = call("card-1");
  writer->keep(shown);
  EXPECT_FALSE(writer->lastOverride("", "elm-204", pictureOf(shown)));
  ASSERT_TRUE(writer->keep({feedback("card-1")}));
  const auto last = writer->lastOverride("", "elm-204", pictureOf(shown));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->when, at("2026-11-23T10:00:05Z"));
  EXPECT_EQ(last->tier, "emergency");
  EXPECT_EQ(last->indicator, "critical");
  EXPECT_EQ(last->reasonCode, "assessed");
}

TEST(Recall, IsOfOnePatientOneClientAndOnePicture) {
  Directory directory;
  const auto writer = directory.writer();
  const Call shown = call("card-1");
  writer->keep(shown);
  ASSERT_TRUE(writer->keep({feedback("card-1")}));
  Card other = pictureOf(shown);
  EXPECT_FALSE(writer->lastOverride("", "elm-205", other));
  EXPECT_FALSE(writer->lastOverride("another", "elm-204", other));
  EXPECT_FALSE(writer->lastOverride("", "", other));
  other.topic = "topic-2";
  EXPECT_FALSE(writer->lastOverride("", "elm-204", other));
  other = pictureOf(shown);
  other.pathways = "spinal-infection";
  EXPECT_FALSE(writer->lastOverride("", "elm-204", other));
}

TEST(Recall, LearnsNothingFromAnAcceptanceOrFromFeedbackOnACardThatWasNotShown) {
  Directory directory;
  const auto writer = directory.writer();
  Call silent = call("card-2");
  silent.cards.front().held = Held::Silent;
  writer->keep(call("card-1"));
  writer->keep(silent);
  Feedback elsewhere = feedback("card-1");
  elsewhere.client = "another";
  ASSERT_TRUE(writer->keep({feedback("card-1", "2026-11-23T10:00:05Z", "accepted"), feedback("card-2"),
                            elsewhere, feedback("card-none")}));
  EXPECT_FALSE(writer->lastOverride("", "elm-204", pictureOf(silent)));
}

TEST(Recall, KeepsTheLatestOverrideAndBeginsALateOneWhenItWasMade) {
  Directory directory;
  const auto writer = directory.writer();
  writer->keep(call("card-1"));
  ASSERT_TRUE(
      writer->keep({feedback("card-1", "2026-11-23T10:00:04Z"), feedback("card-1", "2026-11-18T09:00:00Z")}));
  EXPECT_EQ(writer->lastOverride("", "elm-204", pictureOf(call("card-1")))->when, at("2026-11-23T10:00:04Z"));
  ASSERT_TRUE(writer->keep({feedback("card-1", "2026-11-23T10:04:00Z")}));
  EXPECT_EQ(writer->lastOverride("", "elm-204", pictureOf(call("card-1")))->when, at("2026-11-23T10:00:06Z"))
      << "from a clock ahead of ours it begins when it was received";
}

TEST(Recall, IsThereAgainAfterARestartAsFarBackAsItIsAskedFor) {
  Directory directory;
  {
    const auto writer = directory.writer();
    writer->keep(call("card-1"));
    ASSERT_TRUE(writer->keep({feedback("card-1")}));
  }
  const Card picture = pictureOf(call("card-1"));
  EXPECT_TRUE(directory.writer()->lastOverride("", "elm-204", picture));
  const auto log = [](const std::string&) {};
  EXPECT_TRUE(Writer(directory.place(), log, "2026-11-23T10:00:05Z").lastOverride("", "elm-204", picture));
  EXPECT_FALSE(Writer(directory.place(), log, "2026-11-23T10:00:06Z").lastOverride("", "elm-204", picture));
}

TEST(RecallOfAFile, KnowsNothingOfAStoreThatCannotBeOpenedAndGoesOnWhenOneFails) {
  Directory directory;
  std::filesystem::path file;
  {
    std::ofstream(directory.path()) << "a file where the directory should be";
    const auto writer = directory.writer();
    EXPECT_FALSE(writer->lastOverride("", "elm-204", pictureOf(call("card-1"))));
    std::filesystem::remove(directory.path());
    writer->keep(call("card-1"));
    ASSERT_TRUE(writer->keep({feedback("card-1")}));
    EXPECT_TRUE(writer->lastOverride("", "elm-204", pictureOf(call("card-1")))) << "once it could be opened";
  }
}

TEST(Recall, TellsWhenACardThatIsNotRepeatedWasSent) {
  Directory directory;
  Call gaps = call("card-1");
  gaps.cards.front().tier = kToldOnce;
  Call held = gaps;
  held.cards.front().uuid = "card-2";
  held.cards.front().held = Held::Told;
  held.at = "2026-11-23T11:00:00Z";
  {
    const auto writer = directory.writer();
    writer->keep(gaps);
    writer->keep(held);
    writer->keep(call("card-3", "elm-205"));
    ASSERT_TRUE(writer->keep({feedback("card-1")}));
    EXPECT_EQ(writer->lastTold("", "elm-204", pictureOf(gaps)), at(gaps.at));
    EXPECT_FALSE(writer->lastTold("", "elm-205", pictureOf(gaps)));
  }
  EXPECT_EQ(directory.writer()->lastTold("", "elm-204", pictureOf(gaps)), at(gaps.at));
}

TEST(Recall, ForgetsTheOldestWhenThereAreTooMany) {
  Recall recall;
  const auto picture = [](int i) { return Picture{"", std::to_string(i), "topic", ""}; };
  constexpr int kMany = 100'001;
  const fhir::Instant begin = at("2026-01-01T00:00:00Z");
  for (int i = 0; i < kMany; ++i) recall.told(picture(i), begin + std::chrono::seconds(i));
  EXPECT_FALSE(recall.lastTold(picture(0)));
  EXPECT_TRUE(recall.lastTold(picture(kMany - 1)));
}

}  // namespace
}  // namespace plumbline::store::testing
