/// What a call lacks is fetched from a FHIR server, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/charts.h"
#include "tests/e2e/fetching.h"
#include "tests/support/case.h"
#include "tests/support/pack.h"

namespace plumbline::e2e {
namespace {

using std::string;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

Answered ask(const Split& chart, FhirServer& server, Reach& reach, const std::vector<string>& keys = {}) {
  return answerWith(chart.hook, withAccess(chart, server.url(), keys), kNow, reach, server.url());
}

TEST(Fetching, AsksForEachKeyThatIsLackingOnceAndForNothingElse) {
  const Split chart = infection();
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  Reach reach;
  const Answered answered = ask(chart, server, reach, {"labs", "patient", "notes"});
  EXPECT_EQ(answered.reply.status, 200) << answered.reply.body;
  EXPECT_EQ(answered.tier, rules::Tier::Emergency);
  std::set<string> keys;
  for (const auto& each : server.asked()) {
    EXPECT_TRUE(keys.insert(keyOf(chart, each.target)).second) << each.target;
    EXPECT_THAT(each.head, AllOf(testing::StartsWith("GET /fhir/"),
                                 HasSubstr("\r\nAuthorization: Bearer tok-canary\r\n"),
                                 HasSubstr("\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"),
                                 HasSubstr("\r\nAccept: application/fhir+json\r\n"),
                                 HasSubstr("\r\nAccept-Encoding: identity\r\n")));
  }
  EXPECT_EQ(keys, (std::set<string>{"conditions", "observations", "vitals", "surveys", "responses",
                                    "medications", "procedures", "reports", "orders", "appointments"}));
}

TEST(Fetching, AsksForNothingWhereEverythingCameAsDataAsNothingOrAsAnError) {
  Split chart = infection();
  chart.held["labs"] = "null";
  chart.held["notes"] =
      R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"login"}]})";
  std::vector<string> all;
  for (const auto& [key, json] : chart.held) all.push_back(key);
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  Reach reach;
  EXPECT_EQ(ask(chart, server, reach, all).tier, rules::Tier::Emergency);
  EXPECT_THAT(server.asked(), SizeIs(0));
}

TEST(Fetching, GoesOverTheSameConnectionsForTheNextCall) {
  const Split chart = infection();
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  Reach reach;
  for (int i = 0; i < 20; ++i) ASSERT_EQ(ask(chart, server, reach).tier, rules::Tier::Emergency);
  EXPECT_LE(server.connections(), 16) << "20 calls of 13 queries";
}

/// R049: a connection outlives a call, its token does not.
TEST(Fetching, ShowsTheTokenOfItsOwnCallOverTheConnectionsOfTheLast) {
  const Split chart = infection();
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  Reach reach;
  std::size_t before = 0;
  for (const string token : {"tok-one", "tok-two", "tok-three"}) {
    answerWith(chart.hook, withAccess(chart, server.url(), {}, token), kNow, reach, server.url());
    const auto asked = server.asked();
    ASSERT_GT(asked.size(), before);
    for (; before < asked.size(); ++before)
      EXPECT_THAT(asked[before].head, HasSubstr("\r\nAuthorization: Bearer " + token + "\r\n"));
  }
  EXPECT_LE(server.connections(), 16);
}

TEST(Fetching, NoticesThatTheServerClosedItsIdleConnections) {
  const Split chart = infection();
  FhirServer server([&](const auto& asked, auto& talk) {
    answerAs(chart, asked, talk);
    talk.hangUp();
  });
  Reach reach;
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(ask(chart, server, reach).tier, rules::Tier::Emergency) << i;
    if (i % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// The property of R053: every case of tests/cases, prefetched and fetched.
TEST(Fetching, ComesToTheSameAnswerAsPrefetch) {
  const auto cases = tests::readCases(PLUMBLINE_TESTS);
  const Split* chart = nullptr;
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(*chart, asked, talk); });
  Reach reach;
  std::size_t compared = 0, cards = 0;
  for (const auto& each : cases) {
    // A key that is left out would be fetched; a page that is unread would be looked for.
    const bool whole = std::all_of(each.call.keys.begin(), each.call.keys.end(), [](const auto& key) {
      return key.supply == tests::Supply::Whole || key.supply == tests::Supply::Failed;
    });
    if (!whole || each.requireAttestation) continue;
    const Split parts = split(each.call.request());
    chart = &parts;
    const Answered given = answerWith(parts.hook, parts.whole, each.now, reach, server.url());
    const Answered fetched =
        answerWith(parts.hook, withAccess(parts, server.url()), each.now, reach, server.url());
    ASSERT_EQ(fetched.reply.status, given.reply.status)
        << each.file << ": " << each.name << fetched.reply.body;
    // A refusal says why the key is lacking, which is another reason.
    if (given.reply.status == 200) {
      EXPECT_EQ(fetched.reply.body, given.reply.body) << each.file << ": " << each.name;
    }
    ++compared;
    if (given.reply.body != R"({"cards":[]})") ++cards;
  }
  EXPECT_GT(compared, 500U);
  EXPECT_GT(cards, 250U);
  RecordProperty("compared", static_cast<int>(compared));
}

