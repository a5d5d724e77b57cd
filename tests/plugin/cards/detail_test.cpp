#include "plugin/cards/detail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

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

TEST(AddRecorded, PutsTheLeadsFindingsFirstThenThePathwaysAndThenTheirFindings) {
  Request request = situations::emergency();
  request.with("conditions", condition("icd10|R26.1", "2026-11-21"))
      .with("conditions", condition("icd10|N40.1", "2020-01-01"))
      .with("conditions", condition("snomed|64859006", "2019-01-01"));
  const auto chart = chartOf(request);
  Sections sections;
  addRecorded(chart->assessment, chart->assessment.lead(), sections);
  std::vector<std::string> lines = sections.recorded;
  for (const auto* more : {&sections.alsoRaised, &sections.alsoRecorded})
    lines.insert(lines.end(), more->begin(), more->end());
  const auto at = [&](const std::string& words) {
    const auto found = std::find_if(lines.begin(), lines.end(),
                                    [&](const auto& each) { return each.find(words) != each.npos; });
    EXPECT_NE(found, lines.end()) << words;
    return found - lines.begin();
  };
  EXPECT_LT(at("saddle"), 2);
  EXPECT_LT(at("Also documented: Other recorded influence on the bladder"),
            at("Spinal cord compression or myelopathy (emergency)"));
  EXPECT_LT(at("Spinal cord compression or myelopathy (emergency)"), at("walking"));
  EXPECT_LT(at("walking"), at("Osteoporosis"));
  const std::set<std::string> distinct(lines.begin(), lines.end());
  EXPECT_EQ(distinct.size(), lines.size()) << "nothing is told twice";
}

std::string observation(const std::string& code, const std::string& more) {
  return R"({"resourceType":"Observation","id":"o-)" + code.substr(code.find('|') + 1) +
         R"(","status":"final","subject":{"reference":"Patient/p1"},"code":{"coding":[{"system":")" +
         (code.starts_with("loinc|") ? "http://loinc.org" : "http://snomed.info/sct") + R"(","code":")" +
         code.substr(code.find('|') + 1) + R"("}]},)" + more + "}";
}

