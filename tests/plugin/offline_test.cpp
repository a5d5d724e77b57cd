#include "plugin/offline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/plugin/situations.h"

namespace plumbline {
namespace {

using situations::bundle;
using situations::condition;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// What a chart came to, copied out of the documents that end with the call.
struct Seen {
  std::string patientId;
  std::string tier;
  std::vector<Issue> issues;
  hooks::Hook hook;

  [[nodiscard]] std::string shortly() const {
    return patientId + ":" + (issues.empty() ? tier : issues.front().code);
  }
};

std::vector<Seen> read(const std::string& text) {
  std::vector<Seen> all;
  forEachChart(text, {situations::pack(), situations::now()}, [&](const Chart& chart) {
    all.push_back({std::string(chart.patientId), std::string(rules::name(chart.assessment.tier)),
                   chart.issues, chart.call.hook});
  });
  return all;
}

std::vector<std::string> shortly(const std::string& text) {
  std::vector<std::string> all;
  for (const auto& each : read(text)) all.push_back(each.shortly());
  return all;
}

std::string patient(const std::string& id) {
  return R"({"resourceType":"Patient","id":")" + id + R"(","birthDate":"1992-03-04"})";
}

std::string about(std::string resource, const std::string& id) {
  return resource.replace(resource.find("Patient/p1"), 10, "Patient/" + id);
}

const std::string kPain = condition("icd10|M54.50", "2026-11-18");
const std::string kSaddle = condition("snomed|449813001", "2026-11-22");

std::string chartBundle(const std::string& id) {
  return bundle({patient(id), about(kPain, id), about(kSaddle, id)});
}

TEST(Offline, ReadsARequestOfAnyHook) {
  for (const auto& each : hooks::services()) {
    const auto seen = read(situations::emergency(each.hookName).text());
    ASSERT_THAT(seen, SizeIs(1)) << each.hookName;
    EXPECT_EQ(seen.front().shortly(), "p1:emergency");
    EXPECT_EQ(seen.front().hook, each.hook);
  }
}

TEST(Offline, ReadsABundleOfOnePatientAsTheWholeRecord) {
  EXPECT_THAT(shortly(chartBundle("a7")), ElementsAre("a7:emergency"));
  const std::string screened =
      bundle({patient("p1"), kPain, condition("icd10|F41.1", "2026-11-01"),
              condition("snomed|426068005", "2026-11-12"), situations::negativeScreen()});
  EXPECT_THAT(shortly(screened), ElementsAre("p1:cleared"));
}

TEST(Offline, ReadsLinesOfRequestsInTheirOrder) {
  EXPECT_THAT(shortly(situations::emergency().text() + "\n" + situations::silent().text() + "\n\n" +
                      situations::urgent("order-sign").text()),
              ElementsAre("p1:emergency", "p1:none", "p1:urgent"));
}

TEST(Offline, ReadsLinesOfBundlesInTheirOrder) {
  EXPECT_THAT(shortly(chartBundle("b") + "\r\n" + bundle({patient("a")}) + "\n" + chartBundle("c") + "\n"),
              ElementsAre("b:emergency", "a:none", "c:emergency"));
}

TEST(Offline, GathersABulkExportByPatientInTheOrderOfThePatients) {
  const std::string export_ = patient("z") + "\n" + about(kSaddle, "a") + "\n" + about(kPain, "z") + "\n" +
                              patient("a") + "\n" + about(kPain, "a") + "\n";
  EXPECT_THAT(shortly(export_), ElementsAre("z:none", "a:emergency"));
}

TEST(Offline, GoesOnBehindABrokenLine) {
  EXPECT_THAT(shortly(chartBundle("a") + "\n{\"resourceType\": \n" + chartBundle("b")),
              ElementsAre("a:emergency", ":structure", "b:emergency"));
}

/// Lines of a bulk export that would be cleared were it whole.
std::string clearedLines() {
  return patient("p1") + "\n" + kPain + "\n" + condition("icd10|F41.1", "2026-11-01") + "\n" +
         condition("snomed|426068005", "2026-11-12") + "\n" + situations::negativeScreen() + "\n";
}

TEST(Offline, ClearsNobodyOfABulkExportWithALineThatCannotBeRead) {
  EXPECT_THAT(shortly(clearedLines()), ElementsAre("p1:cleared"));
  const auto seen = read(clearedLines() + "\n{broken\n" + patient("b") + "\n");
  ASSERT_THAT(seen, SizeIs(3));
  EXPECT_EQ(seen[0].shortly(), ":structure");
  EXPECT_THAT(seen[0].issues.front().diagnostics, HasSubstr("line 7:"));
  EXPECT_EQ(seen[1].shortly(), "p1:structural-first");
  EXPECT_EQ(seen[2].shortly(), "b:none");
}

TEST(Offline, ReportsAResourceOfABulkExportThatNamesNoPatientAndClearsNobody) {
  for (const std::string lost :
       {R"({"resourceType":"Condition","id":"c"})",
        R"({"resourceType":"Observation","id":"o","subject":{"identifier":{"value":"x"}}})",
        R"({"resourceType":"Immunization","id":"i","patient":"Patient/p1"})"}) {
    const auto seen = read(clearedLines() + lost + "\n");
    ASSERT_THAT(seen, SizeIs(2)) << lost;
    EXPECT_EQ(seen[0].shortly(), ":invalid");
    EXPECT_THAT(seen[0].issues.front().diagnostics, HasSubstr("line 6:"));
    EXPECT_EQ(seen[1].shortly(), "p1:structural-first");
  }
}

TEST(Offline, TakesResourcesOfABulkExportThatAreAboutNoPatientForWhatTheyAre) {
  const std::string others = R"({"resourceType":"Organization","id":"o"})"
                             "\n"
                             R"({"resourceType":"Medication","id":"m"})"
                             "\n"
                             R"({"resourceType":"Observation","id":"g","subject":{"reference":"Group/g"}})"
                             "\n";
  EXPECT_THAT(shortly(clearedLines() + others), ElementsAre("p1:cleared"));
}

TEST(Offline, ReportsPatientsOfABulkExportWhoAreNotInIt) {
  EXPECT_THAT(shortly(patient("a") + "\n" + about(kPain, "b") + "\n" + about(kSaddle, "b") + "\n"),
              ElementsAre("a:none", "b:not-found"));
}

TEST(Offline, ReadsPatientsOfOneIdAsOne) {
  EXPECT_THAT(shortly(clearedLines() + patient("p1") + "\n"), ElementsAre("p1:cleared"));
  const std::string another = R"({"resourceType":"Patient","id":"p1","birthDate":"1991"})";
  EXPECT_THAT(shortly(clearedLines() + another + "\n"), ElementsAre("p1:structural-first"));
  EXPECT_THAT(shortly(another + "\n" + clearedLines()), ElementsAre("p1:structural-first"));
}

TEST(Offline, SkipsAByteOrderMark) {
  EXPECT_THAT(shortly("\xEF\xBB\xBF" + chartBundle("a")), ElementsAre("a:emergency"));
  EXPECT_THAT(shortly("\xEF\xBB\xBF" + clearedLines()), ElementsAre("p1:cleared"));
}

TEST(Offline, ReportsABrokenDocumentOnce) {
  for (const std::string broken : {"{\n \"hook\": \"patient-view\",\n", "", "no JSON\nat all\n"})
    EXPECT_THAT(shortly(broken), ElementsAre(":structure")) << broken;
}

TEST(Offline, RefusesABundleOfTwoPatientsAndOneOfNone) {
  const auto two = read(bundle({patient("a"), patient("b")}));
  ASSERT_THAT(two, SizeIs(1));
  EXPECT_THAT(two.front().issues.front().diagnostics, HasSubstr("holds 2"));
  EXPECT_THAT(read(bundle({kPain})).front().issues.front().diagnostics, HasSubstr("holds 0"));
}

TEST(Offline, RefusesABundleWithAnotherPatientsResourceWithoutNamingWhose) {
  const auto seen = read(bundle({patient("p1"), about(kPain, "somebody-else")}));
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen.front().shortly(), "p1:business-rule");
  EXPECT_EQ(seen.front().issues.front().expression, "prefetch.bundle[1]");
  EXPECT_THAT(seen.front().issues.front().diagnostics, Not(HasSubstr("somebody")));
}

TEST(Offline, RefusesARequestAsTheServiceDoes) {
  const auto refusals = {situations::emergency().dropContext("patientId"),
                         situations::emergency().envelope("hook", "\"none-such\""),
                         situations::emergency().context("patientId", "\"../x\""),
                         situations::emergency().dropEnvelope("prefetch"),
                         situations::emergency().prefetch("labs", about(kPain, "p2"))};
  for (const auto& request : refusals) {
    const auto seen = read(request.text());
    ASSERT_THAT(seen, SizeIs(1));
    ASSERT_THAT(seen.front().issues, Not(IsEmpty()));
    const auto body = situations::bodyOf(situations::ask(request).reply);
    EXPECT_EQ(seen.front().issues.front().code, body["issue"][0]["code"].GetString());
    EXPECT_EQ(seen.front().issues.front().diagnostics, body["issue"][0]["diagnostics"].GetString());
  }
}

TEST(Offline, RefusesWhatIsNeitherRequestNorResource) {
  for (const std::string odd : {"{}", "[]", "7", R"({"cards":[]})"})
    EXPECT_THAT(shortly(odd), ElementsAre(":invalid")) << odd;
}

}  // namespace
}  // namespace plumbline
