#include "plugin/cards/detail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "plugin/cards/compose.h"
#include "tests/plugin/cards/markdown.h"
#include "tests/plugin/situations.h"

namespace plumbline::cards {
namespace {

using situations::chartOf;
using situations::condition;
using situations::pack;
using situations::Request;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::size_t finding(const std::string& id) {
  return pack().find(id).value();
}

std::string lineAbout(const std::string& id, const Request& request) {
  return findingLine(chartOf(request)->assessment, finding(id));
}

Request painful() {
  return situations::silent();
}

std::string numbness(const std::string& more) {
  return R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"},)"
         R"("code":{"coding":[{"system":"http://snomed.info/sct","code":"449813001"}]},)" +
         more + "}";
}

TEST(FindingLine, NamesTheFindingItsDateAndTheKindOfSource) {
  const std::string name = pack().findings[finding("saddle-anaesthesia")].name;
  Request told = painful();
  told.with("conditions", condition("snomed|449813001", "2026-11-22"));
  EXPECT_EQ(lineAbout("saddle-anaesthesia", told), name + ": 2026-11-22, diagnosis or problem");
  Request seen = painful();
  seen.with("observations", numbness(R"("valueBoolean":true,"effectiveDateTime":"2026-11-21T09:00:00Z")"));
  EXPECT_EQ(lineAbout("saddle-anaesthesia", seen), name + ": 2026-11-21, observation");
}

TEST(FindingLine, ShowsTheMeasuredValue) {
  Request hot = painful();
  hot.with("vitals",
           R"({"resourceType":"Observation","id":"t","status":"final","subject":{"reference":"Patient/p1"},
    "effectiveDateTime":"2026-11-22","code":{"coding":[{"system":"http://loinc.org","code":"8310-5"}]},
    "valueQuantity":{"value":38.6,"code":"Cel"}})");
  EXPECT_THAT(lineAbout("fever", hot), AllOf(HasSubstr("38.6"), HasSubstr(": 2026-11-22, observation")));
}

TEST(FindingLine, SaysWhatWeakensIt) {
  const auto with = [](const std::string& resource) {
    Request request = painful();
    return request.with("conditions", resource);
  };
  EXPECT_THAT(lineAbout("saddle-anaesthesia", with(condition("snomed|449813001", ""))),
              HasSubstr("date unknown"));
  EXPECT_THAT(lineAbout("saddle-anaesthesia", with(condition("snomed|449813001", "2026-10-10"))),
              EndsWith("not reassessed since"));
  EXPECT_THAT(lineAbout("saddle-anaesthesia", with(condition("snomed|449813001", "2025-01-10"))),
              EndsWith("longstanding; any change?"));
  std::string unsure = condition("snomed|449813001", "2026-11-20");
  unsure.replace(unsure.find("confirmed"), 9, "provisional");
  EXPECT_THAT(lineAbout("saddle-anaesthesia", with(unsure)), EndsWith("suspected"));
  std::string over = condition("snomed|449813001", "2026-11-18", R"(,"abatementDateTime":"2026-11-20")");
  over.replace(over.find("active"), 6, "resolved");
  EXPECT_THAT(lineAbout("saddle-anaesthesia", with(over)), HasSubstr("recorded as resolved"));
  Request torn = with(condition("snomed|449813001", "2026-11-22"));
  torn.with("observations", numbness(R"("valueBoolean":false,"effectiveDateTime":"2026-11-22")"));
  EXPECT_THAT(lineAbout("saddle-anaesthesia", torn), EndsWith("also recorded as absent that day"));
}

TEST(RecordedLines, PutTheLeadsFindingsFirstAndThenTheOthers) {
  Request request = situations::emergency();
  request.with("conditions", condition("icd10|R26.1", "2026-11-21"))
      .with("conditions", condition("icd10|N40.1", "2020-01-01"))
      .with("conditions", condition("snomed|64859006", "2019-01-01"));
  const auto chart = chartOf(request);
  const auto lines = recordedLines(chart->assessment, chart->assessment.lead());
  const auto at = [&](const std::string& words) {
    const auto found = std::find_if(lines.begin(), lines.end(),
                                    [&](const auto& each) { return each.find(words) != each.npos; });
    EXPECT_NE(found, lines.end()) << words;
    return found - lines.begin();
  };
  EXPECT_LT(at("saddle"), 2);
  EXPECT_LT(at("Also documented: Other recorded influence on the bladder"), at("Also raised: Spinal cord"));
  EXPECT_LT(at("Also raised: Spinal cord"), at("walking"));
  EXPECT_LT(at("walking"), at("Osteoporosis"));
  const std::set<std::string> distinct(lines.begin(), lines.end());
  EXPECT_EQ(distinct.size(), lines.size()) << "nothing is told twice";
}

TEST(UnreadLines, NameThePublishedKeysAndTheKindsOfResource) {
  const auto chart = chartOf(situations::notAssessable().prefetch(
      "observations", R"([{"resourceType":"Observation","status":"final"},
                          {"resourceType":"Observation","status":"final"}])"));
  EXPECT_THAT(unreadLines(chart->assessment), ElementsAre("labs", "observation"));
}

TEST(UnreadLines, GiveNothingTheCallerWrote) {
  const auto chart =
      chartOf(painful()
                  .prefetch("Jane Doe", situations::failedSearch())
                  .prefetch("b", R"([{"no":"type"}])")
                  .prefetch("c", R"([{"resourceType":"Jane","subject":{"reference":"urn:x"}}])"));
  EXPECT_THAT(unreadLines(chart->assessment), ElementsAre("another part of the record"));
}

TEST(WhyLine, GivesThePathwayItsVersionAndItsGuidelineWithYear) {
  const auto chart = chartOf(situations::emergency());
  const auto& pathway = *pack().pathway("cauda-equina");
  EXPECT_THAT(
      whyLine(chart->assessment, pathway),
      AllOf(StartsWith(pathway.title + " (cauda-equina " + pathway.version + "): "), EndsWith(", 2023.")));
}

TEST(Render, CutsLongListsToTheLimitAndSaysHowManyMoreThereAre) {
  const auto chart = chartOf(situations::emergency());
  Sections sections;
  for (int i = 0; i < 60; ++i) sections.recorded.push_back("finding " + std::to_string(i));
  sections.notDocumented = {"a", "b"};
  sections.consider = {"one", "two"};
  sections.why = {"because"};
  const std::string text = render(chart->assessment, sections, 600);
  EXPECT_LE(utf16Length(text), 600U);
  const auto lines = linesUnder("Recorded", shownIn(text));
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines.back(), "+" + std::to_string(60 - (lines.size() - 1)) + " more");
  EXPECT_THAT(linesUnder("Consider", shownIn(text)), ElementsAre("one", "two")) << "options are never cut";
}

TEST(Render, LeavesCouldNotBeReadOutWhereAllWasRead) {
  const auto chart = chartOf(situations::emergency());
  Sections sections{{"r"}, {"n"}, {}, {"c", "d"}, {"w"}};
  EXPECT_THAT(render(chart->assessment, sections, 1500), Not(HasSubstr("Could not be read")));
  sections.couldNotBeRead = {"labs"};
  EXPECT_THAT(render(chart->assessment, sections, 1500), HasSubstr("**Could not be read**\n\n- labs\n"));
}

TEST(Say, ThrowsForASentenceThePackDoesNotHave) {
  const auto chart = chartOf(situations::silent());
  EXPECT_THROW(say(chart->assessment, "common.no-such-sentence"), std::out_of_range);
}

}  // namespace
}  // namespace plumbline::cards