TEST(FindingLine, ShowsWhatWasSeenOfAGroupOfThingsNewestFirst) {
  Request request = painful();
  request
      .with("vitals", observation("loinc|8867-4", R"("effectiveDateTime":"2026-11-23T07:00:00Z",
        "valueQuantity":{"value":128,"code":"/min"})"))
      .with("observations", observation("snomed|29857009",
                                        R"("effectiveDateTime":"2026-11-23T06:00:00Z","valueBoolean":true)"))
      .with("labs", observation("loinc|10839-9", R"("effectiveDateTime":"2026-11-23T07:30:00Z",
        "interpretation":[{"coding":[{"code":"H"}]}],"valueQuantity":{"value":80,"code":"ng/L"})"));
  EXPECT_THAT(lineAbout("cardiopulmonary-features", request),
              StartsWith("Heart and lung signs (troponin flagged H; heart rate 128 /min; Chest pain): "));
}

TEST(FindingLine, LeavesOutOfAGroupWhatIsNormalOrOutOfItsWindow) {
  Request request = painful();
  request
      .with("vitals", observation("loinc|8867-4", R"("effectiveDateTime":"2026-11-23T07:00:00Z",
        "valueQuantity":{"value":80,"code":"/min"})"))
      .with("conditions", condition("icd10|R55", "2026-10-01"))
      .with("observations", observation("snomed|29857009",
                                        R"("effectiveDateTime":"2026-11-23T06:00:00Z","valueBoolean":true)"));
  EXPECT_THAT(lineAbout("cardiopulmonary-features", request),
              StartsWith("Heart and lung signs (Chest pain): "));
}

TEST(FindingLine, SaysNoStressWordOfAGroup) {
  Request request = painful();
  request.with("conditions", condition("snomed|69479009", "2026-11-22"))
      .with("conditions", condition("snomed|267036007", "2026-11-22"));
  EXPECT_THAT(lineAbout("autonomic-symptoms", request),
              AllOf(HasSubstr("(Dyspnea)"), Not(HasSubstr("nxiety"))));
}

TEST(FindingLine, SaysAFallOfOneQuantityOnce) {
  const auto weight = [](const std::string& at, const std::string& value) {
    std::string resource =
        observation("loinc|29463-7", R"("effectiveDateTime":")" + at + R"(","valueQuantity":{"value":)" +
                                         value + R"(,"code":"kg"})");
    return resource.replace(resource.find("o-29463-7"), 9, "w" + value);
  };
  Request request = painful();
  request.with("vitals", weight("2026-08-01", "80")).with("vitals", weight("2026-11-20", "70"));
  EXPECT_THAT(lineAbout("constitutional-symptoms", request), HasSubstr("80 kg to 70 kg"));
}

TEST(AddRecorded, NamesEveryOtherPathwayBeforeAnyFindingOfTheirs) {
  Request request = situations::emergency();
  request.with("conditions", condition("icd10|R26.1", "2026-11-21"))
      .with("conditions", condition("snomed|386661006", "2026-11-22"))
      .with("conditions", condition("icd10|M21.371", "2026-11-22"));
  const auto chart = chartOf(request);
  Sections sections;
  addRecorded(chart->assessment, chart->assessment.lead(), sections);
  EXPECT_EQ(sections.alsoRaised.size() + 1, chart->assessment.raised.size());
  sections.consider = {"one", "two"};
  for (int i = 0; i < 30; ++i) sections.alsoRecorded.push_back("finding " + std::to_string(i));
  const auto lines = linesUnder("Recorded", shownIn(render(chart->assessment, sections, {900})));
  const auto raised = std::find_if(lines.begin(), lines.end(),
                                   [](const auto& line) { return line.starts_with("Also raised: "); });
  ASSERT_NE(raised, lines.end());
  for (const auto& each : sections.alsoRaised) EXPECT_THAT(*raised, HasSubstr(each));
}

TEST(Render, DropsOptionsOfOtherPathwaysBeforeTheirTitlesAndItsOwnNever) {
  const auto chart = chartOf(situations::emergency());
  Sections sections{{"r"}, {"n"}, {}, {"c", "d"}, {"w"}, {"A (urgent)", "B (urgent)"}, {}, {"B: do that"}};
  EXPECT_THAT(linesUnder("Consider", shownIn(render(chart->assessment, sections, {1500}))),
              ElementsAre("c", "d", "B: do that"));
  const std::size_t all = utf16Length(render(chart->assessment, sections, {1500}));
  const auto shorter = shownIn(render(chart->assessment, sections, {all - 1}));
  EXPECT_THAT(linesUnder("Consider", shorter), ElementsAre("c", "d"));
  EXPECT_THAT(linesUnder("Recorded", shorter), ElementsAre("r", "Also raised: A (urgent); B (urgent)"));
  const auto shortest = shownIn(render(chart->assessment, sections, {1}));
  EXPECT_THAT(linesUnder("Consider", shortest), ElementsAre("c", "d"));
  EXPECT_THAT(linesUnder("Recorded", shortest), ElementsAre("r", "Also raised: A (urgent); +1 more"));
}

TEST(UnreadLines, NameTheRedFlagWhoseValueCannotBeRead) {
  Request request = painful();
  request.with("labs", observation("loinc|1988-5", R"("effectiveDateTime":"2026-11-22",
      "valueQuantity":{"value":50,"unit":"foo","code":"foo"})"));
  EXPECT_THAT(unreadLines(chartOf(request)->assessment),
              ElementsAre(pack().findings[finding("raised-inflammatory-markers")].ask));
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
  const std::string text = render(chart->assessment, sections, {600});
  EXPECT_LE(utf16Length(text), 600U);
  const auto lines = linesUnder("Recorded", shownIn(text));
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines.back(), "+" + std::to_string(60 - (lines.size() - 1)) + " more");
  EXPECT_THAT(linesUnder("Consider", shownIn(text)), ElementsAre("one", "two")) << "options are never cut";
}

TEST(Render, LeavesCouldNotBeReadOutWhereAllWasRead) {
  const auto chart = chartOf(situations::emergency());
  Sections sections{{"r"}, {"n"}, {}, {"c", "d"}, {"w"}, {}, {}, {}};
  EXPECT_THAT(render(chart->assessment, sections, {1500}), Not(HasSubstr("Could not be read")));
  sections.couldNotBeRead = {"labs"};
  EXPECT_THAT(render(chart->assessment, sections, {1500}), HasSubstr("**Could not be read**\n\n- labs\n"));
}

TEST(Say, ThrowsForASentenceThePackDoesNotHave) {
  const auto chart = chartOf(situations::silent());
  EXPECT_THROW(say(chart->assessment, "common.no-such-sentence"), std::out_of_range);
}

}  // namespace
}  // namespace plumbline::cards
