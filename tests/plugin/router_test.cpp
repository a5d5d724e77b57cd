#include "plugin/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/plugin/situations.h"

namespace plumbline {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

class Router : public testing::Test {
 protected:
  Router() {
    context.inForce.store(
        std::make_shared<const InForce>(InForce{situations::pack(), cards::Grouping::Single}));
    context.fixedNow = situations::now();
    context.counters = &counters;
  }

  http::Reply ask(std::string_view method, std::string_view path, std::string_view body = "",
                  std::string_view mediaType = "application/json", Side side = Side::Everything) {
    // A real request's body has readable bytes behind it.
    padded_ = std::string(body) + std::string(http::kBodyPadding, ' ');
    http::Request request{method, path, "", {}, std::string_view(padded_).substr(0, body.size()), "id"};
    if (!mediaType.empty()) request.headers.push_back({"content-type", mediaType});
    return route(context, side, request);
  }

  http::Counters counters;
  Context context;

 private:
  std::string padded_;
};

const std::string kService = "/cds-services/plumbline-patient-view";

TEST_F(Router, AnswersEachServiceAtItsOwnAddress) {
  for (const auto& each : hooks::services()) {
    const auto reply =
        ask("POST", "/cds-services/" + std::string(each.id), situations::emergency(each.hookName).text());
    EXPECT_EQ(reply.status, 200) << each.id;
    EXPECT_EQ(situations::bodyOf(reply)["cards"].Size(), 1U) << each.id;
  }
  EXPECT_EQ(ask("POST", kService, situations::emergency("order-sign").text()).status, 400);
}

TEST_F(Router, PublishesTheServices) {
  const auto reply = ask("GET", "/cds-services");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(situations::bodyOf(reply)["services"].Size(), 6U);
}

TEST_F(Router, GivesEveryCardAFreshIdentifier) {
  const auto uuid = [&] {
    return std::string(
        situations::bodyOf(ask("POST", kService, situations::emergency().text()))["cards"][0]["uuid"]
            .GetString());
  };
  const std::string first = uuid();
  EXPECT_THAT(first,
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(uuid(), first);
}

TEST_F(Router, AnswersUnknownPathsWith404) {
  for (const std::string path : {"/", "/cds-services/", "/cds-services/none", "/cds-services/..",
                                 "//cds-services", "/health", "/health/live/", "/metrics/x", "/%2e"}) {
    const auto reply = ask("POST", path, "{}");
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_THAT(reply.body, HasSubstr(R"("code":"not-found")")) << path;
    EXPECT_THAT(reply.body, AnyOf(HasSubstr("no such endpoint"), HasSubstr("no such service")));
  }
}

TEST_F(Router, AnswersAKnownPathUnderAnotherMethodWith405AndAllow) {
  const struct {
    std::string method, path, allow;
  } cases[] = {
      {"GET", kService, "POST"},  {"DELETE", kService, "POST"},    {"POST", "/cds-services", "GET"},
      {"PUT", "/metrics", "GET"}, {"POST", "/health/live", "GET"}, {"BREW", "/health/ready", "GET"},
  };
  for (const auto& each : cases) {
    const auto reply = ask(each.method, each.path, "{}");
    EXPECT_EQ(reply.status, 405) << each.method << each.path;
    EXPECT_THAT(reply.headers, Contains(Pair("Allow", each.allow))) << each.path;
    EXPECT_THAT(reply.body, HasSubstr("OperationOutcome"));
  }
}

TEST_F(Router, TakesJsonUnderItsTwoNamesInUtf8) {
  for (const char* type :
       {"application/json", "application/fhir+json", "Application/JSON", "application/json;charset=utf-8",
        "application/fhir+json; charset=UTF-8", "application/json ; charset=\"utf-8\"",
        "application/fhir+json; fhirVersion=4.0", "application/fhir+json; fhirVersion=4.0; charset=utf-8"}) {
    EXPECT_EQ(ask("POST", kService, situations::emergency().text(), type).status, 200) << type;
  }
}

TEST_F(Router, AnswersOtherMediaTypesWith415) {
  for (const char* type :
       {"", "text/plain", "application/xml", "application/fhir+xml", "application/jsonp", "text/json", "*/*",
        "application/json;charset=latin1", "application/json; charset=utf-16", "application/json; charset=",
        "application/fhir+json; fhirVersion=4.0; charset=iso-8859-1", "application/x-www-form-urlencoded"}) {
    const auto reply = ask("POST", kService, situations::emergency().text(), type);
    EXPECT_EQ(reply.status, 415) << type;
    EXPECT_THAT(reply.body, HasSubstr("not-supported"));
  }
}

TEST_F(Router, TellsAProbeThatItLives) {
  EXPECT_EQ(ask("GET", "/health/live").status, 200);
  EXPECT_EQ(ask("GET", "/health/ready").body, R"({"status":"ready"})");
}

TEST_F(Router, IsAliveButNotReadyWhileItDrainsAndStillAnswers) {
  context.draining = true;
  EXPECT_EQ(ask("GET", "/health/live").status, 200);
  const auto reply = ask("GET", "/health/ready");
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.headers, Contains(Pair("Retry-After", Not(IsEmpty()))));
  EXPECT_THAT(reply.body, HasSubstr("transient"));
  EXPECT_EQ(ask("POST", kService, situations::emergency().text()).status, 200);
}

TEST_F(Router, CountsCallsByServiceStatusAndTier) {
  ask("POST", kService, situations::emergency().text());
  ask("POST", kService, "{");
  ask("POST", kService, "{}", "text/plain");
  const auto reply = ask("GET", "/metrics");
  EXPECT_EQ(reply.contentType, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply.body,
              AllOf(HasSubstr(R"(plumbline_requests_total{service="plumbline-patient-view",status="200"} 1)"),
                    HasSubstr(R"(plumbline_requests_total{service="plumbline-patient-view",status="400"} 1)"),
                    HasSubstr(R"(tier="emergency"} 1)")));
}

TEST_F(Router, KeepsServicesAndAdministrationApartWhereTheyHaveListenersOfTheirOwn) {
  for (const char* path : {"/health/live", "/health/ready", "/metrics"}) {
    EXPECT_EQ(ask("GET", path, "", "", Side::Services).status, 404) << path;
    EXPECT_EQ(ask("GET", path, "", "", Side::Admin).status, 200) << path;
  }
  EXPECT_EQ(ask("GET", "/cds-services", "", "", Side::Services).status, 200);
  EXPECT_EQ(ask("GET", "/cds-services", "", "", Side::Admin).status, 404);
  EXPECT_EQ(ask("POST", kService, "{}", "application/json", Side::Admin).status, 404);
}

TEST_F(Router, AnswersWithTheGroupingInForce) {
  context.inForce.store(
      std::make_shared<const InForce>(InForce{situations::pack(), cards::Grouping::PerPathway}));
  auto request = situations::emergency();
  request.with("conditions", situations::condition("icd10|R26.1", "2026-11-22"));
  EXPECT_GE(situations::bodyOf(ask("POST", kService, request.text()))["cards"].Size(), 2U);
}

TEST_F(Router, ReadsTheClockOnlyWhereNoTimeIsFixed) {
  EXPECT_EQ(context.now(), situations::now());
  context.fixedNow.reset();
  EXPECT_GT(context.now().time_since_epoch().count(), 1'700'000'000);
}

}  // namespace
}  // namespace plumbline
