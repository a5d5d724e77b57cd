#include "plugin/hooks/services.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "plugin/wire.h"
#include "tests/plugin/situations.h"

namespace plumbline::hooks {
namespace {

using testing::ElementsAre;

/// The names between {{ and }}.
std::vector<std::string> tokensOf(const std::string& query) {
  std::vector<std::string> tokens;
  const std::regex token(R"(\{\{([^{}]*)\}\})");
  for (std::sregex_iterator at(query.begin(), query.end(), token), end; at != end; ++at)
    tokens.push_back((*at)[1]);
  return tokens;
}

TEST(Services, AreSixOneForEachHookWithIdsOfTheirOwn) {
  std::vector<std::string> ids;
  std::set<std::string> hooks;
  for (const Service& each : services()) {
    ids.emplace_back(each.id);
    hooks.emplace(each.hookName);
    EXPECT_EQ(each.id, "plumbline-" + std::string(each.hookName));
    EXPECT_EQ(service(each.id), &each);
  }
  EXPECT_THAT(ids, ElementsAre("plumbline-patient-view", "plumbline-encounter-start",
                               "plumbline-order-select", "plumbline-order-sign",
                               "plumbline-problem-list-item-create", "plumbline-encounter-discharge"));
  EXPECT_EQ(hooks.size(), 6U);
}

TEST(Services, AreFoundByTheirWholeIdOnly) {
  for (const char* id :
       {"", "plumbline", "plumbline-patient-view/", "PLUMBLINE-PATIENT-VIEW", "patient-view"})
    EXPECT_EQ(service(id), nullptr) << id;
}

TEST(Services, ArePublishedWithTheirPrefetchInAFixedOrder) {
  const std::string published = wire::discovery();
  EXPECT_EQ(published, wire::discovery());
  rapidjson::Document body;
  body.Parse(published.c_str());
  ASSERT_TRUE(body.IsObject());
  ASSERT_EQ(body["services"].Size(), services().size());
  for (rapidjson::SizeType i = 0; i < body["services"].Size(); ++i) {
    const auto& each = body["services"][i];
    EXPECT_EQ(each["id"].GetString(), services()[i].id);
    EXPECT_EQ(each["hook"].GetString(), services()[i].hookName);
    for (const char* words : {"title", "description", "usageRequirements"})
      EXPECT_GT(each[words].GetStringLength(), 10U) << words;
    std::vector<std::string> keys;
    for (const auto& key : each["prefetch"].GetObject()) keys.emplace_back(key.name.GetString());
    EXPECT_THAT(keys, ElementsAre("patient", "encounter", "conditions", "observations", "vitals", "labs",
                                  "surveys", "responses", "medications", "procedures", "reports", "orders",
                                  "appointments", "notes"));
  }
}

/// R075: a read or a search by a relative URL.
TEST(Prefetch, IsAReadOrASearchByARelativeUrl) {
  const std::regex form(R"(^[A-Z][A-Za-z]+(/[^?]+|\?.+)$)");
  for (const Prefetch& each : prefetch())
    EXPECT_TRUE(std::regex_match(std::string(each.query), form)) << each.query;
}

/// R076, R077, R079: tokens name primitive fields of the context, and not the type of the user twice.
TEST(Prefetch, HoldsOnlyTokensThatNameAPrimitiveFieldOfTheContext) {
  const std::set<std::string> allowed{"context.patientId", "context.encounterId", "context.userId"};
  for (const Prefetch& each : prefetch()) {
    const std::string query(each.query);
    const auto tokens = tokensOf(query);
    EXPECT_EQ(tokens.size(), 1U) << query;
    for (const auto& token : tokens) EXPECT_TRUE(allowed.contains(token)) << query;
    EXPECT_EQ(std::count(query.begin(), query.end(), '{'), 2 * static_cast<long>(tokens.size())) << query;
    EXPECT_EQ(query.find("/{{context.userId}}"), std::string::npos) << query;
  }
}

/// R080, R081: plain search parameters, R4's way of sorting, no chain, include or modifier.
TEST(Prefetch, KeepsToTheRestrictedSearchOfR4) {
  const std::set<std::string> plain{"patient", "category", "status", "_count", "_sort"};
  for (const Prefetch& each : prefetch()) {
    const std::string query(each.query);
    EXPECT_EQ(query.find_first_of(" |%"), std::string::npos) << query;
    const auto question = query.find('?');
    if (question == std::string::npos) continue;
    std::istringstream parameters(query.substr(question + 1));
    for (std::string parameter; std::getline(parameters, parameter, '&');) {
      const auto equals = parameter.find('=');
      ASSERT_NE(equals, std::string::npos) << query;
      const std::string name = parameter.substr(0, equals);
      const std::string value = parameter.substr(equals + 1);
      EXPECT_TRUE(plain.contains(name)) << query;
      EXPECT_FALSE(value.empty()) << query;
      if (name == "_sort") {
        EXPECT_TRUE(std::regex_match(value, std::regex("-?[a-z-]+"))) << query;
      }
      if (name == "_count") {
        EXPECT_TRUE(std::regex_match(value, std::regex("[1-9][0-9]*"))) << query;
      }
    }
  }
}

TEST(Prefetch, AsksForThePatientOfTheContextInEverySearchAndRequiresTwoKeys) {
  std::vector<std::string> required;
  for (const Prefetch& each : prefetch()) {
    const std::string query(each.query);
    if (query.find('?') != std::string::npos) {
      EXPECT_NE(query.find("patient={{context.patientId}}"), std::string::npos) << query;
    }
    if (each.required) required.emplace_back(each.key);
  }
  EXPECT_THAT(required, ElementsAre("patient", "conditions"));
}

}  // namespace
}  // namespace plumbline::hooks
