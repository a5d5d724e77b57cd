#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <stdexcept>

#include "tests/support/case.h"
#include "tests/support/resource_writer.h"

/// The shorthand of the cases is itself held to what its README says.
namespace plumbline::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::string expanded(const char* shorthand, Place place = Place::Chart) {
  rapidjson::Document entry;
  entry.Parse(shorthand);
  EhrCall call;
  addEntry(call, entry, place, kUsualNow);
  return call.resources.back().json;
}

TEST(Shorthand, WritesTimesRelativeToNow) {
  EXPECT_EQ(timeText("now", kUsualNow), "2026-11-20T12:00:00Z");
  EXPECT_EQ(timeText("-3d", kUsualNow), "2026-11-17T12:00:00Z");
  EXPECT_EQ(timeText("-14d1s", kUsualNow), "2026-11-06T11:59:59Z");
  EXPECT_EQ(timeText("+36h", kUsualNow), "2026-11-22T00:00:00Z");
  EXPECT_EQ(timeText("-3d date", kUsualNow), "2026-11-17");
  EXPECT_EQ(timeText("2025-01", kUsualNow), "2025-01");
}

TEST(Shorthand, RefusesATimeItDoesNotHave) {
  EXPECT_THROW(timeText("yesterday", kUsualNow), std::invalid_argument);
  EXPECT_THROW(timeText("-3", kUsualNow), std::invalid_argument);
  EXPECT_THROW(timeText("-3w", kUsualNow), std::invalid_argument);
  EXPECT_THROW(timeText("-3d month", kUsualNow), std::invalid_argument);
}

TEST(Shorthand, ExpandsAConditionToFhir) {
  EXPECT_EQ(
      expanded(R"({"condition": "icd10cm R20.0", "onset": "-1d date", "clinical": null, "text": "saddle"})"),
      R"({"resourceType":"Condition","id":"r0","subject":{"reference":"Patient/p1"},"verificationStatus":{"coding":)"
      R"([{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},"code":{"coding":)"
      R"([{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"R20.0"}],"text":"saddle"},"onsetDateTime":"2026-11-19"})");
}

TEST(Shorthand, ExpandsAQuantityWithComparatorAndUnit) {
  EXPECT_THAT(expanded(R"({"observation": "text PVR", "value": ">=200.5 mL"})"),
              HasSubstr(R"("valueQuantity":{"value":200.5,"comparator":">=","unit":"mL","code":"mL"})"));
  EXPECT_THAT(expanded(R"({"observation": "text PVR", "value": "200"})"),
              HasSubstr(R"("valueQuantity":{"value":200.0}})"));
}

TEST(Shorthand, MakesDraftsOfWhatIsBeingWritten) {
  EXPECT_THAT(expanded(R"({"order": "loinc 24968-0"})", Place::Context), HasSubstr(R"("status":"draft")"));
  EXPECT_THAT(expanded(R"({"order": "loinc 24968-0"})"), HasSubstr(R"("status":"active")"));
}

TEST(Shorthand, WritesAnswersByLinkId) {
  const std::string json = expanded(
      R"({"answers": {"a": "yes", "b": "not examined", "c": 2, "d": "loinc LA6568-5", "e": "text some", "f": "display Some"},
          "questionnaire": "urn:q"})");
  EXPECT_THAT(json, HasSubstr(R"("questionnaire":"urn:q")"));
  EXPECT_THAT(json, HasSubstr(R"("answer":[{"valueBoolean":true}],"linkId":"a")"));
  EXPECT_THAT(json,
              HasSubstr(R"([{"valueCoding":{"system":"urn:plumbline:answer","code":"not-examined"}}])"));
  EXPECT_THAT(json, HasSubstr(R"([{"valueInteger":2}])"));
  EXPECT_THAT(json, HasSubstr(R"([{"valueCoding":{"system":"http://loinc.org","code":"LA6568-5"}}])"));
  EXPECT_THAT(json, HasSubstr(R"([{"valueString":"some"}])"));
  EXPECT_THAT(json, HasSubstr(R"([{"valueCoding":{"display":"Some"}}])"));
}

TEST(Shorthand, WritesTheCodesOfQuestionsIntoAContainedQuestionnaire) {
  EXPECT_THAT(
      expanded(R"({"answers": [{"text": "Fever?", "says": "no"}, {"code": "snomed 1", "says": "yes"}]})"),
      AllOf(
          HasSubstr(
              R"("questionnaire":"#q","contained":[{"resourceType":"Questionnaire","id":"q","item":[{"linkId":"2",)"
              R"("code":[{"system":"http://snomed.info/sct","code":"1"}]}]}])"),
          HasSubstr(R"("linkId":"1","text":"Fever?")"), HasSubstr(R"("linkId":"2"}])")));
}

TEST(Shorthand, EncodesANote) {
  EXPECT_EQ(base64("saddle numb"), "c2FkZGxlIG51bWI=");
  EXPECT_THAT(expanded(R"({"note": "saddle numb", "at": "-1d"})"), HasSubstr(R"("data":"c2FkZGxlIG51bWI=")"));
}

TEST(Shorthand, RefusesWhatItDoesNotKnowAndSaysWhat) {
  EXPECT_THAT([] { expanded(R"({"condition": "snomed 1", "onste": "-1d"})"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("condition has no \"onste\"")));
  EXPECT_THAT([] { expanded(R"({"condition": "icd9 1"})"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("no code: icd9 1")));
  EXPECT_THAT([] { expanded(R"({"observation": "text PVR", "value": "2x mL"})"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("no value")));
  EXPECT_THAT([] { expanded(R"({"symptom": "snomed 1"})"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("no known kind")));
}

TEST(Shorthand, NamesTheCaseThatIsWrong) {
  rapidjson::Document shorthand;
  shorthand.Parse(R"({"name": "a typing error", "chart": [{"condition": "snomed"}], "expect": {}})");
  EXPECT_THAT([&] { readCase("rules/example", shorthand); },
              ThrowsMessage<std::runtime_error>(
                  HasSubstr("rules/example: \"a typing error\": chart entry 1: no code: snomed")));
}

}  // namespace
}  // namespace plumbline::tests
