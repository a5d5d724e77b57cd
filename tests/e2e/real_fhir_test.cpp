/// Against a FHIR server that others wrote (tests/fhir_server). Skips where it is not installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "tests/e2e/fetching.h"
#include "tests/e2e/program.h"
#include "tests/plugin/http/client.h"
#include "tests/support/case.h"

namespace plumbline::e2e {
namespace {

using std::string;

constexpr const char* kNode = PLUMBLINE_PROGRAM;
constexpr const char* kServer = PLUMBLINE_FHIR_SERVER "/server.mjs";

string written(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

/// What is compared here is answers; on a busy machine that server takes longer than an EHR may.
constexpr std::chrono::seconds kUnhurried(8);

fetch::Policy unhurried() {
  fetch::Policy policy = Reach::loopback();
  policy.budget = std::chrono::seconds(7);
  return policy;
}

class RealServer : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kNode) || !std::filesystem::exists(kServer))
      GTEST_SKIP() << "not installed: tests/fhir_server/install.sh does it where there is npm";
    program_.emplace(std::vector<string>{kServer, "tok-canary"}, "/dev/stderr");
    port_ = static_cast<std::uint16_t>(std::stoi(program_->line()));
  }

  [[nodiscard]] string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/fhir"; }

  /// The body of what the server says to one request over a connection of its own.
  string say(const string& request) const {
    http::Client client(port_);
    client.say(request);
    fetch::ResponseReader reader(100'000'000);
    const auto state = reader.add(client.rest());
    EXPECT_EQ(state, fetch::ResponseReader::State::Whole);
    EXPECT_EQ(reader.status(), 200) << reader.body();
    return reader.body();
  }

  /// Puts a chart in place of the one before. Its Observations get the category of the key they stand under:
  /// it is what they are found by.
  void hold(const tests::EhrCall& call) const {
    const std::map<string, string> categories{
        {"observations", "exam"}, {"vitals", "vital-signs"}, {"labs", "laboratory"}, {"surveys", "survey"}};
    string entries;
    for (const auto& [key, json] : call.resources) {
      rapidjson::Document resource;
      resource.Parse(json.c_str());
      const auto category = categories.find(key);
      if (category != categories.end() && !resource.HasMember("category")) {
        rapidjson::Document value(&resource.GetAllocator());
        value.Parse(
            (R"([{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":")" +
             category->second + "\"}]}]")
                .c_str());
        resource.AddMember("category", value, resource.GetAllocator());
      }
      if (key != "context")
        entries += (entries.empty() ? "{\"resource\":" : ",{\"resource\":") + written(resource) + "}";
    }
    const string body = R"({"resourceType":"Bundle","entry":[)" + entries + "]}";
    say("PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body);
  }

  /// The chart as an EHR prefetches it: each template asked of the server.
  [[nodiscard]] Split prefetched(const tests::EhrCall& call) const {
    Split chart = split(call.request());
    chart.held.clear();
    string prefetch;
    for (const auto& [target, key] : chart.keys) {
      if (key == "encounter") continue;
      chart.held[key] = say("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
                            "\r\nAuthorization: Bearer tok-canary\r\nConnection: close\r\n\r\n");
      prefetch += (prefetch.empty() ? "\"" : ",\"") + key + "\":" + chart.held[key];
    }
    chart.whole = "{" + chart.hidden + ",\"prefetch\":{" + prefetch + "}}";
    return chart;
  }

  std::optional<Program> program_;
  std::uint16_t port_ = 0;
};

/// R053, R081, R094.
TEST_F(RealServer, GivesTheSameAnswerWhetherTheEhrOrTheServiceAsksIt) {
  Reach reach(unhurried());
  std::map<rules::Tier, int> tiers;
  std::size_t turn = 0;
  for (const auto& each : tests::readCases(PLUMBLINE_TESTS)) {
    const bool whole = std::all_of(each.call.keys.begin(), each.call.keys.end(),
                                   [](const auto& key) { return key.supply == tests::Supply::Whole; });
    if (!whole || each.call.hook == "encounter-start" || each.call.hook == "encounter-discharge") continue;
    if (turn++ % 9 != 0) continue;
    hold(each.call);
    const Split chart = prefetched(each.call);
    const Answered given = answerWith(chart.hook, chart.whole, each.now, reach, url(), kUnhurried);
    const Answered fetched =
        answerWith(chart.hook, withAccess(chart, url()), each.now, reach, url(), kUnhurried);
    ASSERT_EQ(given.reply.status, 200) << given.reply.body;
    EXPECT_EQ(fetched.reply.body, given.reply.body) << each.file << ": " << each.name;
    ++tiers[fetched.tier];
  }
  EXPECT_GE(tiers[rules::Tier::Emergency], 5);
  EXPECT_GE(tiers[rules::Tier::Urgent], 5);
  EXPECT_GE(tiers[rules::Tier::Soon], 5);
  EXPECT_GE(tiers[rules::Tier::StructuralFirst], 5);
}

TEST_F(RealServer, IsReadPageByPage) {
  tests::EhrCall call;
  rapidjson::Document patient(rapidjson::kObjectType);
  tests::addPatient(call, &patient, tests::kUsualNow);
  // Two pages of 200 and the danger behind them: the server sorts by age of the entry.
  for (int i = 0; i < 250; ++i) {
    rapidjson::Document entry;
    const bool last = i == 249;
    entry.Parse(last ? R"({"condition":"snomed 449813001","onset":"-1d"})"
                     : R"({"condition":"snomed 279039007","onset":"-5d"})");
    tests::addEntry(call, entry, tests::Place::Chart, tests::kUsualNow);
  }
  for (std::size_t i = 0; i < call.resources.size(); ++i) {
    auto& json = call.resources[i].json;
    const auto id = json.find("\"id\":\"c");
    if (id != string::npos)
      json.replace(id, json.find('"', id + 7) + 1 - id, "\"id\":\"c-" + std::to_string(i) + "\"");
  }
  hold(call);
  Reach reach(unhurried());
  const Split chart = split(call.request());
  const Answered fetched =
      answerWith(chart.hook, withAccess(chart, url()), tests::kUsualNow, reach, url(), kUnhurried);
  EXPECT_EQ(fetched.tier, rules::Tier::Emergency) << fetched.reply.body;
}

TEST_F(RealServer, DeniesAnotherToken) {
  tests::EhrCall call;
  hold(call);
  Reach reach(unhurried());
  const Split chart = split(call.request());
  const Answered denied = answerWith(chart.hook, withAccess(chart, url(), {}, "another"), tests::kUsualNow,
                                     reach, url(), kUnhurried);
  EXPECT_EQ(denied.reply.status, 412);
  EXPECT_THAT(denied.reply.body, testing::HasSubstr("denied access"));
}

}  // namespace
}  // namespace plumbline::e2e
