#include "plugin/cards/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <type_traits>

#include "plugin/cards/detail.h"
#include "rules/words.h"
#include "tests/plugin/cards/markdown.h"
#include "tests/plugin/situations.h"

namespace plumbline::cards {
namespace {

using situations::bundle;
using situations::cardsOf;
using situations::condition;
using situations::pack;
using situations::Request;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::vector<std::string> kHooks{"patient-view", "encounter-start",          "order-select",
                                      "order-sign",   "problem-list-item-create", "encounter-discharge"};

/// A chart that documents stress and anxiety in every way beside whatever else is in it.
Request distressed(Request request) {
  return request.with("conditions", condition("icd10|F41.1", "2026-11-01"))
      .with("conditions", condition("icd10|F45.41", "2026-11-01"))
      .with("conditions", condition("snomed|426068005", "2026-11-12"))
      .with("conditions", condition("icd10|M62.830", "2026-11-12"))
      .with("surveys", R"({"resourceType":"Observation","id":"phq","status":"final",
        "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-20",
        "code":{"coding":[{"system":"http://loinc.org","code":"44260-8"}]},
        "valueQuantity":{"value":1,"code":"{score}"}})");
}

/// Every finding the pack has a usable code for, every optional search failed, many unreadable resources.
Request crowded() {
  Request request;
  for (const auto& finding : pack().findings) {
    for (const auto& code : finding.codes) {
      const bool snomed = code.system == "http://snomed.info/sct";
      if (code.prefix || code.needs || code.answerOnly || code.negative) continue;
      if (!snomed && code.system != "http://hl7.org/fhir/sid/icd-10-cm") continue;
      request.with("conditions", condition((snomed ? "snomed|" : "icd10|") + code.code, "2026-11-20"));
      break;
    }
  }
  for (const auto& each : hooks::prefetch()) {
    if (!each.required) request.prefetch(std::string(each.key), situations::failedSearch());
  }
  std::string unreadable;
  for (int i = 0; i < 40; ++i)
    unreadable += std::string(i ? "," : "") + R"({"resourceType":"Observation","status":"final"})";
  return request.prefetch("more", "[" + unreadable + "]");
}

std::vector<Request> everySituation(const std::string& hook) {
  using namespace situations;
  std::vector<Request> all{emergency(hook),       urgent(hook),  soon(hook),
                           structuralFirst(hook), cleared(hook), notAssessable(hook)};
  for (std::size_t i = 0; i < 3; ++i) all.push_back(distressed(all[i]));
  if (hook == "patient-view") all.push_back(crowded());
  return all;
}

/// Every word of a card a clinician may read.
std::string wordsOf(const Card& card) {
  std::string words = card.summary + "\n" + card.detail + "\n" + card.sourceLabel;
  const auto add = [&](std::string_view text) { words.append("\n").append(text); };
  add(card.topic.display);
  for (const auto& each : card.suggestions) {
    add(each.label);
    add(each.order.display);
  }
  for (const auto& each : card.overrideReasons) add(each.display);
  for (const auto& each : card.links) add(each.label);
  return words;
}

TEST(Compose, KeepsTheLimitsOfSummaryAndDetailOnEveryCard) {
  for (const auto& hook : kHooks) {
    for (const Request& request : everySituation(hook)) {
      for (const auto grouping : {Grouping::Single, Grouping::PerPathway}) {
        const auto all = cardsOf(request, grouping);
        ASSERT_FALSE(all.empty()) << hook;
        for (const Card& card : all) {
          EXPECT_LE(utf16Length(card.summary), 139U) << card.summary;
          EXPECT_LE(utf16Length(card.detail), 1500U) << card.detail;
          EXPECT_EQ(card.summary.find_first_of("\n\r"), std::string::npos) << card.summary;
        }
      }
    }
  }
}

TEST(Compose, KeepsEverySummaryOfThePackWithinTheLimit) {
  for (const auto& pathway : pack().pathways) {
    for (const auto& [tier, summary] : pathway.summary)
      EXPECT_LE(utf16Length(summary), 139U) << pathway.id << ": " << summary;
  }
  for (const auto& [key, text] : pack().texts) {
    if (key.find(".summary") != std::string::npos) {
      EXPECT_LE(utf16Length(text), 139U) << key;
    }
  }
}

TEST(Compose, CountsUtf16Units) {
  EXPECT_EQ(utf16Length(""), 0U);
  EXPECT_EQ(utf16Length("pain"), 4U);
  EXPECT_EQ(utf16Length("38 °C"), 5U);
  EXPECT_EQ(utf16Length("≥"), 1U);
  EXPECT_EQ(utf16Length("\U0001F600"), 2U);
}

TEST(Compose, PutsTheHeadingsInTheirOrderOnEveryCard) {
  for (const auto& hook : kHooks) {
    for (const Request& request : everySituation(hook)) {
      const bool gaps = !situations::chartOf(request)->assessment.unread.empty();
      for (const Card& card : cardsOf(request)) {
        const auto headings = headingsOf(shownIn(card.detail));
        if (gaps) {
          EXPECT_THAT(headings, ElementsAre("Recorded", "Not documented", "Could not be read", "Consider",
                                            "Why", "Limits"))
              << card.detail;
        } else {
          EXPECT_THAT(headings, ElementsAre("Recorded", "Not documented", "Consider", "Why", "Limits"))
              << card.detail;
        }
        for (const auto& [heading, lines] : shownIn(card.detail)) {
          EXPECT_THAT(lines, Not(IsEmpty())) << heading << "\n" << card.detail;
          for (const auto& line : lines) EXPECT_GT(line.size(), 2U) << heading << "\n" << card.detail;
        }
      }
    }
  }
}

TEST(Compose, OffersAtLeastTwoOptionsUnderConsiderOnEveryCard) {
  for (const auto& hook : kHooks) {
    for (const Request& request : everySituation(hook)) {
      for (const auto grouping : {Grouping::Single, Grouping::PerPathway}) {
        for (const Card& card : cardsOf(request, grouping))
          EXPECT_GE(linesUnder("Consider", shownIn(card.detail)).size(), 2U) << card.detail;
      }
    }
  }
}

TEST(Compose, WritesOnlyParagraphsBoldBulletsAndLinks) {
  for (const Request& request : everySituation("patient-view")) {
    for (const Card& card : cardsOf(request)) {
      EXPECT_EQ(card.detail.find_first_of("<>|`#\t"), std::string::npos) << card.detail;
      EXPECT_EQ(card.detail.find("]("), std::string::npos) << card.detail;
    }
  }
}

/// Rule 20.
TEST(Compose, ChoosesTheIndicatorByTierAndHook) {
  for (const auto& hook : kHooks) {
    const bool reading = hook == "patient-view" || hook == "encounter-start";
    const struct {
      Request request;
      rules::Tier tier;
      Indicator indicator;
    } cases[] = {
        {situations::emergency(hook), rules::Tier::Emergency, Indicator::Critical},
        {situations::urgent(hook), rules::Tier::Urgent, Indicator::Warning},
        {situations::soon(hook), rules::Tier::Soon, Indicator::Info},
        {situations::structuralFirst(hook), rules::Tier::StructuralFirst,
         reading ? Indicator::Info : Indicator::Warning},
        {situations::cleared(hook), rules::Tier::Cleared, Indicator::Info},
        {situations::notAssessable(hook), rules::Tier::NotAssessable, Indicator::Info},
    };
    for (const auto& each : cases) {
      EXPECT_EQ(situations::ask(each.request).tier, each.tier) << hook << " " << rules::name(each.tier);
      const auto all = cardsOf(each.request);
      ASSERT_THAT(all, SizeIs(1)) << hook << " " << rules::name(each.tier);
      EXPECT_EQ(all.front().indicator, each.indicator) << hook << " " << rules::name(each.tier);
    }
    EXPECT_THAT(cardsOf(situations::silent(hook)), IsEmpty());
  }
}

TEST(Compose, LowersTheIndicatorUnderComfortCareAndNotTheTier) {
  for (Request request : {situations::emergency(), situations::urgent()}) {
    const auto before = situations::ask(request).tier;
    request.with("conditions", condition("icd10|Z51.5", "2026-10-01"));
    EXPECT_EQ(situations::ask(request).tier, before);
    EXPECT_EQ(cardsOf(request).front().indicator, Indicator::Info);
  }
}

/// Rule 21.
TEST(Compose, HoldsNoWordOfStressOnEmergencyAndUrgentCards) {
  for (const auto& hook : kHooks) {
    for (const Request& bare : {situations::emergency(hook), situations::urgent(hook)}) {
      for (const Request& request : {bare, distressed(bare)}) {
        for (const auto grouping : {Grouping::Single, Grouping::PerPathway}) {
          for (const Card& card : cardsOf(request, grouping)) {
            for (const auto& stem : pack().stressWords)
              EXPECT_FALSE(rules::holdsWord(wordsOf(card), stem)) << stem << "\n" << wordsOf(card);
          }
        }
      }
    }
  }
}

TEST(Compose, KeepsNamesTheCallerChoseOffTheCard) {
  const Request request =
      situations::emergency()
          .prefetch("anxietyNotes[x](javascript:1)", situations::failedSearch())
          .prefetch("panic", R"([{"resourceType":"Anxiety","subject":{"reference":"urn:a"}}])");
  const auto all = cardsOf(request);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(headingsOf(shownIn(all.front().detail)), Contains("Could not be read"));
  for (const char* word : {"nxiety", "panic", "javascript", "urn:"})
    EXPECT_THAT(all.front().detail, Not(HasSubstr(word)));
}

TEST(Compose, HoldsNoForbiddenPhraseOnAnyCard) {
  for (const auto& hook : kHooks) {
    for (const Request& request : everySituation(hook)) {
      for (const Card& card : cardsOf(request)) {
        for (const auto& phrase : pack().neverPhrases)
          EXPECT_FALSE(rules::holdsWord(wordsOf(card), phrase)) << phrase << "\n" << wordsOf(card);
      }
    }
  }
}

TEST(Compose, SaysOnEveryCardThatASilentRecordIsNotAnAbsence) {
  for (const Request& request : everySituation("patient-view")) {
    for (const Card& card : cardsOf(request)) {
      EXPECT_THAT(linesUnder("Limits", shownIn(card.detail)), ElementsAre(HasSubstr("not thereby absent")));
      EXPECT_THAT(card.detail, HasSubstr("2026-11-23 10:00 UTC"));
    }
  }
}

TEST(Compose, NamesOnEveryCardItsGuidelineWithTheYear) {
  for (const Request& request : everySituation("patient-view")) {
    for (const Card& card : cardsOf(request)) {
      EXPECT_FALSE(card.sourceLabel.empty());
      EXPECT_THAT(card.detail, testing::ContainsRegex("Source: .*, (19|20)[0-9][0-9]\\.")) << card.detail;
    }
  }
}

TEST(Compose, SuggestsOrdersForThePatientOfTheCallEachOnceWithItsPriority) {
  const auto all = cardsOf(situations::emergency("encounter-start"));
  ASSERT_THAT(all, SizeIs(1));
  std::set<std::string> codes, uuids;
  for (const Suggestion& each : all.front().suggestions) {
    if (!each.questionnaire.empty()) continue;
    codes.emplace(each.order.code);
    uuids.insert(each.uuid);
    EXPECT_FALSE(each.label.empty());
    EXPECT_FALSE(each.order.system.empty());
    EXPECT_EQ(each.priority, "stat");
    EXPECT_EQ(each.patientId, "p1");
    EXPECT_EQ(each.encounterId, "e1");
  }
  EXPECT_EQ(codes.size(), all.front().suggestions.size() - 1) << "and the task to complete the screen";
  EXPECT_EQ(uuids.size(), codes.size());
  EXPECT_THAT(codes, Contains("24968-0"));
}

TEST(Compose, SuggestsNoOrderBelowUrgent) {
  using namespace situations;
  for (const Request& request : {soon(), structuralFirst(), cleared(), notAssessable()})
    EXPECT_THAT(cardsOf(request).front().suggestions,
                testing::Each(Field(&Suggestion::order, Field(&Coding::code, ""))));
}

/// Rule 15.
TEST(Compose, SuggestsNoMriWhileOneIsBeingOrderedAndSaysSo) {
  Request request = situations::emergency("order-sign");
  request.context("draftOrders",
                  bundle({R"({"resourceType":"ServiceRequest","status":"draft","intent":"order",
    "subject":{"reference":"Patient/p1"},"code":{"coding":[{"system":"http://loinc.org","code":"24968-0"}]}})"}));
  const Card card = cardsOf(request).front();
  EXPECT_EQ(card.indicator, Indicator::Critical) << "a draft lowers nothing";
  EXPECT_THAT(linesUnder("Consider", shownIn(card.detail)),
              Contains(HasSubstr("MRI of the spine is being ordered")));
  EXPECT_THAT(card.suggestions, ElementsAre(Field(&Suggestion::label, HasSubstr("bladder scan")),
                                            Field(&Suggestion::label, HasSubstr("spinal or neurosurgical"))));
}

TEST(Compose, OffersThreeToEightDistinctReasonsToOverrideOnEveryCard) {
  for (const Request& request : everySituation("patient-view")) {
    for (const Card& card : cardsOf(request)) {
      EXPECT_GE(card.overrideReasons.size(), 3U);
      EXPECT_LE(card.overrideReasons.size(), 8U);
      std::set<std::string> codes;
      for (const auto& each : card.overrideReasons) {
        codes.emplace(each.code);
        EXPECT_FALSE(each.system.empty() || each.display.empty()) << each.code;
      }
      EXPECT_EQ(codes.size(), card.overrideReasons.size());
    }
  }
}

TEST(Compose, KeepsTheTopicOfAPictureUnderOtherDatesAndOtherStress) {
  const auto topicOf = [](const Request& request) { return cardsOf(request).front().topic.code; };
  const std::string topic = topicOf(situations::emergency());
  EXPECT_THAT(topic, testing::MatchesRegex("[0-9a-f]{32}"));
  const Request later = Request()
                            .with("conditions", condition("icd10|M54.50", "2026-11-10"))
                            .with("conditions", condition("snomed|449813001", "2026-11-15"))
                            .with("conditions", condition("icd10|R33.9", "2026-11-20"));
  EXPECT_EQ(topicOf(later), topic);
  EXPECT_EQ(topicOf(distressed(situations::emergency())), topic);
  EXPECT_EQ(topicOf(situations::emergency("order-sign")), topic);
}

TEST(Compose, ChangesTheTopicWithANewRedFlag) {
  Request request = situations::emergency();
  const std::string before = cardsOf(request).front().topic.code;
  request.with("conditions", condition("icd10|R15.9", "2026-11-23"));
  EXPECT_NE(cardsOf(request).front().topic.code, before);
}

TEST(Compose, GathersAllPathwaysOnOneCardUnderTheLead) {
  Request request = situations::emergency();
  request.with("conditions", condition("icd10|R26.1", "2026-11-22"));
  const auto all = cardsOf(request, Grouping::Single);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(all.front().summary, HasSubstr("cauda equina"));
  EXPECT_THAT(linesUnder("Recorded", shownIn(all.front().detail)),
              Contains(AllOf(HasSubstr("Also raised"), HasSubstr("Spinal cord compression"))));
  EXPECT_THAT(all.front().suggestions, Contains(Field(&Suggestion::label, HasSubstr("whole spine"))));
}

TEST(Compose, GivesEachPathwayACardOfItsOwnAtMostThreeWhereASiteWantsIt) {
  Request request = situations::emergency();
  request.with("conditions", condition("icd10|R26.1", "2026-11-22"));
  const auto all = cardsOf(request, Grouping::PerPathway);
  ASSERT_GE(all.size(), 2U);
  EXPECT_THAT(all[0].summary, HasSubstr("cauda equina"));
  EXPECT_NE(all[0].summary, all[1].summary);
  EXPECT_NE(all[0].uuid, all[1].uuid);
  EXPECT_THAT(all[0].suggestions, Not(Contains(Field(&Suggestion::label, HasSubstr("whole spine")))));
  EXPECT_LE(cardsOf(crowded(), Grouping::PerPathway).size(), 3U);
  EXPECT_THAT(cardsOf(crowded(), Grouping::Single), SizeIs(1));
}

TEST(Compose, CannotMakeAClearedCardWithoutTheEnginesProof) {
  static_assert(!std::is_default_constructible_v<rules::RedFlagsCleared>);
  const auto chart = situations::chartOf(situations::cleared());
  ASSERT_EQ(chart->assessment.tier, rules::Tier::Cleared);
  rules::Assessment forged = chart->assessment;
  forged.cleared.reset();
  EXPECT_THROW(compose(forged, chart->call, namedUuid), std::bad_optional_access);
  EXPECT_THAT(cardsOf(situations::structuralFirst()).front().detail, Not(HasSubstr("pain is real")));
  EXPECT_THAT(cardsOf(situations::cleared()).front().detail, HasSubstr("pain is real"));
}

TEST(Compose, AddsTheSelfHarmLineToWhateverCardIsShown) {
  for (const Request& bare :
       {situations::emergency(), situations::structuralFirst(), situations::cleared()}) {
    EXPECT_THAT(linesUnder("Consider", shownIn(cardsOf(bare).front().detail)),
                Not(Contains(HasSubstr("PHQ-9"))));
    EXPECT_THAT(linesUnder("Consider", shownIn(cardsOf(distressed(bare)).front().detail)),
                Contains(HasSubstr("PHQ-9")));
  }
}

TEST(Compose, SaysOnANotAssessableCardWhatIsNotDocumentedEvenWhenTheScreenIsComplete) {
  const Request request = situations::notAssessable().with("responses", situations::negativeScreen());
  const Card card = cardsOf(request).front();
  ASSERT_EQ(situations::ask(request).tier, rules::Tier::NotAssessable);
  for (const auto& line : linesUnder("Not documented", shownIn(card.detail))) EXPECT_GT(line.size(), 2U);
}

}  // namespace
}  // namespace plumbline::cards
