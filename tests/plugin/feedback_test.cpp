#include "plugin/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugin/situations.h"

namespace plumbline {
namespace {

using fhir::Error;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

fhir::Result<std::vector<store::Feedback>> read(const std::string& body) {
  return readFeedback(body, "plumbline-patient-view", situations::now());
}

const std::string kCard = R"("card": "9f4a1f4a-0d3c-4f3a-9a52-1f0a5b1c2d3e")";
const std::string kTime = R"("outcomeTimestamp": "2026-11-23T09:59:00Z")";

/// One overridden card, with these further members.
std::string overridden(const std::string& more, const std::string& time = kTime) {
  return R"({"feedback": [{)" + kCard + R"(, "outcome": "overridden", )" + time + (more.empty() ? "" : ", ") +
         more + "}]}";
}

store::Feedback one(const std::string& body) {
  const auto all = read(body);
  if (!all) {
    ADD_FAILURE() << all.error().where << ": " << all.error().detail << "\n" << body;
    return {};
  }
  EXPECT_THAT(*all, SizeIs(1));
  return all->empty() ? store::Feedback{} : all->front();
}

TEST(Feedback, ReadsAnAcceptedCard) {
  const auto each = one(R"({"feedback": [{)" + kCard + R"(, "outcome": "accepted", )" + kTime +
                        R"(, "acceptedSuggestions": [{"id": "s-1"}, {"id": "s-2"}]}]})");
  EXPECT_EQ(each.card, "9f4a1f4a-0d3c-4f3a-9a52-1f0a5b1c2d3e");
  EXPECT_EQ(each.outcome, "accepted");
  EXPECT_EQ(each.stamp, "2026-11-23T09:59:00Z");
  EXPECT_EQ(each.received, "2026-11-23T10:00:00Z");
  EXPECT_EQ(each.service, "plumbline-patient-view");
  EXPECT_THAT(each.suggestions, ElementsAre("s-1", "s-2"));
}

TEST(Feedback, ReadsReasonAndCommentInEverySpelling) {
  const std::string reason = R"({"reason": {"code": "c1", "system": "http://s"}, "userComment": "seen"})";
  for (const std::string& member : {R"("overrideReason": )" + reason, R"("overrideReasons": )" + reason,
                                    R"("overrideReasons": [)" + reason + "]"}) {
    const auto each = one(overridden(member));
    EXPECT_EQ(each.reasonCode, "c1") << member;
    EXPECT_EQ(each.reasonSystem, "http://s") << member;
    EXPECT_EQ(each.comment, "seen") << member;
  }
  EXPECT_EQ(one(overridden("")).reasonCode, "");
  EXPECT_EQ(one(overridden(R"("overrideReason": {"userComment": "only words"})")).comment, "only words");
}

TEST(Feedback, ReadsAReasonThatStandsInEpicsExtensionAlone) {
  const auto each = one(overridden(
      R"("overrideReasons": {"extension": {"com.epic.cdshooks.feedback.overrideReason.reasonTitle": "Disagree"}})"));
  EXPECT_EQ(each.reasonCode, "Disagree");
  EXPECT_EQ(each.reasonSystem, "com.epic.cdshooks.feedback.overrideReason");
}

TEST(Feedback, WritesTheSameMomentInTheSameWords) {
  const auto moment = [](const std::string& time) {
    return one(overridden("", R"("outcomeTimestamp": ")" + time + '"')).moment;
  };
  EXPECT_EQ(moment("2026-11-23T09:59:00Z"), "2026-11-23T09:59:00Z");
  EXPECT_EQ(moment("2026-11-23T09:59:00.000+00:00"), "2026-11-23T09:59:00Z");
  EXPECT_EQ(moment("2026-11-23T10:59:00.50+01:00"), "2026-11-23T09:59:00.5Z");
  EXPECT_EQ(moment("2026-11-23T09:59:00.123456789Z"), "2026-11-23T09:59:00.123456789Z");
  EXPECT_EQ(moment("2026-11-18T09:59:00Z"), "2026-11-18T09:59:00Z") << "five days late";
  EXPECT_EQ(moment("2026-11-23T10:05:00Z"), "2026-11-23T10:05:00Z") << "a clock five minutes fast";
}

TEST(Feedback, RefusesWhatIsNoMoment) {
  for (const std::string time :
       {"2026-11-23", "2026-11-23T09:59:00", "2026-11-23T09:59Z", "2026-02-30T09:59:00Z", "yesterday", "",
        "2026-11-23T09:59:00.1234567890Z", "2026-11-23T10:05:01Z"}) {
    const auto refused = read(overridden("", R"("outcomeTimestamp": ")" + time + '"'));
    ASSERT_FALSE(refused) << time;
    EXPECT_EQ(refused.error().where, "feedback[0].outcomeTimestamp") << time;
  }
}

TEST(Feedback, CutsALongCommentBetweenCharacters) {
  const std::string umlauts = [] {
    std::string text = "a";
    while (text.size() < 2 * kMaxComment) text += "ü";
    return text;
  }();
  const auto each = one(overridden(R"("overrideReason": {"userComment": ")" + umlauts + "\"}"));
  EXPECT_EQ(each.comment, umlauts.substr(0, kMaxComment - 1));
  const auto native = one(overridden(
      R"("overrideReason": {"extension": {"com.epic.cdshooks.feedback.overrideReason.reasonTitle": "a)" +
      umlauts + "\"}}"));
  EXPECT_EQ(native.reasonCode, "a" + umlauts.substr(0, 253))
      << "254 bytes, since the 255th begins a character";
}

TEST(Feedback, RefusesTheWholeDeliveryForOneEntryNamingItsPlace) {
  const std::string good = R"({)" + kCard + R"(, "outcome": "overridden", )" + kTime + "}";
  const std::pair<std::string, std::string> cases[] = {
      {"7", "feedback[1]"},
      {R"({"outcome": "overridden", )" + kTime + "}", "feedback[1].card"},
      {R"({"card": 7, "outcome": "overridden", )" + kTime + "}", "feedback[1].card"},
      {R"({"card": "two words", "outcome": "overridden", )" + kTime + "}", "feedback[1].card"},
      {"{" + kCard + ", " + kTime + "}", "feedback[1].outcome"},
      {"{" + kCard + R"(, "outcome": "ignored", )" + kTime + "}", "feedback[1].outcome"},
      {"{" + kCard + R"(, "outcome": "overridden"})", "feedback[1].outcomeTimestamp"},
      {"{" + kCard + R"(, "outcome": "accepted", )" + kTime + "}", "feedback[1].acceptedSuggestions"},
      {"{" + kCard + R"(, "outcome": "accepted", )" + kTime + R"(, "acceptedSuggestions": ["s"]})",
       "feedback[1].acceptedSuggestions[0]"},
      {"{" + kCard + R"(, "outcome": "overridden", )" + kTime + R"(, "overrideReason": "no"})",
       "feedback[1].overrideReason"},
      {"{" + kCard + R"(, "outcome": "overridden", )" + kTime + R"(, "overrideReason": {"reason": {}}})",
       "feedback[1].overrideReason.reason.code"},
      {"{" + kCard + R"(, "outcome": "overridden", )" + kTime + R"(, "overrideReason": {"userComment": 1}})",
       "feedback[1].overrideReason.userComment"},
  };
  for (const auto& [entry, where] : cases) {
    const auto refused = read(R"({"feedback": [)" + good + ", " + entry + "]}");
    ASSERT_FALSE(refused) << entry;
    EXPECT_EQ(refused.error().where, where) << entry;
  }
}

TEST(Feedback, RefusesABodyThatIsNoDelivery) {
  for (const std::string body :
       {"", "[]", "{}", R"({"feedback": {}})", R"({"feedback": null})",
        R"({"card": "c", "outcome": "overridden"})", R"({"feedback": [], "feedback": []})"}) {
    EXPECT_FALSE(read(body)) << body;
  }
  const auto none = read(R"({"feedback": []})");
  ASSERT_TRUE(none);
  EXPECT_THAT(*none, IsEmpty());
}

TEST(Feedback, TakesABatchInItsOrder) {
  std::string body;
  for (int i = 0; i < 500; ++i) {
    body += (i == 0 ? "" : ",") + std::string(R"({"card": "c)") + std::to_string(i) +
            R"(", "outcome": "overridden", )" + kTime + "}";
  }
  const auto all = read(R"({"feedback": [)" + body + "]}");
  ASSERT_TRUE(all);
  ASSERT_THAT(*all, SizeIs(500));
  EXPECT_EQ(all->back().card, "c499");
}

}  // namespace
}  // namespace plumbline
