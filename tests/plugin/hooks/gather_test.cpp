#include "plugin/hooks/gather.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/plugin/situations.h"

namespace plumbline::hooks {
namespace {

using fhir::Coverage;
using situations::bundle;
using situations::chartOf;
using situations::condition;
using situations::failedSearch;
using situations::Request;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(Gather, KeepsTheSixWaysAKeyCanComeApart) {
  for (const Prefetch& each : prefetch()) {
    if (each.required) continue;
    const std::string key(each.key);
    EXPECT_EQ(chartOf(Request().dropPrefetch(key))->record.of(key), Coverage::Missing) << key;
    EXPECT_EQ(chartOf(Request().prefetch(key, "null"))->record.of(key), Coverage::Supplied) << key;
    EXPECT_EQ(chartOf(Request().prefetch(key, bundle({})))->record.of(key), Coverage::Supplied) << key;
    EXPECT_EQ(chartOf(Request().prefetch(key, failedSearch()))->record.of(key), Coverage::Failed) << key;
    const std::string next = R"(,"link":[{"relation":"self","url":"a"},{"relation":"next","url":"b"}])";
    EXPECT_EQ(chartOf(Request().prefetch(key, bundle({}, next)))->record.of(key), Coverage::Partial) << key;
    for (const std::string wrong : {"7", "\"none\"", R"({"entry":[]})", "true"}) {
      EXPECT_EQ(chartOf(Request().prefetch(key, wrong))->record.of(key), Coverage::Failed) << key << wrong;
    }
  }
}

TEST(Gather, TakesAWarningForAWholeAnswer) {
  const std::string warning =
      R"({"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"informational"}]})";
  EXPECT_EQ(chartOf(Request().prefetch("labs", bundle({warning})))->record.of("labs"), Coverage::Supplied);
}

TEST(Gather, MarksEveryPublishedKeyMissingWhereThereIsNoPrefetchOfIt) {
  const auto chart = chartOf(Request().envelope(
      "prefetch", R"({"patient":{"resourceType":"Patient","id":"p1"},"conditions":null})"));
  for (const Prefetch& each : prefetch()) {
    EXPECT_EQ(chart->record.of(each.key), each.required ? Coverage::Supplied : Coverage::Missing) << each.key;
    EXPECT_EQ(chart->record.coverage.count(each.key), 1U) << each.key;
  }
}

TEST(Gather, AnswersA412NamingEachRequiredKeyItLacksWithItsQuery) {
  const auto lacking = situations::ask(Request().dropEnvelope("prefetch")).reply;
  EXPECT_EQ(lacking.status, 412);
  const auto body = situations::bodyOf(lacking);
  ASSERT_EQ(body["issue"].Size(), 3U) << "and that nothing at all was sent";
  EXPECT_THAT(
      lacking.body,
      AllOf(HasSubstr(R"("expression":["prefetch.patient"])"),
            HasSubstr(R"("expression":["prefetch.conditions"])"), HasSubstr("Patient/{{context.patientId}}"),
            HasSubstr("Condition?patient={{context.patientId}}"), Not(HasSubstr("prefetch.labs"))));
}

TEST(Gather, AnswersA412ForARequiredKeyWhoseSearchFailed) {
  for (const std::string key : {"patient", "conditions"}) {
    for (const std::string& value : {failedSearch(), std::string("7")}) {
      const auto reply = situations::ask(Request().prefetch(key, value)).reply;
      EXPECT_EQ(reply.status, 412) << key << value;
      EXPECT_THAT(reply.body, HasSubstr("prefetch." + key));
    }
  }
}

TEST(Gather, TakesNullAndEmptyRequiredKeysAsNoData) {
  for (const std::string key : {"patient", "conditions"}) {
    for (const std::string& value : {std::string("null"), bundle({})}) {
      EXPECT_EQ(situations::ask(Request().prefetch(key, value)).reply.status, 200) << key << value;
    }
  }
}

