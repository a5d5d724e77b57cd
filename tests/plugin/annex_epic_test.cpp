/// What Epic is known to do differently: tests/plugin/annex_test.cpp says how these tests are named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "plugin/router.h"
#include "tests/plugin/situations.h"
#include "tests/plugin/store/store.h"

namespace plumbline {
namespace {

using fhir::Coverage;
using rules::Tier;
using situations::askAs;
using situations::bundle;
using situations::cardsFor;
using situations::chartOf;
using situations::condition;
using situations::painful;
using situations::Request;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string outcome(const std::string& severity, const std::string& code) {
  return R"({"resourceType":"OperationOutcome","issue":[{"severity":")" + severity + R"(","code":")" + code +
         R"(","details":{"coding":[{"system":"urn:oid:1.2.840.114350.1.13.0.1.7.2.657369","code":"4101"}]}}]})";
}

std::string searchset(const std::string& entry) {
  return R"({"resourceType":"Bundle","type":"searchset","total":0,"entry":[)" + entry + "]}";
}

TEST(Annex, EPIC_01_OutcomeEntryInAnEmptySearchsetIsSearchedAndNone) {
  const std::string none =
      searchset(R"({"resource":)" + outcome("warning", "not-found") + R"(,"search":{"mode":"outcome"}})");
  const auto chart = chartOf(painful().prefetch("labs", none));
  EXPECT_EQ(chart->record.of("labs"), Coverage::Supplied);
  EXPECT_THAT(chart->record.unreadable, IsEmpty());
  EXPECT_EQ(chart->assessment.tier, Tier::None);
}

TEST(Annex, EPIC_02_OutcomeOfAnErrorMeansTheKeyFailed) {
  const std::string failed =
      searchset(R"({"resource":)" + outcome("error", "forbidden") + R"(,"search":{"mode":"outcome"}})");
  const auto chart = chartOf(painful().prefetch("labs", failed));
  EXPECT_EQ(chart->record.of("labs"), Coverage::Failed);
  EXPECT_EQ(chart->assessment.tier, Tier::NotAssessable);
}

TEST(Annex, EPIC_03_SystemsByOidAreThoseByUri) {
  const auto tier = [](const std::string& icd, const std::string& snomed) {
    std::string pain = condition("icd10|M54.50", "2026-11-18");
    std::string saddle = condition("snomed|449813001", "2026-11-22");
    pain.replace(pain.find("http://hl7.org/fhir/sid/icd-10-cm"), 33, icd);
    saddle.replace(saddle.find("http://snomed.info/sct"), 22, snomed);
    return situations::ask(Request().with("conditions", pain).with("conditions", saddle)).tier;
  };
  EXPECT_EQ(tier("urn:oid:2.16.840.1.113883.6.90", "urn:oid:2.16.840.1.113883.6.96"), Tier::Emergency);
  EXPECT_EQ(tier("2.16.840.1.113883.6.90", "2.16.840.1.113883.6.96"), Tier::Emergency);
  EXPECT_EQ(tier("urn:oid:9.9.9", "urn:oid:9.9.8"), Tier::None);
}

TEST(Annex, EPIC_04_CategoryMayBeAnObjectInPlaceOfAnArray) {
  const Request request =
      painful().with("conditions", condition("snomed|449813001", "2026-11-22",
                                             R"(,"category":{"coding":{"code":"encounter-diagnosis"}})"));
  EXPECT_EQ(situations::ask(request).tier, Tier::Emergency);
  EXPECT_THAT(chartOf(request)->record.unreadable, IsEmpty());
}

TEST(Annex, EPIC_05_AbsoluteReferencesResolve) {
  const auto about = [](const std::string& patient) {
    std::string saddle = condition("snomed|449813001", "2026-11-22");
    saddle.replace(saddle.find("Patient/p1"), 10, "https://ehr.example/api/FHIR/R4/Patient/" + patient);
    return situations::ask(painful().with("conditions", saddle));
  };
  EXPECT_EQ(about("p1").tier, Tier::Emergency);
  EXPECT_EQ(about("p2").reply.status, 400);
}