/// R091, R095: what is lacking is named with why it could not be had.
TEST(Fetching, NamesEachRequiredKeyThatCannotBeHadAndWhy) {
  const Split chart = infection();
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  Reach reach;
  const auto bodyOf = [&](string request, const string& from = "", const string& to = "") {
    if (!from.empty()) request.replace(request.find(from), from.size(), to);
    const Answered answered = answerWith(chart.hook, request, kNow, reach, server.url());
    EXPECT_EQ(answered.reply.status, 412) << answered.reply.body;
    EXPECT_THAT(answered.reply.body, AllOf(HasSubstr("prefetch.patient"), HasSubstr("prefetch.conditions"),
                                           Not(HasSubstr("canary")), Not(HasSubstr("cards"))));
    return answered.reply.body;
  };
  const string whole = withAccess(chart, server.url());
  EXPECT_THAT(bodyOf("{" + chart.hidden + ",\"prefetch\":{}}"), HasSubstr("offers no fhirServer"));
  EXPECT_THAT(bodyOf(withAccess(chart, "http://127.0.0.1:1/fhir")), HasSubstr("is not listed"));
  EXPECT_THAT(bodyOf(whole, "300", "0"), HasSubstr("has expired"));
  EXPECT_THAT(bodyOf(whole, "\"Bearer\"", "\"Basic\""), HasSubstr("is not complete"));
  EXPECT_THAT(server.asked(), SizeIs(0));
  EXPECT_EQ(reach.counters.notListed, 1U);
  const Split nothing = split("{" + chart.hidden + ",\"prefetch\":{}}");
  FhirServer empty([&](const auto& asked, auto& talk) { answerAs(nothing, asked, talk); });
  const Answered refused = answerWith(chart.hook, withAccess(chart, empty.url()), kNow, reach, empty.url());
  EXPECT_EQ(refused.reply.status, 412);
  EXPECT_THAT(refused.reply.body, HasSubstr("refused the query"));
}

/// R051, T12.
TEST(Fetching, RefusesATokenForAnotherPatientBeforeItAsksAnything) {
  const Split chart = infection();
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  Reach reach;
  string request = withAccess(chart, server.url());
  const string from = "\"subject\":\"plumbline\"";
  request.replace(request.find(from), from.size(), from + R"(,"patient":"p2")");
  const Answered answered = answerWith(chart.hook, request, kNow, reach, server.url());
  EXPECT_EQ(answered.reply.status, 400);
  EXPECT_THAT(answered.reply.body, HasSubstr("fhirAuthorization.patient"));
  EXPECT_THAT(server.asked(), SizeIs(0));
}

/// R097: the second page holds the red flag.
TEST(Fetching, ReadsOnWhereThePrefetchedSearchHasAFurtherPage) {
  Split chart = infection();
  const string vitals = chart.held["vitals"];
  FhirServer server([&](const auto&, auto& talk) { talk.answer(vitals); });
  chart.held["vitals"] =
      bundle({}, R"(,"link":[{"relation":"next","url":")" + server.url() + R"(?page=2"}])");
  std::vector<string> all;
  for (const auto& [key, json] : chart.held) all.push_back(key);
  Reach reach;
  const Answered with = ask(chart, server, reach, all);
  EXPECT_EQ(with.tier, rules::Tier::Emergency);
  EXPECT_THAT(with.reply.body, Not(HasSubstr("Could not be read")));
  ASSERT_THAT(server.asked(), SizeIs(1));
  EXPECT_EQ(server.asked().front().target, "/fhir?page=2");
}

TEST(Fetching, AnswersA503WhenTheTimeOfTheCallIsUp) {
  const Split chart = infection();
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  Reach reach;
  const std::vector<fetch::Base> listed{*fetch::parseBase(server.url())};
  const Answered answered =
      answer(*hooks::service("plumbline-patient-view"), chart.whole,
             {.pack = tests::pack(), .now = kNow, .access = {&reach.fetcher, listed, fetch::Clock::now()}},
             namedUuid);
  EXPECT_EQ(answered.reply.status, 503);
  EXPECT_FALSE(answered.call) << "what nobody saw is not kept as shown";
  EXPECT_THAT(answered.reply.headers, testing::Contains(testing::Pair("Retry-After", "1")));
}

}  // namespace
}  // namespace plumbline::e2e