TEST(Gather, CountsDataUnderWhateverKeyItComes) {
  const Request request = Request()
                              .dropPrefetch("conditions")
                              .dropPrefetch("patient")
                              .prefetch("everything", bundle({R"({"resourceType":"Patient","id":"p1"})",
                                                              condition("icd10|M54.50", "2026-11-18"),
                                                              condition("snomed|449813001", "2026-11-22")}));
  EXPECT_EQ(situations::ask(request).tier, rules::Tier::Emergency);
}

TEST(Gather, TakesASingleResourceAndAnArrayWhereABundleIsExpected) {
  EXPECT_THAT(
      chartOf(Request().prefetch("conditions", condition("icd10|M54.50", "2026-11-18")))->record.conditions,
      SizeIs(1));
  EXPECT_THAT(chartOf(Request().prefetch("conditions", "[" + condition("icd10|M54.50", "2026-11-18") + "]"))
                  ->record.conditions,
              SizeIs(1));
}

TEST(Gather, RefusesTheRequestForAnotherPatientsResourceNamingKeyAndIndexOnly) {
  const std::string mine = condition("icd10|M54.50", "2026-11-18");
  std::string other = mine;
  other.replace(other.find("Patient/p1"), 10, "Patient/zz-top-secret");
  for (const Prefetch& each : prefetch()) {
    const std::string key(each.key);
    const auto reply = situations::ask(Request().prefetch(key, bundle({mine, other}))).reply;
    EXPECT_EQ(reply.status, 400) << key;
    EXPECT_THAT(reply.body, HasSubstr("prefetch." + key + "[1]"));
    EXPECT_THAT(reply.body, Not(AnyOf(HasSubstr("secret"), HasSubstr("M54"), HasSubstr("c-"))));
  }
}

TEST(Gather, RefusesAnotherPatientsResourceInTheHooksContext) {
  std::string other = condition("icd10|F45.41", "");
  other.replace(other.find("Patient/p1"), 10, "Patient/p2");
  const Request request = Request("problem-list-item-create").context("conditions", bundle({other}));
  const auto reply = situations::ask(request).reply;
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("context[0]"));
}

TEST(Gather, ReadsTheConditionsBeingWrittenAsOfNow) {
  const Request request = Request("problem-list-item-create")
                              .with("conditions", condition("icd10|M54.50", "2026-11-18"))
                              .context("conditions", bundle({condition("snomed|449813001", "")}));
  const auto chart = chartOf(request);
  ASSERT_THAT(chart->record.conditions, SizeIs(2));
  EXPECT_EQ(chart->record.conditions.back().recorded->earliest, situations::now());
  EXPECT_EQ(chart->assessment.tier, rules::Tier::Emergency);
}

TEST(Gather, ReadsDraftOrdersAsDrafts) {
  const std::string mri =
      R"({"resourceType":"ServiceRequest","status":"draft","intent":"order","subject":{"reference":"Patient/p1"},)"
      R"("code":{"coding":[{"system":"http://loinc.org","code":"24968-0"}]}})";
  for (const std::string hook : {"order-sign", "order-select"}) {
    const auto chart = chartOf(Request(hook).context("draftOrders", bundle({mri})));
    ASSERT_THAT(chart->record.orders, SizeIs(1)) << hook;
    EXPECT_TRUE(chart->record.orders.front().draft);
  }
}

TEST(Gather, LeavesEntriesWithoutAResourceOutAndKeepsTheCountOfTheOthers) {
  const std::string gap = R"({"resourceType":"Bundle","entry":[{},{"resource":)" +
                          condition("icd10|M54.50", "2026-11-18", R"(,"x":1)") + "}]}";
  const auto chart = chartOf(Request().prefetch("conditions", gap));
  EXPECT_THAT(chart->record.conditions, SizeIs(1));
  EXPECT_THAT(chart->record.unreadable, IsEmpty());
}

}  // namespace
}  // namespace plumbline::hooks