TEST(Annex, EPIC_06_MedicationsRideBesideTheirDraftOrder) {
  const std::string medication =
      R"({"resourceType":"Medication","id":"m1","code":{"text":"Diazepam 2 mg tablets"}})";
  const std::string draft =
      R"({"resourceType":"MedicationRequest","id":"a","status":"draft","intent":"order",)"
      R"("subject":{"reference":"Patient/p1"},)"
      R"("medicationReference":{"reference":"https://ehr.example/api/FHIR/R4/Medication/m1"}})";
  Request request = painful("order-select");
  request.context("draftOrders", bundle({draft, medication}))
      .context("selections", R"(["MedicationRequest/a"])");
  EXPECT_EQ(askAs("epic", request).tier, Tier::StructuralFirst);
}

TEST(Annex, EPIC_07_TriggerActionIsReadAsTextAndAsNumber) {
  const auto indicator = [](const std::string& profile, const std::string& value) {
    Request request = situations::structuralFirst();
    request.envelope("extension",
                     R"({"com.epic.cdshooks.request.bpa-trigger-action":)" + value +
                         R"(,"com.epic.cdshooks.request.criteria-id":"7","internal.epic.x":{"y":1}})");
    return cardsFor(profile, request).front().indicator;
  };
  for (const std::string acting : {"\"18\"", "18", "\"7\"", "6", "\"23\"", "27"})
    EXPECT_EQ(indicator("epic", acting), cards::Indicator::Warning) << acting;
  for (const std::string reading : {"\"60\"", "60", "\"5\"", "26", "999", "\"\"", "null", "{}", "[18]"})
    EXPECT_EQ(indicator("epic", reading), cards::Indicator::Info) << reading;
  EXPECT_EQ(indicator("spec", "18"), cards::Indicator::Info) << "another client's extension means nothing";
}

TEST(Annex, EPIC_08_TheUserMayBeOfAnyKind) {
  for (const std::string user : {"PractitionerRole/r1", "Practitioner/d1", "Patient/p9", "RelatedPerson/x"}) {
    const Request request = situations::emergency().context("userId", "\"" + user + "\"");
    EXPECT_EQ(askAs("epic", request).tier, Tier::Emergency) << user;
  }
}

TEST(Annex, EPIC_09_SuggestionsHaveOneActionEachAndUuids) {
  const cards::Site site{
      {{"lumbar-mri", {"5123", "urn:com.epic.cdshooks.action.code.system.preference-list-item", ""}},
       {"bladder-scan", {"77", "urn:com.epic.cdshooks.action.code.system.preference-list-item", ""}}},
      "",
      ""};
  const auto body = situations::bodyOf(askAs("epic", situations::emergency(), site).reply);
  const auto& card = body["cards"][0];
  const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  EXPECT_TRUE(std::regex_match(card["uuid"].GetString(), uuid));
  EXPECT_STREQ(card["selectionBehavior"].GetString(), "any");
  ASSERT_EQ(card["suggestions"].Size(), 2U) << "only what the site maps";
  std::set<std::string> uuids;
  for (const auto& each : card["suggestions"].GetArray()) {
    EXPECT_TRUE(std::regex_match(each["uuid"].GetString(), uuid));
    EXPECT_TRUE(uuids.insert(each["uuid"].GetString()).second);
    ASSERT_EQ(each["actions"].Size(), 1U);
    EXPECT_GT(each["actions"][0]["description"].GetStringLength(), 0U) << "the text Epic shows";
    EXPECT_FALSE(each.HasMember("isRecommended"));
  }
}

TEST(Annex, EPIC_10_TheTopicIsThePictures) {
  const auto topic = [](const Request& request) { return cardsFor("epic", request).front().topic.code; };
  const std::string before = topic(situations::emergency());
  EXPECT_THAT(before, testing::MatchesRegex("[A-Za-z0-9]+"));
  EXPECT_LE(before.size(), 100U);
  EXPECT_EQ(topic(situations::emergency("order-sign")), before);
  EXPECT_NE(topic(situations::emergency().with("conditions", condition("icd10|R15.9", "2026-11-23"))),
            before);
}

