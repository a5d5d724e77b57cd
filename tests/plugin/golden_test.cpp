/// Whole requests and their whole answers, as files: tests/golden/<situation>.request.json is posted to the
/// service of its hook, and status and body must be what <situation>.response.json holds. Identifiers and the
/// content's digest differ from run to run or with every edit of the content, and are left out of both.
/// After a change that is meant, read what `UPDATE_GOLDEN=1 plugin_test --gtest_filter=*Golden*` writes there
/// before it is committed: each file is a card that a clinician gets.
#include "tests/plugin/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/plugin/situations.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> situationNames() {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(PLUMBLINE_GOLDEN)) {
    const std::string name = file.path().filename().string();
    const auto at = name.find(".request.json");
    if (at != std::string::npos) names.push_back(name.substr(0, at));
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The service a request names by its hook; patient-view for a body that is not even JSON.
const hooks::Service& serviceFor(const std::string& request) {
  rapidjson::Document body;
  body.Parse(request.c_str());
  for (const auto& each : hooks::services()) {
    if (!body.HasParseError() && body.HasMember("hook") && each.hookName == body["hook"].GetString())
      return each;
  }
  return hooks::services().front();
}

std::string pretty(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  value.Accept(writer);
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, AnswersAsWritten) {
  const std::string request = golden::contents(GetParam() + ".request.json");
  const Answered answered =
      answer(serviceFor(request), request, {situations::pack(), situations::now()}, namedUuid);
  rapidjson::Document actual(rapidjson::kObjectType);
  actual.AddMember("status", answered.reply.status, actual.GetAllocator());
  rapidjson::Document body(&actual.GetAllocator());
  body.Parse(answered.reply.body.c_str());
  ASSERT_FALSE(body.HasParseError());
  golden::leaveOutIdentifiers(body);
  actual.AddMember("body", static_cast<rapidjson::Value&>(body), actual.GetAllocator());
  if (std::getenv("UPDATE_GOLDEN")) {
    std::ofstream(std::string(PLUMBLINE_GOLDEN) + "/" + GetParam() + ".response.json") << pretty(actual);
    GTEST_SKIP() << "written anew";
  }
  rapidjson::Document expected;
  expected.Parse(golden::contents(GetParam() + ".response.json").c_str());
  ASSERT_FALSE(expected.HasParseError());
  EXPECT_TRUE(actual == expected) << "expected\n" << pretty(expected) << "\nbut got\n" << pretty(actual);
}

INSTANTIATE_TEST_SUITE_P(Situations, Golden, testing::ValuesIn(situationNames()), [](const auto& each) {
  std::string name = each.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(GoldenFiles, CoverEveryHookEveryTierAndTheRefusals) {
  std::set<std::string> hooks, refused, tiers;
  std::set<int> statuses;
  for (const auto& name : situationNames()) {
    rapidjson::Document response;
    response.Parse(golden::contents(name + ".response.json").c_str());
    ASSERT_TRUE(response.IsObject()) << name;
    const int status = response["status"].GetInt();
    statuses.insert(status);
    if (status != 200) refused.emplace(serviceFor(golden::contents(name + ".request.json")).hookName);
    if (!response["body"].HasMember("cards")) continue;
    hooks.emplace(serviceFor(golden::contents(name + ".request.json")).hookName);
    const auto& cards = response["body"]["cards"];
    tiers.insert(cards.Empty() ? "none"
                               : cards[0]["extension"]["org.plumbline.assessment"]["tier"].GetString());
  }
  EXPECT_EQ(hooks.size(), plumbline::hooks::services().size());
  EXPECT_EQ(refused, hooks) << "each hook has an answer and a refusal";
  EXPECT_THAT(tiers, testing::ElementsAre("cleared", "emergency", "none", "not-assessable", "soon",
                                          "structural-first", "urgent"));
  EXPECT_THAT(statuses, testing::ElementsAre(200, 400, 412));
}

}  // namespace
}  // namespace plumbline
