/// What may be fetched, as the configuration says it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/fhir_access.h"
#include "tests/plugin/config_fixture.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Fetch : public Configuration {
 protected:
  static std::string clients(const std::string& first, const std::string& second,
                             const std::string& more = "") {
    return R"({"clients": [{"name": "a", "issuer": "a", "jwksFile": "a.json", "fhirServers": [)" + first +
           R"(]}, {"name": "b", "issuer": "b", "jwksFile": "b.json", "fhirServers": [)" + second + "]}]" +
           more + "}";
  }
};

TEST_F(Fetch, ReadsItsLimits) {
  const auto usual = load("{}");
  ASSERT_TRUE(usual);
  EXPECT_EQ(usual->fetching.deadline.count(), 450);
  EXPECT_EQ(usual->fetching.budget.count(), 350);
  EXPECT_EQ(usual->fetching.pages.pages, 3U);
  EXPECT_EQ(usual->fetching.pages.resources, 300U);
  EXPECT_THAT(usual->fetching.networks, IsEmpty());
  const auto own = load(R"({"limits": {"requestMilliseconds": 4000, "fhirMilliseconds": 3000, "fhirPages": 9,
    "fhirResources": 900, "fhirConnections": 5, "fhirNetworks": ["10.0.0.0/8", "fd00::/8"]}})");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->fetching.deadline.count(), 4000);
  EXPECT_EQ(own->fetching.budget.count(), 3000);
  EXPECT_EQ(own->fetching.pages.pages, 9U);
  EXPECT_EQ(own->fetching.pages.resources, 900U);
  EXPECT_EQ(own->fetching.connections, 5U);
  EXPECT_THAT(own->fetching.networks,
              ElementsAre(*fetch::parseNetwork("10.0.0.0/8"), *fetch::parseNetwork("fd00::/8")));
}

TEST_F(Fetch, RefusesWhatCannotBeMeant) {
  EXPECT_THAT(pointers(R"({"limits": {"fhirMilliseconds": 450}})"), ElementsAre("/limits/fhirMilliseconds"));
  EXPECT_THAT(pointers(R"({"limits": {"fhirNetworks": ["10.0.0.0/8", "10.0.0.1", "intranet"]}})"),
              ElementsAre("/limits/fhirNetworks/1", "/limits/fhirNetworks/2"));
  EXPECT_THAT(pointers(clients(R"("https://a.example/fhir", "https://a.example/fhir?x=1")",
                               R"("https://user@b.example", "b.example/fhir", "https://2130706433/")")),
              ElementsAre("/clients/0/fhirServers/1", "/clients/1/fhirServers/0", "/clients/1/fhirServers/1",
                          "/clients/1/fhirServers/2"));
}

/// R054: a server is listed for a client, not for everybody.
TEST_F(Fetch, ListsServersByClient) {
  fetch::Counters counters;
  const auto config =
      load(clients(R"("https://a.example/fhir/")", R"("https://b.example/fhir", "http://b.example/plain")"));
  ASSERT_TRUE(config);
  FhirAccess access(*config, counters);
  const auto serversOf = [&](const char* client) {
    const auto servers = access.of(client, fetch::Clock::now()).servers;
    return std::vector<fetch::Base>(servers.begin(), servers.end());
  };
  EXPECT_THAT(serversOf("a"), ElementsAre(*fetch::parseBase("https://a.example/fhir")));
  EXPECT_THAT(serversOf("b"), ElementsAre(*fetch::parseBase("https://b.example/fhir")))
      << "plain HTTP is not";
  EXPECT_THAT(serversOf("c"), IsEmpty());
  const auto plain =
      load(clients("", R"("http://b.example/plain")", R"(,"development": {"allowPlainHttp": true})"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(FhirAccess(*plain, counters).of("b", fetch::Clock::now()).servers.size(), 1U);
}

TEST_F(Fetch, LeavesACallItsTimeFromWhenItBegan) {
  fetch::Counters counters;
  const auto config = load(R"({"limits": {"requestMilliseconds": 600}})");
  ASSERT_TRUE(config);
  FhirAccess access(*config, counters);
  const auto began = fetch::Clock::now();
  EXPECT_EQ(access.of("a", began).until - began, std::chrono::milliseconds(600));
}

}  // namespace
}  // namespace plumbline
