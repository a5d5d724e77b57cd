#include "plugin/auth/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline::auth {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;

const std::vector<std::string> kOrigins{"https://ehr.example", "https://other.example:8443"};

http::Request asked(std::string_view method, std::string_view origin) {
  http::Request request{method, "/cds-services", "", {{"Origin", origin}}, "", "id"};
  request.headers.push_back({"Access-Control-Request-Method", "POST"});
  return request;
}

TEST(Cors, AnswersThePreflightOfAListedPageAndNamesTheTokensHeader) {
  const auto request = asked("OPTIONS", "https://ehr.example");
  auto reply = preflight(request, kOrigins);
  ASSERT_TRUE(reply);
  allowOrigin(request, kOrigins, *reply);
  EXPECT_EQ(reply->status, 204);
  EXPECT_THAT(reply->headers, Contains(Pair("Access-Control-Allow-Origin", "https://ehr.example")));
  EXPECT_THAT(reply->headers, Contains(Pair("Access-Control-Allow-Methods", "GET, POST")));
  EXPECT_THAT(reply->headers, Contains(Pair("Access-Control-Allow-Headers", "Authorization, Content-Type")));
  EXPECT_THAT(reply->headers, Contains(Pair("Vary", "Origin")));
  EXPECT_THAT(reply->headers, Not(Contains(Key("Access-Control-Allow-Credentials"))));
}

TEST(Cors, SaysNothingToAPageThatIsNotListed) {
  for (const char* origin : {"https://evil.example", "https://ehr.example.evil.example", "http://ehr.example",
                             "null", "https://EHR.example", "https://ehr.example/", ""}) {
    const auto request = asked("OPTIONS", origin);
    EXPECT_FALSE(preflight(request, kOrigins)) << origin;
    http::Reply reply;
    allowOrigin(request, kOrigins, reply);
    EXPECT_THAT(reply.headers, Not(Contains(Key("Access-Control-Allow-Origin")))) << origin;
  }
}

TEST(Cors, IsOffWithoutOrigins) {
  EXPECT_FALSE(preflight(asked("OPTIONS", "https://ehr.example"), {}));
  http::Reply reply;
  allowOrigin(asked("GET", "https://ehr.example"), {}, reply);
  EXPECT_THAT(reply.headers, IsEmpty());
}

TEST(Cors, TakesNoOtherOptionsForAPreflight) {
  http::Request request{"OPTIONS", "/cds-services", "", {{"Origin", "https://ehr.example"}}, "", "id"};
  EXPECT_FALSE(preflight(request, kOrigins));
  EXPECT_FALSE(preflight(asked("GET", "https://ehr.example"), kOrigins));
}

}  // namespace
}  // namespace plumbline::auth
