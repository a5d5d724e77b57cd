#include "plugin/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/plugin/situations.h"

namespace plumbline::wire {
namespace {

using situations::Request;
using testing::ElementsAre;
using testing::IsEmpty;

/// Paths of null, "", [] and {} anywhere below `value`, but for the assessment, whose lists are always there.
void findEmpty(const rapidjson::Value& value, const std::string& path, std::vector<std::string>& found) {
  if (path.ends_with("/org.plumbline.assessment")) return;
  const bool empty = value.IsNull() || (value.IsString() && value.GetStringLength() == 0) ||
                     (value.IsArray() && value.Empty()) || (value.IsObject() && value.ObjectEmpty());
  if (empty) found.push_back(path);
  if (value.IsArray()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
      findEmpty(value[i], path + "/" + std::to_string(i), found);
  }
  if (value.IsObject()) {
    for (const auto& member : value.GetObject())
      findEmpty(member.value, path + "/" + member.name.GetString(), found);
  }
}

std::vector<std::string> emptiesIn(const std::string& text) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  EXPECT_FALSE(document.HasParseError()) << text;
  std::vector<std::string> found;
  findEmpty(document, "", found);
  return found;
}

std::vector<std::string> keysOf(const rapidjson::Value& object) {
  std::vector<std::string> keys;
  for (const auto& member : object.GetObject()) keys.emplace_back(member.name.GetString());
  return keys;
}

std::vector<Request> everyTier() {
  using namespace situations;
  return {emergency(), urgent("order-sign"), soon("encounter-discharge"), structuralFirst(),
          cleared(),   notAssessable()};
}

TEST(Wire, WritesNothingNullOrEmptyAnywhereButInTheAssessment) {
  for (const Request& request : everyTier()) {
    const auto reply = situations::ask(request).reply;
    EXPECT_THAT(emptiesIn(reply.body), IsEmpty()) << reply.body;
  }
  EXPECT_THAT(emptiesIn(discovery()), IsEmpty());
  EXPECT_THAT(emptiesIn(operationOutcome({{"invalid", "what", ""}, {"value", "", "context"}})), IsEmpty());
  EXPECT_THAT(emptiesIn(refusedEvaluation("", {{"structure", "no JSON", ""}})), IsEmpty());
}

TEST(Wire, WritesTheEmptyListOfCardsForASilentPatient) {
  EXPECT_EQ(situations::ask(situations::silent()).reply.body, R"({"cards":[]})");
}

TEST(Wire, WritesTheMembersOfACardInAFixedOrder) {
  const auto body = situations::bodyOf(situations::ask(situations::emergency("encounter-start")).reply);
  EXPECT_THAT(keysOf(body), ElementsAre("cards"));
  const auto& card = body["cards"][0];
  EXPECT_THAT(keysOf(card), ElementsAre("uuid", "summary", "indicator", "detail", "source", "suggestions",
                                        "selectionBehavior", "overrideReasons", "links", "extension"));
  EXPECT_EQ(keysOf(card["source"]).front(), "label");
  EXPECT_EQ(keysOf(card["source"]).back(), "topic");
  EXPECT_THAT(keysOf(card["source"]["topic"]), ElementsAre("code", "system", "display"));
  EXPECT_THAT(keysOf(card["suggestions"][0]), ElementsAre("label", "uuid", "actions"));
  EXPECT_THAT(keysOf(card["overrideReasons"][0]), ElementsAre("code", "system", "display"));
  EXPECT_THAT(keysOf(card["extension"]), ElementsAre("org.plumbline.assessment"));
}

TEST(Wire, WritesTheAssessmentWithAllItsMembersWhateverTheTier) {
  for (const Request& request : everyTier()) {
    const auto body = situations::bodyOf(situations::ask(request).reply);
    const auto& assessment = body["cards"][0]["extension"]["org.plumbline.assessment"];
    EXPECT_THAT(keysOf(assessment), ElementsAre("tier", "pathways", "present", "absent", "unknown", "stress",
                                                "mechanical", "pack"));
    EXPECT_THAT(keysOf(assessment["stress"]), ElementsAre("strength", "indicators"));
    EXPECT_THAT(keysOf(assessment["mechanical"]), ElementsAre("indicators"));
    EXPECT_THAT(keysOf(assessment["pack"]), ElementsAre("version", "digest"));
    for (const auto& unknown : assessment["unknown"].GetArray())
      EXPECT_THAT(keysOf(unknown), ElementsAre("finding", "reason"));
  }
}

TEST(Wire, ListsEveryRedFlagOnceAsPresentAbsentOrUnknown) {
  std::size_t redFlags = 0;
  for (const auto& finding : situations::pack().findings) redFlags += finding.isRedFlag();
  for (const Request& request : everyTier()) {
    const auto body = situations::bodyOf(situations::ask(request).reply);
    const auto& assessment = body["cards"][0]["extension"]["org.plumbline.assessment"];
    std::set<std::string> listed;
    for (const char* key : {"present", "absent"}) {
      for (const auto& id : assessment[key].GetArray()) EXPECT_TRUE(listed.insert(id.GetString()).second);
    }
    for (const auto& each : assessment["unknown"].GetArray())
      EXPECT_TRUE(listed.insert(each["finding"].GetString()).second);
    EXPECT_EQ(listed.size(), redFlags);
  }
}

TEST(Wire, GivesEachSuggestionOneCreateActionOfADraftOrderForThePatient) {
  const auto body = situations::bodyOf(situations::ask(situations::emergency("encounter-start")).reply);
  const auto& card = body["cards"][0];
  EXPECT_STREQ(card["selectionBehavior"].GetString(), "any");
  ASSERT_GE(card["suggestions"].Size(), 1U);
  for (const auto& suggestion : card["suggestions"].GetArray()) {
    if (suggestion["actions"][0]["resource"]["resourceType"] == "Task") continue;
    ASSERT_EQ(suggestion["actions"].Size(), 1U);
    const auto& action = suggestion["actions"][0];
    EXPECT_THAT(keysOf(action), ElementsAre("type", "description", "resource"));
    EXPECT_STREQ(action["type"].GetString(), "create");
    const auto& order = action["resource"];
    EXPECT_STREQ(order["resourceType"].GetString(), "ServiceRequest");
    EXPECT_STREQ(order["status"].GetString(), "draft");
    EXPECT_STREQ(order["intent"].GetString(), "order");
    EXPECT_FALSE(order.HasMember("id")) << "the EHR gives it one";
    EXPECT_STREQ(order["subject"]["reference"].GetString(), "Patient/p1");
    EXPECT_STREQ(order["encounter"]["reference"].GetString(), "Encounter/e1");
    EXPECT_THAT(order["reasonCode"][0]["text"].GetString(), testing::StartsWith("To rule out: "));
  }
  const auto without = situations::bodyOf(situations::ask(situations::emergency()).reply);
  EXPECT_FALSE(without["cards"][0]["suggestions"][0]["actions"][0]["resource"].HasMember("encounter"));
  const auto none = situations::bodyOf(situations::ask(situations::cleared()).reply);
  EXPECT_FALSE(none["cards"][0].HasMember("suggestions"));
  EXPECT_FALSE(none["cards"][0].HasMember("selectionBehavior"));
}

TEST(Wire, AsksInATaskForTheRedFlagScreenToBeCompleted) {
  const auto body = situations::bodyOf(situations::ask(situations::structuralFirst("encounter-start")).reply);
  const auto& suggestions = body["cards"][0]["suggestions"];
  ASSERT_EQ(suggestions.Size(), 1U);
  ASSERT_EQ(suggestions[0]["actions"].Size(), 1U);
  const auto& task = suggestions[0]["actions"][0]["resource"];
  EXPECT_STREQ(task["resourceType"].GetString(), "Task");
  EXPECT_STREQ(task["status"].GetString(), "draft");
  EXPECT_STREQ(task["intent"].GetString(), "proposal");
  EXPECT_STREQ(task["for"]["reference"].GetString(), "Patient/p1");
  EXPECT_STREQ(task["encounter"]["reference"].GetString(), "Encounter/e1");
  const auto& form = situations::pack().form;
  EXPECT_EQ(task["input"][0]["valueCanonical"].GetString(), form.url + "|" + form.version);
}

TEST(Wire, EscapesWhatJsonMustEscape) {
  rapidjson::Document body;
  body.Parse(operationOutcome({{"value", "a \"quote\", a \\ and \x01", "context.x"}}).c_str());
  ASSERT_FALSE(body.HasParseError());
  EXPECT_STREQ(body["issue"][0]["diagnostics"].GetString(), "a \"quote\", a \\ and \x01");
}

TEST(Wire, EndsEachEvaluationWithANewlineAndHasNoOtherInIt) {
  const auto chart = situations::chartOf(situations::emergency());
  for (const std::string& line :
       {evaluation("p1", cards::compose(chart->assessment, chart->call, namedUuid), chart->assessment),
        refusedEvaluation("p1", {{"structure", "broken", ""}})}) {
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
}

TEST(Wire, GivesTheSameBytesForTheSameRequest) {
  EXPECT_EQ(situations::ask(situations::emergency()).reply.body,
            situations::ask(situations::emergency()).reply.body);
}

}  // namespace
}  // namespace plumbline::wire
