/// What particular charts make of a card: the words and orders that fit the patient, the region and the time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugin/cards/compose.h"
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
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::vector<std::string> optionsOf(const Request& request) {
  std::vector<std::string> options;
  const Card card = cardsOf(request).front();
  for (const auto& each : card.suggestions)
    options.push_back(std::string(each.order.code) + " " + std::string(each.priority));
  return options;
}

TEST(Card, SuggestsImagingOfTheRegionInPainAsPressingAsTheCard) {
  const auto weak = [](const std::string& pain, const std::string& weakSince) {
    return Request()
        .with("conditions", condition(pain, "2026-11-15"))
        .with("conditions", condition("snomed|713514005", weakSince));
  };
  EXPECT_THAT(optionsOf(weak("icd10|M54.2", "2026-11-10")), ElementsAre("24935-9 urgent"));
  EXPECT_THAT(optionsOf(weak("icd10|M54.6", "2026-11-10")), ElementsAre("24980-5 urgent"));
  EXPECT_THAT(optionsOf(weak("icd10|M54.50", "2026-11-10")), ElementsAre("24968-0 urgent"));
  EXPECT_THAT(optionsOf(weak("icd10|M54.50", "2026-11-22")), ElementsAre("24968-0 stat"));
  const auto broken = [](const std::string& pain) {
    return Request()
        .with("conditions", condition(pain, "2026-11-20"))
        .with("conditions", condition("icd10|M80.08XA", "2026-11-20"))
        .with("conditions", condition("icd10|W19.XXXA", "2026-11-20"));
  };
  EXPECT_THAT(optionsOf(broken("icd10|M54.6")), ElementsAre("72070 urgent"));
  EXPECT_THAT(optionsOf(broken("icd10|M54.2")), ElementsAre("72040 urgent"));
  EXPECT_THAT(optionsOf(broken("icd10|M54.50")), ElementsAre("37340-7 urgent"));
}

TEST(Card, AsksOnlyForWhatFitsTheRegionAndTheAge) {
  const auto asked = [](const Request& request) {
    return testing::PrintToString(linesUnder("Not documented", shownIn(cardsOf(request).front().detail)));
  };
  const auto weak = [](const std::string& pain) {
    return Request()
        .with("conditions", condition(pain, "2026-11-15"))
        .with("conditions", condition("snomed|713514005", "2026-11-10"));
  };
  EXPECT_THAT(asked(weak("icd10|M54.50")), HasSubstr("foot drop"));
  EXPECT_THAT(asked(weak("icd10|M54.2")), AllOf(Not(HasSubstr("foot drop")), HasSubstr("saddle")));
  Request child = situations::silent();
  child.prefetch("patient", R"({"resourceType":"Patient","id":"p1","birthDate":"2022-09-15"})");
  EXPECT_THAT(asked(child), AllOf(HasSubstr("fever"), Not(HasSubstr("injecting"))));
  EXPECT_THAT(linesUnder("Recorded", shownIn(cardsOf(child).front().detail)),
              ElementsAre("Age under 5: date of birth"));
}

TEST(Card, NamesTheDrugAndWhatToDoAboutItWhereAHaematomaIsRaisedBesideOthers) {
  Request request =
      Request()
          .with("conditions", condition("icd10|M54.50", "2026-11-22"))
          .with("conditions", condition("snomed|1845001", "2026-11-23"))
          .with("medications", R"({"resourceType":"MedicationRequest","id":"m","status":"active",
          "intent":"order","subject":{"reference":"Patient/p1"},"authoredOn":"2026-11-10",
          "medicationCodeableConcept":{"text":"Eliquis 5 mg tablets"}})");
  const Card card = cardsOf(request).front();
  EXPECT_THAT(card.summary, HasSubstr("cauda equina"));
  EXPECT_THAT(linesUnder("Recorded", shownIn(card.detail)),
              Contains("Anticoagulant treatment (apixaban): 2026-11-10, order"));
  EXPECT_THAT(linesUnder("Consider", shownIn(card.detail)),
              Contains("Hold anticoagulation and discuss reversal with haematology"));
}

TEST(Card, EndsTheEffectOfComfortCareWhenItEnds) {
  const auto indicator = [](const std::string& status, const std::string& onset) {
    std::string care = condition("icd10|Z51.5", onset);
    care.replace(care.find("active"), 6, status);
    return cardsOf(situations::emergency().with("conditions", care)).front().indicator;
  };
  EXPECT_EQ(indicator("active", "2024-01-01"), Indicator::Info);
  EXPECT_EQ(indicator("resolved", "2026-11-01"), Indicator::Critical);
  EXPECT_EQ(indicator("inactive", "2026-11-01"), Indicator::Critical);
  const std::string visit = R"({"resourceType":"Encounter","id":"e9","status":"finished",
    "subject":{"reference":"Patient/p1"},"period":{"start":"2025-01-01"},
    "reasonCode":[{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"Z51.5"}]}]})";
  EXPECT_EQ(cardsOf(situations::emergency().with("encounter", visit)).front().indicator, Indicator::Critical);
}

