#include "rules/pack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir/code_system.h"
#include "tests/rules/content.h"

namespace plumbline::rules {
namespace {

using tests::Content;

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(Content, LoadsAsItIsWithoutAnyProblem) {
  for (const auto& each : problems())
    ADD_FAILURE() << each.file << ":" << each.pointer << ": " << each.message;
  ASSERT_TRUE(pack_);
  EXPECT_EQ(pack_->findings.size(), 83U);
  EXPECT_EQ(pack_->digest.size(), 7U + 64U);
}

TEST_F(Content, ReportsEveryProblemOfEveryFileNotOnlyTheFirst) {
  replace("findings/fever.json", "\"fever\"", "\"feverish\"");
  replace("findings/trauma.json", "\"symptom\"", "\"sympton\"");
  replace("overrides.json", "\"code\"", "\"kode\"");
  const auto found = problems();
  EXPECT_THAT(found, Contains(problem("findings/fever.json", "must be the file's name")));
  EXPECT_THAT(found, Contains(problem("findings/trauma.json", "must be one of")));
  EXPECT_THAT(found, Contains(problem("overrides.json", "unknown key")));
  EXPECT_FALSE(pack_);
}

TEST_F(Content, RefusesNamesThatLeadNowhere) {
  replace("pathways/cauda-equina.json", "\"saddle-anaesthesia\"", "\"sadle-anaesthesia\"");
  replace("pathways/cord-compression.json", "\"nice-ng127\"", "\"nice-ng999\"");
  replace("screen.json", "\"gait-disturbance\"", "\"gait\"");
  const auto found = problems();
  EXPECT_THAT(found, Contains(problem("pathways/cauda-equina.json", "no finding \"sadle-anaesthesia\"")));
  EXPECT_THAT(found, Contains(problem("pathways/cord-compression.json", "no source \"nice-ng999\"")));
  EXPECT_THAT(found, Contains(problem("screen.json", "no finding \"gait\"")));
}

TEST_F(Content, RefusesAStressWordOrAForbiddenPhraseInAPathway) {
  replace("pathways/cauda-equina.json", "Ask today about", "Despite the Anxiety ask about");
  replace("pathways/cord-compression.json", "A compressed cord", "Reassure: a compressed cord");
  const auto found = problems();
  EXPECT_THAT(found, Contains(problem("pathways/cauda-equina.json", "anxi")));
  EXPECT_THAT(found, Contains(problem("pathways/cord-compression.json", "reassure")));
}

TEST_F(Content, RefusesAPathwayWithoutWordsForATierItCanEndAt) {
  replace("pathways/cauda-equina.json", "\"soon\": \"Cauda equina", "\"urgent \": \"Cauda equina");
  EXPECT_THAT(problems(), Contains(problem("pathways/cauda-equina.json", "unknown key")));
}

TEST_F(Content, ChangesItsDigestWithAnyFileAndOnlyThen) {
  ASSERT_THAT(problems(), IsEmpty());
  const std::string before = pack_->digest;
  ASSERT_THAT(problems(), IsEmpty());
  EXPECT_EQ(pack_->digest, before);
  replace("findings/fever.json", "\"atLeast\": 38", "\"atLeast\": 38.5");
  ASSERT_THAT(problems(), IsEmpty());
  EXPECT_NE(pack_->digest, before);
}

TEST_F(Content, SaysWhenThereIsNoneAtAll) {
  directory_ /= "nowhere";
  EXPECT_THAT(problems(), Contains(Field(&fhir::Problem::message, HasSubstr("not a directory"))));
}

TEST_F(Content, MatchesTheMostSpecificCodeOfEachFindingAndRespectsExclusions) {
  ASSERT_THAT(problems(), IsEmpty());
  const auto idsOf = [&](std::string_view system, std::string_view code) {
    std::vector<std::string> ids;
    pack_->match(system, code, [&](std::size_t f, const Code&) { ids.push_back(pack_->findings[f].id); });
    return ids;
  };
  EXPECT_THAT(idsOf(fhir::kSnomed, "449813001"), testing::ElementsAre("saddle-anaesthesia"));
  EXPECT_THAT(idsOf(fhir::kIcd10cm, "C509"), Contains("cancer-history"));
  EXPECT_THAT(idsOf(fhir::kIcd10cm, "C449"), testing::Not(Contains("cancer-history")));
  EXPECT_THAT(idsOf(fhir::kSnomed, "C509"), IsEmpty());
  std::optional<Region> region;
  pack_->match(fhir::kIcd10cm, "M542", [&](std::size_t f, const Code& code) {
    if (pack_->findings[f].id == "pain-in-play") region = code.region;
  });
  EXPECT_EQ(region, Region::Neck);
}

}  // namespace
}  // namespace plumbline::rules
