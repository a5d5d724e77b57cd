// What clients make of prefetch: some keys, none, nothing as null or as an empty search, and shapes that are
// no answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugin/hooks/gather.h"
#include "tests/plugin/situations.h"

namespace plumbline::hooks {
namespace {

using fhir::Coverage;
using situations::bundle;
using situations::chartOf;
using situations::condition;
using situations::Request;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

/// R090: a client may send any of the keys.
TEST(PrefetchKeys, AreAnsweredInEverySubsetTheSameEachTime) {
  const auto keys = prefetch();
  ASSERT_LE(keys.size(), 14U);
  std::size_t whole = 0;
  for (unsigned sent = 0; sent < 1U << keys.size(); ++sent) {
    Request request = situations::emergency();
    bool required = true;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if ((sent >> i & 1) == 1) continue;
      request.dropPrefetch(std::string(keys[i].key));
      required = required && !keys[i].required;
    }
    const auto reply = situations::ask(request).reply;
    ASSERT_EQ(reply.status, required ? 200 : 412) << sent;
    ASSERT_EQ(situations::ask(request).reply.body, reply.body) << sent;
    whole += required ? 1 : 0;
  }
  EXPECT_EQ(whole, std::size_t{1} << (keys.size() - 2));
}

/// R092: null and an empty search say the same, however the emptiness is written.
TEST(PrefetchKeys, WithoutDataSayTheSameHoweverTheySayIt) {
  const std::vector<std::string> empty{
      "null", R"({"resourceType":"Bundle","type":"searchset","total":0})",
      R"({"resourceType":"Bundle","entry":[]})",
      R"({"resourceType":"Bundle","type":"searchset","total":0,"entry":[],"link":[{"relation":"self","url":"x"}]})"};
  for (const Prefetch& each : prefetch()) {
    const auto answered = [&](const std::string& value) {
      return situations::ask(situations::cleared().prefetch(std::string(each.key), value)).reply;
    };
    const auto first = answered(empty.front());
    EXPECT_EQ(first.status, 200) << each.key;
    for (const auto& value : empty) EXPECT_TRUE(answered(value).body == first.body) << each.key << value;
  }
}

/// R098: what cannot be the answer to the query makes the key failed, and never data or the lack of it.
TEST(PrefetchKeys, ThatHoldNoAnswerCountAsFailed) {
  const std::vector<std::string> none{
      R"("<html><body>Please log in</body></html>")",
      "{}",
      R"({"response":{"status":"200 OK"},"resource":{"resourceType":"Bundle","type":"searchset","entry":[]}})",
      R"({"resourceType":7})",
      R"({"resourceType":"Bundle","entry":{}})",
      R"({"resourceType":"Bundle","entry":"none"})",
      "-1.5",
      "false"};
  for (const Prefetch& each : prefetch()) {
    const std::string key(each.key);
    for (const auto& value : none) {
      const auto request = situations::cleared().prefetch(key, value);
      if (each.required) {
        EXPECT_EQ(situations::ask(request).reply.status, 412) << key << value;
      } else {
        const auto chart = chartOf(request);
        EXPECT_EQ(chart->record.of(key), Coverage::Failed) << key << value;
        EXPECT_NE(chart->assessment.tier, rules::Tier::Cleared) << key << value;
      }
    }
  }
}

TEST(PrefetchKeys, MayHoldBundlesOfAnyType) {
  for (const std::string type : {"collection", "batch-response", "transaction-response", "document"}) {
    const std::string held = R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[{"resource":)" +
                             condition("snomed|449813001", "2026-11-22") + "}]}";
    const auto chart = chartOf(situations::painful().prefetch("observations", held));
    EXPECT_EQ(chart->assessment.tier, rules::Tier::Emergency) << type;
  }
}

/// R099. What is no resource might have been a danger, under whatever key: it changes nothing but that
/// nothing is cleared.
TEST(PrefetchKeys, ThatNobodyAskedForChangeNothing) {
  const auto plain = situations::ask(situations::cleared()).reply.body;
  for (const std::string value : {"null", "[]", R"({"resourceType":"Bundle","entry":[]})",
                                  R"({"resourceType":"Practitioner","id":"d"})"})
    EXPECT_TRUE(situations::ask(situations::cleared().prefetch("theirOwn", value)).reply.body == plain)
        << value;
  for (const std::string value : {"7", "\"x\"", "{}"})
    EXPECT_EQ(situations::ask(situations::cleared().prefetch("theirOwn", value)).tier,
              rules::Tier::StructuralFirst)
        << value;
}

/// R100: a search may carry what its matches refer to, and messages.
TEST(PrefetchKeys, MayHoldIncludedResourcesAndMessages) {
  const std::string mixed =
      R"({"resourceType":"Bundle","type":"searchset","total":1,"entry":[{"search":{"mode":"match"},"resource":)" +
      condition("snomed|449813001", "2026-11-22") +
      R"(},{"search":{"mode":"include"},"resource":{"resourceType":"Practitioner","id":"d"}},)"
      R"({"search":{"mode":"include"},"resource":{"resourceType":"Encounter","id":"e","status":"finished",)"
      R"("class":{"code":"AMB"},"subject":{"reference":"Patient/p1"}}},)"
      R"({"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome","issue":[{"severity":)"
      R"("information","code":"informational","diagnostics":"canary"}]}}]})";
  const auto request = situations::painful().prefetch("observations", mixed);
  const auto chart = chartOf(request);
  EXPECT_EQ(chart->record.of("observations"), Coverage::Supplied);
  EXPECT_THAT(chart->record.conditions, SizeIs(2));
  EXPECT_EQ(chart->assessment.tier, rules::Tier::Emergency);
  EXPECT_THAT(situations::ask(request).reply.body, Not(HasSubstr("canary")));
}

}  // namespace
}  // namespace plumbline::hooks
