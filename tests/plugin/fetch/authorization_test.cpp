#include "plugin/fetch/authorization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "plugin/fetch/breaker.h"
#include "plugin/fetch/resolver.h"

namespace plumbline::fetch {
namespace {

const std::vector<Base> kListed{*parseBase("https://ehr.example/r4"),
                                *parseBase("http://10.0.0.7:8080/fhir")};

std::string request(const std::string& server, const std::string& changed = "", const std::string& to = "") {
  std::string text = R"({"fhirServer":")" + server +
                     R"(","fhirAuthorization":{"access_token":"abc.DEF-_~+/=","token_type":"Bearer",)"
                     R"("expires_in":300,"scope":"user/*.read","subject":"plumbline"}})";
  if (!changed.empty()) text.replace(text.find(changed), changed.size(), to);
  return text;
}

Why whyNot(const std::string& text) {
  const auto document = fhir::JsonDocument::parse(text);
  const auto grant = grantOf(document->root(), kListed);
  const auto* why = std::get_if<Why>(&grant);
  return why ? *why : Why::None;
}

TEST(Grant, IsOfAListedServerAndASoundToken) {
  for (const std::string server : {"https://ehr.example/r4", "https://EHR.example:443/r4/"}) {
    const auto document = fhir::JsonDocument::parse(request(server));
    auto grant = grantOf(document->root(), kListed);
    ASSERT_TRUE(std::holds_alternative<Grant>(grant)) << server;
    EXPECT_EQ(std::get<Grant>(grant).server, kListed[0]);
    std::string head;
    std::get<Grant>(grant).token.appendField(head);
    EXPECT_EQ(head, "Authorization: Bearer abc.DEF-_~+/=\r\n");
  }
  EXPECT_EQ(whyNot(request("http://10.0.0.7:8080/fhir")), Why::None);
  EXPECT_EQ(whyNot(request("https://ehr.example/r4", "300", "\"300\"")), Why::None);
  EXPECT_EQ(whyNot(request("https://ehr.example/r4", "Bearer", "bearer")), Why::None);
}

/// R054, T1: what is not listed is not even looked at.
TEST(Grant, IsNeverOfAServerThatIsNotListed) {
  for (const std::string server :
       {"http://ehr.example/r4", "https://ehr.example", "https://ehr.example/r4/x", "https://ehr.example/R4",
        "https://ehr.example:8443/r4", "https://evil.example/r4", "https://ehr.example@evil.example/r4",
        "https://ehr.example.evil.example/r4", "https://ehr.example./r4", "https://ehr.example/r4?x",
        "http://169.254.169.254/latest/meta-data", "http://127.0.0.1/", "http://10.0.0.7/fhir",
        "http://[::ffff:10.0.0.7]:8080/fhir", "http://10.0.0.07:8080/fhir", "http://167772167:8080/fhir",
        "file:///etc/passwd", ""}) {
    EXPECT_EQ(whyNot(request(server)), Why::NotListed) << server;
  }
}

/// R045: each member, missing or wrong.
TEST(Grant, NeedsEveryMemberOfTheAuthorization) {
  const std::string ehr = "https://ehr.example/r4";
  EXPECT_EQ(whyNot("{}"), Why::NotOffered);
  EXPECT_EQ(whyNot(R"({"fhirServer":"https://ehr.example/r4"})"), Why::NotOffered);
  EXPECT_EQ(whyNot(R"({"fhirAuthorization":{}})"), Why::NotOffered);
  EXPECT_EQ(whyNot(R"({"fhirServer":7,"fhirAuthorization":{}})"), Why::NotOffered);
  EXPECT_EQ(whyNot(R"({"fhirServer":"https://ehr.example/r4","fhirAuthorization":"x"})"), Why::Unsound);
  for (const std::string member : {"access_token", "token_type", "expires_in", "scope", "subject"})
    EXPECT_EQ(whyNot(request(ehr, member, "another")), Why::Unsound) << member;
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"\"Bearer\"", "\"Basic\""},
                                 {"\"Bearer\"", "7"},
                                 {"300", "null"},
                                 {"300", "\"soon\""},
                                 {"300", "\"30 0\""},
                                 {"300", "true"},
                                 {"\"user/*.read\"", "[]"},
                                 {"\"plumbline\"", "\"\""},
                                 {"\"abc.DEF-_~+/=\"", "\"\""},
                                 {"\"abc.DEF-_~+/=\"", "[]"}}) {
    EXPECT_EQ(whyNot(request(ehr, from, to)), Why::Unsound) << from << to;
  }
}

/// R046: what a scope allows the server decides, in whichever of SMART's notations or its own.
TEST(Grant, TakesScopesInAnyNotation) {
  for (const std::string scope :
       {"user/Observation.read", "user/Observation.rs", "patient/*.rs", "system/*.*",
        "user/Observation.rs?category=laboratory launch openid", "Condition.Read (R4)"})
    EXPECT_EQ(whyNot(request("https://ehr.example/r4", "user/*.read", scope)), Why::None) << scope;
}

TEST(Grant, TakesNoTokenThatCouldWriteAHeader) {
  for (const std::string token :
       {R"(a\r\nX: y)", R"(a\nb)", "a b", R"(a\u0000b)", "a\\\"b", "\xc3\xa4", "a,b", "Bearer a"}) {
    EXPECT_EQ(whyNot(request("https://ehr.example/r4", "abc.DEF-_~+/=", token)), Why::Unsound) << token;
  }
}

TEST(Grant, TakesNoTokenThatHasExpired) {
  for (const std::string seconds : {"0", "-1", "\"0\""})
    EXPECT_EQ(whyNot(request("https://ehr.example/r4", "300", seconds)), Why::Expired) << seconds;
}

TEST(BearerToken, IsMovedAndNotCopied) {
  static_assert(!std::is_copy_constructible_v<BearerToken> && !std::is_copy_assignable_v<BearerToken>);
  BearerToken first("secret");
  const BearerToken second(std::move(first));
  std::string head, empty;
  second.appendField(head);
  first.appendField(empty);  // NOLINT(bugprone-use-after-move): that nothing is left is the point
  EXPECT_EQ(head, "Authorization: Bearer secret\r\n");
  EXPECT_EQ(empty, "Authorization: Bearer \r\n");
}

TEST(Breaker, LeavesAServerAloneAfterFiveFailuresAndLetsOneTryAfterTenSeconds) {
  Breaker breaker;
  Clock::time_point now{};
  for (int i = 0; i < 4; ++i) breaker.failed(now);
  EXPECT_TRUE(breaker.admits(now));
  breaker.answered();
  for (int i = 0; i < 4; ++i) breaker.failed(now);
  EXPECT_TRUE(breaker.admits(now)) << "five in a row";
  breaker.failed(now);
  EXPECT_FALSE(breaker.admits(now + std::chrono::milliseconds(9'999)));
  now += Breaker::kPause;
  EXPECT_TRUE(breaker.admits(now));
  EXPECT_FALSE(breaker.admits(now)) << "one at a time";
  breaker.failed(now);
  EXPECT_FALSE(breaker.admits(now + std::chrono::milliseconds(9'999)));
  now += Breaker::kPause;
  EXPECT_TRUE(breaker.admits(now));
  breaker.answered();
  EXPECT_TRUE(breaker.admits(now));
  EXPECT_TRUE(breaker.admits(now));
}

TEST(Resolver, AsksOnceForManyAndKeepsTheAnswer) {
  std::atomic<int> asked{0};
  Resolver resolver("ehr.example", [&](const std::string& host) {
    EXPECT_EQ(host, "ehr.example");
    ++asked;
    return std::vector<Address>{*parseAddress("8.8.8.8")};
  });
  for (int i = 0; i < 3; ++i) {
    const auto found = resolver.addresses(Clock::now() + std::chrono::seconds(5));
    ASSERT_TRUE(found);
    EXPECT_THAT(*found, testing::ElementsAre(*parseAddress("8.8.8.8")));
  }
  EXPECT_EQ(asked, 1);
}

TEST(Resolver, DoesNotKeepACallWaitingForANameServer) {
  auto release = std::make_shared<std::promise<void>>();
  auto hung = std::make_shared<std::shared_future<void>>(release->get_future().share());
  Resolver resolver("ehr.example", [hung](const std::string&) {
    hung->wait();
    return std::vector<Address>{};
  });
  const auto before = Clock::now();
  EXPECT_FALSE(resolver.addresses(before + std::chrono::milliseconds(50)));
  EXPECT_LT(Clock::now() - before, std::chrono::seconds(2));
  release->set_value();
  const auto none = resolver.addresses(Clock::now() + std::chrono::seconds(5));
  ASSERT_TRUE(none);
  EXPECT_THAT(*none, testing::IsEmpty());
}

}  // namespace
}  // namespace plumbline::fetch
