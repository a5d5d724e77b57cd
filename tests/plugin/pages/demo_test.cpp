#include "plugin/pages/demo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "plugin/explanation.h"
#include "plugin/offline.h"
#include "tests/plugin/situations.h"

namespace plumbline::pages {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The day the charts of the demo are written as of, at nine.
const fhir::Instant kCharts{std::chrono::sys_days{std::chrono::November / 25 / 2026} + std::chrono::hours(9) +
                            std::chrono::minutes(10)};

const Files& files() {
  static const Files loaded = [] {
    std::vector<fhir::Problem> problems;
    return loadFiles(PLUMBLINE_WEB, problems);
  }();
  return loaded;
}

std::optional<http::Reply> ask(std::string_view method, std::string_view path, const std::string& body = "",
                               bool demo = true) {
  const std::string padded = body + std::string(http::kBodyPadding, ' ');
  const http::Request request{method, path, "", {}, std::string_view(padded).substr(0, body.size()), "id"};
  return answer({files(), situations::pack(), situations::now(), demo}, request);
}

rapidjson::Document parsed(const std::string& text) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  EXPECT_FALSE(document.HasParseError());
  return document;
}

/// Tier and pathways of a chart of the demo, as they come out.
std::pair<std::string, std::vector<std::string>> outcomeOf(const std::string& bundle) {
  std::pair<std::string, std::vector<std::string>> found;
  forEachChart(bundle, {situations::pack(), kCharts}, [&](const Chart& chart) {
    EXPECT_TRUE(chart.issues.empty());
    found.first = rules::name(chart.assessment.tier);
    for (const std::size_t index : chart.assessment.raised)
      found.second.push_back(chart.assessment.considered[index].pathway->id);
  });
  return found;
}

TEST(Demo, IsThereOnlyInDemoMode) {
  for (const std::string path : {"/demo/", "/demo/demo.js", "/demo/charts.json", "/demo/clock.json"}) {
    ASSERT_TRUE(ask("GET", path)) << path;
    EXPECT_EQ(ask("GET", path)->status, 200) << path;
    EXPECT_FALSE(ask("GET", path, "", false)) << path;
  }
  EXPECT_FALSE(ask("POST", "/demo/explain", situations::emergency().text(), false));
  EXPECT_EQ(ask("GET", "/")->status, 307);
  EXPECT_FALSE(ask("GET", "/", "", false));
}

TEST(Demo, ChartsComeOutAsTheirListSays) {
  const auto menu = parsed(files().at("demo/charts.json"));
  for (const auto& entry : menu["charts"].GetArray()) {
    if (entry.HasMember("failed")) continue;  // a search that fails is the page's doing
    const std::string id = entry["id"].GetString();
    std::vector<std::string> pathways;
    for (const auto& each : entry["pathways"].GetArray()) pathways.emplace_back(each.GetString());
    EXPECT_EQ(outcomeOf(files().at("demo/charts/" + id + ".json")),
              std::pair(std::string(entry["tier"].GetString()), pathways))
        << id;
  }
}

TEST(Demo, ChartsShowEveryPathwayAsALeadAndEveryTier) {
  const auto menu = parsed(files().at("demo/charts.json"));
  std::set<std::string> leads, tiers;
  for (const auto& entry : menu["charts"].GetArray()) {
    tiers.insert(entry["tier"].GetString());
    if (!entry["pathways"].Empty()) leads.insert(entry["pathways"][0].GetString());
  }
  std::set<std::string> all;
  for (const auto& each : situations::pack().pathways) all.insert(each.id);
  EXPECT_EQ(leads, all);
  EXPECT_THAT(tiers, testing::ElementsAre("cleared", "emergency", "none", "not-assessable", "soon",
                                          "structural-first", "urgent"));
}

TEST(DemoExplain, GivesPathwaysRulesAndEvidenceAsJson) {
  const auto reply = ask("POST", "/demo/explain", situations::emergency().text());
  ASSERT_EQ(reply->status, 200);
  const auto why = parsed(reply->body);
  EXPECT_STREQ(why["tier"].GetString(), "emergency");
  EXPECT_TRUE(why["pain"]["inPlay"].GetBool());
  EXPECT_EQ(why["pathways"].Size(), situations::pack().pathways.size());
  const auto& rule = why["pathways"][0]["rules"][0];
  EXPECT_STREQ(rule["id"].GetString(), "ces-1");
  EXPECT_STREQ(rule["verdict"].GetString(), "holds");
  EXPECT_STREQ(rule["findings"][0]["id"].GetString(), "saddle-anaesthesia");
  bool found = false;
  for (const auto& finding : why["findings"].GetArray()) {
    if (finding["id"] != "saddle-anaesthesia") continue;
    found = true;
    EXPECT_STREQ(finding["state"].GetString(), "present");
    EXPECT_STREQ(finding["evidence"][0]["source"].GetString(), "Condition/c-449813001");
    EXPECT_STREQ(finding["evidence"][0]["when"].GetString(), "2026-11-22");
  }
  EXPECT_TRUE(found);
}

TEST(DemoExplain, RefusesWhatTheServiceRefuses) {
  const auto other = ask(
      "POST", "/demo/explain",
      situations::emergency()
          .with("conditions", R"({"resourceType":"Condition","id":"x","subject":{"reference":"Patient/p2"}})")
          .text());
  EXPECT_EQ(other->status, 400);
  EXPECT_THAT(other->body, HasSubstr("OperationOutcome"));
  EXPECT_THAT(other->body, Not(HasSubstr("p2")));
  EXPECT_EQ(ask("POST", "/demo/explain", "no chart")->status, 400);
  EXPECT_EQ(ask("POST", "/demo/explain", "")->status, 400);
  EXPECT_EQ(ask("GET", "/demo/explain")->status, 405);
}

}  // namespace
}  // namespace plumbline::pages