/// Taken as Epic sends it, through the service and to the disk: both spellings of the reasons, a reason in
/// the extension alone or none, five hundred at once and five days late.
TEST(Annex, EPIC_11_FeedbackIsTakenInEverySpellingInBatchesAndLate) {
  store::testing::Directory directory;
  const auto writer = directory.writer();
  Context context;
  context.inForce.store(
      std::make_shared<const InForce>(InForce{situations::pack(), cards::Grouping::Single}));
  context.fixedNow = situations::now();
  context.store = writer.get();
  for (int i = 0; i < 500; ++i) writer->keep(store::testing::call("card-" + std::to_string(i)));
  const std::string reason =
      R"({"reason":{"code":"patient-refuses","system":"urn:x"},"userComment":"later"})";
  const std::string inExtension =
      R"({"extension":{"com.epic.cdshooks.feedback.overrideReason.reasonTitle":"Not now"}})";
  const std::string spellings[] = {R"(,"overrideReasons":[)" + reason + "]", R"(,"overrideReason":)" + reason,
                                   R"(,"overrideReasons":[)" + inExtension + "]", ""};
  std::string entries;
  for (int i = 0; i < 500; ++i) {
    entries += (i ? "," : "") + std::string(R"({"card":"card-)") + std::to_string(i) +
               R"(","outcome":"overridden","outcomeTimestamp":"2026-11-18T09:00:00Z")" + spellings[i % 4] +
               "}";
  }
  const std::string body = R"({"feedback":[)" + entries + "]}";
  const std::string padded = body + std::string(http::kBodyPadding, ' ');
  http::Request post{"POST", "/cds-services/plumbline-patient-view/feedback", "", {}, {}, "id"};
  post.body = std::string_view(padded).substr(0, body.size());
  post.headers.push_back({"content-type", "application/json"});
  EXPECT_EQ(route(context, Side::Everything, post).status, 200);
  const auto rows = [&](const std::string& where) {
    return directory.number("SELECT count(*) FROM feedback WHERE outcome = 'overridden' AND " + where);
  };
  EXPECT_EQ(rows("reasonCode = 'patient-refuses' AND comment = 'later'"), 250);
  EXPECT_EQ(rows("reasonCode = 'Not now'"), 125);
  EXPECT_EQ(rows("reasonCode = ''"), 125);
}

TEST(Annex, EPIC_12_AStrippedCallIsA412AndCounted) {
  const http::Counters counters;
  Context context;
  context.inForce.store(
      std::make_shared<const InForce>(InForce{situations::pack(), cards::Grouping::Single}));
  context.fixedNow = situations::now();
  const auto call = [&](const Request& request) {
    const std::string body = request.text();
    const std::string padded = body + std::string(http::kBodyPadding, ' ');
    http::Request post{"POST", "/cds-services/plumbline-patient-view", "", {}, {}, "id"};
    post.body = std::string_view(padded).substr(0, body.size());
    post.headers.push_back({"content-type", "application/json"});
    return route(context, Side::Everything, post);
  };
  const auto stripped = call(Request().dropEnvelope("prefetch"));
  EXPECT_EQ(stripped.status, 412);
  EXPECT_THAT(stripped.body, AllOf(HasSubstr("OperationOutcome"), HasSubstr("registered with the EHR")));
  const auto lacking = call(Request().dropPrefetch("conditions"));
  EXPECT_EQ(lacking.status, 412);
  EXPECT_THAT(lacking.body, Not(HasSubstr("registered with the EHR")));
  EXPECT_THAT(context.metrics.text(counters),
              HasSubstr("plumbline_requests_stripped_total{service=\"plumbline-patient-view\"} 1"));
}

TEST(Annex, EPIC_13_ScopesNeedNotBeOfSmart) {
  const Request request = situations::emergency().envelope(
      "fhirAuthorization", R"({"access_token":"t","token_type":"Bearer","expires_in":300,"subject":"s",)"
                           R"x("scope":"Condition.Search (Problems) (R4) Patient.Read (R4)"})x");
  EXPECT_EQ(askAs("epic", request).tier, Tier::Emergency);
}

TEST(Annex, EPIC_16_EveryCardNamesItsSource) {
  using namespace situations;
  for (const Request& request :
       {emergency(), urgent(), soon(), structuralFirst(), cleared(), notAssessable()})
    EXPECT_FALSE(cardsFor("epic", request).front().sourceLabel.empty());
}

TEST(Annex, EPIC_17_UnknownPrefetchKeysAreNoFault) {
  const Request request =
      situations::emergency().prefetch("-conditions", bundle({})).prefetch("Wt 7", "null");
  EXPECT_EQ(askAs("epic", request).tier, Tier::Emergency);
}

}  // namespace
}  // namespace plumbline
