#include "plugin/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/plugin/situations.h"

namespace plumbline {
namespace {

using situations::condition;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string explained(const std::string& text) {
  std::string told;
  forEachChart(text, {situations::pack(), situations::now()},
               [&](const Chart& chart) { told += explain(chart); });
  return told;
}

TEST(Explain, GivesStateEvidenceDateAndSourceOfEachFinding) {
  const std::string told = explained(situations::emergency().text());
  EXPECT_THAT(told, HasSubstr("  saddle-anaesthesia: present, active\n"
                              "      present, 2026-11-22, Condition/c-449813001, Numbness of saddle area\n"));
  EXPECT_THAT(told,
              HasSubstr("  urinary-retention: present, active\n"
                        "      present, 2026-11-22, Condition/c-R33.9, Retention of urine, unspecified\n"));
}

TEST(Explain, SaysWhatWeakensAPieceOfEvidence) {
  const auto told = [](const std::string& resource) {
    return explained(situations::silent().with("conditions", resource).text());
  };
  EXPECT_THAT(told(condition("snomed|449813001", "2026-10-01")),
              HasSubstr("saddle-anaesthesia: unknown (stale), stale or resolved lately"));
  EXPECT_THAT(told(condition("snomed|449813001", "")), HasSubstr("present, undated, Condition"));
  EXPECT_THAT(told(condition("icd10|R26.2", "2026-11-20")),
              AllOf(HasSubstr("by weak codes only"), HasSubstr("weak code")));
  std::string unsure = condition("snomed|449813001", "2026-11-20");
  unsure.replace(unsure.find("confirmed"), 9, "provisional");
  EXPECT_THAT(told(unsure), HasSubstr("suspected"));
}

TEST(Explain, SaysForEachPathwayWhyOrWhyNot) {
  const std::string told = explained(situations::emergency().text());
  for (const auto& pathway : situations::pack().pathways) {
    EXPECT_THAT(told, HasSubstr("\n  " + pathway.id + ": "));
    for (const auto& rule : pathway.rules) {
      EXPECT_THAT(told, HasSubstr("    " + rule.id + " [" + std::string(rules::name(rule.tier)) + "] "));
      EXPECT_THAT(told, HasSubstr("      " + rule.because + "\n"));
    }
  }
  EXPECT_THAT(told, HasSubstr("ces-1 [emergency] holds at emergency: saddle-anaesthesia, urinary-retention"));
  EXPECT_THAT(told, HasSubstr("cord-legs [emergency] open; would need: bilateral-leg-weakness"));
  const std::string screened = explained(situations::cleared().text());
  EXPECT_THAT(screened, HasSubstr("  cauda-equina: not raised\n"));
  EXPECT_THAT(screened, HasSubstr("cord-legs [emergency] does not hold"));
}

TEST(Explain, BeginsWithTierTimePackAndPain) {
  EXPECT_THAT(
      explained(situations::emergency().text()),
      AllOf(HasSubstr("Patient p1\nAs of 2026-11-23 10:00 UTC, pack " + situations::pack().version),
            HasSubstr("Tier: emergency\n"), HasSubstr("Pain: in play, since 2026-11-18, region lumbar\n")));
  EXPECT_THAT(explained(situations::Request().text()), HasSubstr("Pain: not in play\n"));
}

TEST(Explain, SaysWhatActAttributesThePainAndHowStrongThePatternIs) {
  const auto request = situations::Request("problem-list-item-create")
                           .with("conditions", condition("icd10|M54.50", "2026-11-18"))
                           .context("conditions", situations::bundle({condition("icd10|F45.41", "")}));
  EXPECT_THAT(explained(request.text()), AllOf(HasSubstr("an act attributes the pain: problem"),
                                               HasSubstr("Stress pattern: some, weight 1")));
}

TEST(Explain, ListsTheScreenAndWhatWasNotToBeHad) {
  const std::string told = explained(situations::structuralFirst()
                                         .prefetch("labs", situations::failedSearch())
                                         .dropPrefetch("notes")
                                         .text());
  EXPECT_THAT(told, AllOf(HasSubstr("Structural screen: open\n  saddle: saddle-anaesthesia\n"),
                          HasSubstr("Failed or read in part: labs\n"), HasSubstr("Not supplied: notes\n")));
  EXPECT_THAT(explained(situations::cleared().text()), HasSubstr("Structural screen: complete\n"));
}

TEST(Explain, SaysWhyAChartWasRefused) {
  const std::string told = explained(situations::emergency().dropEnvelope("prefetch").text());
  EXPECT_THAT(told, AllOf(HasSubstr("Refused: prefetch key \"patient\""), HasSubstr("Condition?patient="),
                          Not(HasSubstr("Tier"))));
}

}  // namespace
}  // namespace plumbline