TEST(Card, SaysWhatWasImagedAndWhen) {
  Request request = Request()
                        .with("conditions", condition("icd10|M54.50", "2026-11-10"))
                        .with("conditions", condition("snomed|449813001", "2026-11-15"))
                        .with("reports", R"({"resourceType":"DiagnosticReport","id":"r","status":"final",
          "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-20",
          "code":{"coding":[{"system":"http://loinc.org","code":"24968-0"}]}})");
  const Card card = cardsOf(request).front();
  EXPECT_EQ(card.indicator, Indicator::Info);
  EXPECT_EQ(linesUnder("Recorded", shownIn(card.detail)).front(),
            "MRI of the lumbar spine: 2026-11-20, done since these findings; read the report");
}

TEST(Card, SaysOfTheScreenOnAClearedCardHowOldItsOldestEntryIs) {
  Request request = situations::structuralFirst();
  request.with("responses", situations::negativeScreen({"saddle-anaesthesia"}))
      .with("observations", R"({"resourceType":"Observation","id":"o1","status":"final",
          "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-22","valueBoolean":false,
          "code":{"coding":[{"system":"http://snomed.info/sct","code":"449813001"}]}})");
  ASSERT_EQ(situations::ask(request).tier, rules::Tier::Cleared);
  EXPECT_THAT(linesUnder("Recorded", shownIn(cardsOf(request).front().detail)).front(),
              testing::EndsWith("the oldest entry is of 2026-11-22, observation"));
}

TEST(Card, DoesNotAskToDocumentWhatIsDocumentedWhereOnlyTheAgeWithholdsIt) {
  Request request = situations::cleared();
  request.prefetch("patient", R"({"resourceType":"Patient","id":"p1"})");
  const Card card = cardsOf(request).front();
  ASSERT_EQ(situations::ask(request).tier, rules::Tier::StructuralFirst);
  const auto shown = shownIn(card.detail);
  EXPECT_THAT(linesUnder("Recorded", shown), Contains("Age: unknown or under 18"));
  EXPECT_THAT(linesUnder("Not documented", shown), ElementsAre(testing::StartsWith("none")));
  EXPECT_THAT(linesUnder("Consider", shown), Not(Contains(HasSubstr("not documented"))));
  EXPECT_THAT(linesUnder("Consider", shown), SizeIs(2));
}

TEST(Card, SaysOfAnAddedDiagnosisWhatHappenedAndNoCause) {
  Request request("problem-list-item-create");
  request.with("conditions", condition("icd10|M54.50", "2026-11-20"))
      .context("conditions", bundle({condition("icd10|F41.1", "")}));
  EXPECT_THAT(cardsOf(request).front().summary,
              AllOf(HasSubstr("was added"), Not(HasSubstr("cause of the"))));
}

TEST(Card, GivesEachCardItsOwnPathwayAsTopic) {
  Request request = situations::emergency();
  request.with("conditions", condition("icd10|R26.1", "2026-11-22"));
  const auto all = cardsOf(request, Grouping::PerPathway);
  ASSERT_GE(all.size(), 2U);
  EXPECT_EQ(all[0].topic.display, "Cauda equina syndrome");
  EXPECT_EQ(all[1].topic.display, "Spinal cord compression or myelopathy");
  EXPECT_EQ(all[0].topic.code, all[1].topic.code);
}

TEST(Card, EndsNoOptionWithAFullStop) {
  const auto ends = [](const std::string& text, const std::string& where) {
    EXPECT_THAT(text, Not(testing::EndsWith("."))) << where;
  };
  for (const auto& pathway : pack().pathways) {
    for (const auto& [tier, options] : pathway.consider) {
      for (const auto& each : options) ends(each, pathway.id);
    }
  }
  for (const auto& [key, text] : pack().texts) {
    if (key.find("consider") != key.npos || key == "common.selfHarm" || key == "common.mriInDraft")
      ends(text, key);
  }
}

TEST(Card, HasAYearForTheGuidelineThatHeadsEachPathway) {
  for (const auto& pathway : pack().pathways)
    EXPECT_GT(pack().sources.at(pathway.sources.front()).year, 0) << pathway.id;
}

}  // namespace
}  // namespace plumbline::cards
