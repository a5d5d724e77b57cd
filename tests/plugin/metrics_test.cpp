#include "plugin/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace plumbline {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Metrics, CountCallsByServiceAndStatusAndAssessmentsByTier) {
  Metrics metrics;
  const http::Counters server;
  metrics.called("plumbline-order-sign", 200, rules::Tier::Urgent, 2ms);
  metrics.called("plumbline-order-sign", 200, rules::Tier::Urgent, 20ms);
  metrics.called("plumbline-order-sign", 412, rules::Tier::None, 1ms);
  EXPECT_THAT(
      metrics.text(server),
      AllOf(HasSubstr(R"(plumbline_requests_total{service="plumbline-order-sign",status="200"} 2)"),
            HasSubstr(R"(plumbline_requests_total{service="plumbline-order-sign",status="412"} 1)"),
            HasSubstr(R"(plumbline_assessments_total{service="plumbline-order-sign",tier="urgent"} 2)"),
            HasSubstr(R"(plumbline_assessments_total{service="plumbline-order-sign",tier="none"} 0)"),
            HasSubstr(R"(plumbline_request_seconds_count{service="plumbline-order-sign"} 3)"),
            HasSubstr(R"(plumbline_request_seconds_bucket{service="plumbline-order-sign",le="0.005"} 2)")));
}

TEST(Metrics, ShowThePackInForceAsOneAndEarlierOnesAsNought) {
  Metrics metrics;
  metrics.loaded("0.1.0", "sha256:aa");
  metrics.loaded("0.2.0", "sha256:bb");
  const std::string text = metrics.text({});
  EXPECT_TRUE(std::regex_search(text, std::regex(R"(plumbline_pack_info\{[^}]*sha256:aa[^}]*\} 0)"))) << text;
  EXPECT_TRUE(std::regex_search(text, std::regex(R"(plumbline_pack_info\{[^}]*sha256:bb[^}]*\} 1)"))) << text;
}

TEST(Metrics, ShowTheServersCountersAsTheyAreNow) {
  const Metrics metrics;
  http::Counters server;
  server.open = 3;
  server.evicted = 4;
  server.refusedFull = 5;
  EXPECT_THAT(metrics.text(server), AllOf(HasSubstr("\nplumbline_connections_open 3\n"),
                                          HasSubstr("\nplumbline_connections_evicted_total 4\n"),
                                          HasSubstr("\nplumbline_connections_refused_total 5\n")));
}

/// Every line is a comment or "name{labels} number", and each family is described once.
TEST(Metrics, AreInPrometheusTextFormat) {
  Metrics metrics;
  metrics.called("plumbline-patient-view", 200, rules::Tier::Emergency, 1ms);
  metrics.loaded("0.1.0", "sha256:aa");
  const std::regex sample(R"(^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [-+0-9.e]+(Inf)?$)");
  std::istringstream lines(metrics.text({}));
  std::vector<std::string> types;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) types.push_back(line.substr(7, line.find(' ', 7) - 7));
    if (!line.starts_with("# ")) {
      EXPECT_TRUE(std::regex_match(line, sample)) << line;
    }
  }
  const std::size_t families = types.size();
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  EXPECT_EQ(types.size(), families);
  EXPECT_EQ(families, 7U);
}

TEST(Metrics, CountFromManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 500; ++call)
        metrics.called("plumbline-patient-view", 200, rules::Tier::Soon, 1ms);
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_THAT(metrics.text({}), HasSubstr(R"(tier="soon"} 2000)"));
}

}  // namespace
}  // namespace plumbline
