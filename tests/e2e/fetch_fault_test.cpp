/// A FHIR server that misbehaves in every way we know of, and what the clinician is told then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <atomic>
#include <cctype>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/e2e/charts.h"
#include "tests/e2e/fetching.h"
#include "tests/support/pack.h"

namespace plumbline::e2e {
namespace {

using std::string;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using Talk = FhirServer::Talk;

const string kEmptyBundle = R"({"resourceType":"Bundle","type":"searchset","entry":[]})";
const string kHead = "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n";

string nextTo(const string& url) {
  return R"({"resourceType":"Bundle","entry":[],"link":[{"relation":"next","url":")" + url + "\"}]}";
}

string outcome(const string& severity) {
  return R"({"resourceType":"OperationOutcome","issue":[{"severity":")" + severity +
         R"(","code":"exception"}]})";
}

/// What a fault does in place of an answer. `elsewhere` is a server that nobody listed.
struct Fault {
  string name;
  std::function<void(Talk&, const string& self, const string& elsewhere)> act;
  int status = 200;  ///< of the whole answer, where the fault is in a key that is not required

  friend void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }
};

void drip(Talk& talk, const string& bytes) {
  for (const char each : bytes) {
    if (!talk.say({&each, 1}) || !talk.wait(milliseconds(5))) return;
  }
}

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all{
      {"says nothing", [](Talk& talk, auto&, auto&) { talk.stall(); }},
      {"stops in its head", [](Talk& talk, auto&, auto&) { talk.say("HTTP/1.1 200 OK\r\nX"), talk.stall(); }},
      {"stops in its body",
       [](Talk& talk, auto&, auto&) { talk.say(kHead + "Content-Length: 900\r\n\r\n{\"res"), talk.stall(); }},
      {"drips its head", [](Talk& talk, auto&, auto&) { drip(talk, kHead + string(500, 'x')); }},
      {"drips its body",
       [](Talk& talk, auto&, auto&) {
         talk.say(kHead + "Content-Length: 5000\r\n\r\n");
         drip(talk, kEmptyBundle + string(4000, ' '));
       }},
      {"drips chunks",
       [](Talk& talk, auto&, auto&) {
         talk.say(kHead + "Transfer-Encoding: chunked\r\n\r\n");
         for (int i = 0; i < 400 && talk.say("1\r\n \r\n"); ++i)
           static_cast<void>(talk.wait(milliseconds(5)));
       }},
      {"resets at once", [](Talk& talk, auto&, auto&) { talk.reset(); }},
      {"resets in its body",
       [](Talk& talk, auto&, auto&) { talk.say(kHead + "Content-Length: 900\r\n\r\n{\"res"), talk.reset(); }},
      {"closes at once", [](Talk& talk, auto&, auto&) { talk.hangUp(); }},
      {"says that it is longer than it is",
       [](Talk& talk, auto&, auto&) {
         talk.say(kHead + "Content-Length: 900\r\n\r\n" + kEmptyBundle);
         talk.hangUp();
       }},
      {"says that it is shorter than it is",
       [](Talk& talk, auto&, auto&) { talk.say(kHead + "Content-Length: 20\r\n\r\n" + kEmptyBundle); }},
      {"ends its chunks early",
       [](Talk& talk, auto&, auto&) {
         talk.say(kHead + "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"resourceType\":\"Bundle\",\"entry\"");
         talk.hangUp();
       }},
      {"gives two lengths",
       [](Talk& talk, auto&, auto&) { talk.answer(kEmptyBundle, "200 OK", "Content-Length: 2\r\n"); }},
      {"compresses",
       [](Talk& talk, auto&, auto&) { talk.answer(kEmptyBundle, "200 OK", "Content-Encoding: gzip\r\n"); }},
      {"says that gigabytes come",
       [](Talk& talk, auto&, auto&) {
         talk.say(kHead + "Content-Length: 9999999999\r\n\r\n{"), talk.stall();
       }},
      {"sends without end",
       [](Talk& talk, auto&, auto&) {
         talk.say(kHead + "\r\n");
         while (talk.say(string(256 * 1024, ' '))) {
         }
       }},
      {"sends a head without end",
       [](Talk& talk, auto&, auto&) {
         talk.say("HTTP/1.1 200 OK\r\n");
         while (talk.say("X: " + string(1000, 'y') + "\r\n")) {
         }
       }},
      {"sends interim answers without end",
       [](Talk& talk, auto&, auto&) {
         while (talk.say("HTTP/1.1 102 Processing\r\n\r\n")) {
         }
       }},
      {"denies with 401",
       [](Talk& talk, auto&, auto&) { talk.answer(outcome("error"), "401 Unauthorized"); }},
      {"denies with 403", [](Talk& talk, auto&, auto&) { talk.answer("", "403 Forbidden"); }},
      {"denies with an empty search",
       [](Talk& talk, auto&, auto&) { talk.answer(kEmptyBundle, "403 Forbidden"); }},
      {"finds nothing with 404",
       [](Talk& talk, auto&, auto&) { talk.answer(outcome("error"), "404 Not Found"); }},
      {"is gone with 410", [](Talk& talk, auto&, auto&) { talk.answer(outcome("error"), "410 Gone"); }},
      {"fails with 500", [](Talk& talk, auto&, auto&) { talk.answer("oh", "500 Internal Server Error"); }},
      {"is throttled",
       [](Talk& talk, auto&, auto&) { talk.answer("", "429 Too Many", "Retry-After: 1\r\n"); }},
      {"has no content", [](Talk& talk, auto&, auto&) { talk.say("HTTP/1.1 204 No Content\r\n\r\n"); }},
      {"redirects elsewhere",
       [](Talk& talk, auto&, const string& elsewhere) {
         talk.answer(kEmptyBundle, "302 Found", "Location: " + elsewhere + "/Observation\r\n");
       }},
      {"redirects to itself",
       [](Talk& talk, const string& self, auto&) {
         talk.answer(kEmptyBundle, "307 Temporary Redirect", "Location: " + self + "/Observation\r\n");
       }},
      {"is a login page",
       [](Talk& talk, auto&, auto&) { talk.answer("<html><body>Please log in</body></html>"); }},
      {"is empty", [](Talk& talk, auto&, auto&) { talk.answer(""); }},
      {"is JSON of something else", [](Talk& talk, auto&, auto&) { talk.answer(R"({"entry":[]})"); }},
      {"is a list", [](Talk& talk, auto&, auto&) { talk.answer("[" + kEmptyBundle + "]"); }},
      {"is JSON cut short", [](Talk& talk, auto&, auto&) { talk.answer(kEmptyBundle.substr(0, 40)); }},
      {"is JSON without end", [](Talk& talk, auto&, auto&) { talk.answer(string(100'000, '[')); }},
      {"is no UTF-8", [](Talk& talk, auto&, auto&) { talk.answer("{\"resourceType\":\"Bundle\xff\"}"); }},
      {"is an error with 200", [](Talk& talk, auto&, auto&) { talk.answer(outcome("error")); }},
      {"is a warning with 200", [](Talk& talk, auto&, auto&) { talk.answer(outcome("warning")); }},
      {"is another resource",
       [](Talk& talk, auto&, auto&) { talk.answer(R"({"resourceType":"Basic","id":"x"})"); }},
      {"holds an error among its entries",
       [](Talk& talk, auto&, auto&) { talk.answer(bundle({outcome("error")})); }},
      {"holds fewer than it says",
       [](Talk& talk, auto&, auto&) { talk.answer(R"({"resourceType":"Bundle","total":7,"entry":[]})"); }},
      {"pages in a circle",
       [](Talk& talk, const string& self, auto&) { talk.answer(nextTo(self + "?page=2")); }},
      {"pages to itself without end",
       [](Talk& talk, const string& self, auto&) {
         static std::atomic<int> page{0};
         talk.answer(nextTo(self + "?page=" + std::to_string(++page)));
       }},
      {"pages elsewhere",
       [](Talk& talk, auto&, const string& elsewhere) { talk.answer(nextTo(elsewhere + "?page=2")); }},
      {"pages to where a name hides another",
       [](Talk& talk, const string& self, const string& elsewhere) {
         talk.answer(nextTo(self.substr(0, self.rfind('/')) + "@" + elsewhere.substr(7) + "?page=2"));
       }},
      {"pages above its base",
       [](Talk& talk, const string& self, auto&) { talk.answer(nextTo(self + "/../admin")); }},
      {"has a page that stalls",
       [](Talk& talk, const string& self, auto&) { talk.answer(nextTo(self + "?stall")); }},
      {"has a page that is denied",
       [](Talk& talk, const string& self, auto&) { talk.answer(nextTo(self + "?denied")); }},
      {"shows another patient",
       [](Talk& talk, auto&, auto&) {
         talk.answer(bundle({R"({"resourceType":"Observation","subject":{"reference":"Patient/p2"}})"}));
       },
       400},
  };
  return all;
}

/// A server that holds `chart` and has a fault in one key.
struct Faulty {
  Faulty(const Split& itsChart, string itsKey, const Fault& itsFault)
      : chart(itsChart),
        key(std::move(itsKey)),
        fault(itsFault),
        elsewhere([](const auto&, auto& talk) { talk.answer(kEmptyBundle); }),
        server([this](const auto& asked, auto& talk) { answer(asked, talk); }) {}

  void answer(const FhirServer::Asked& asked, Talk& talk) {
    if (asked.target.ends_with("?stall")) return talk.stall();
    if (asked.target.ends_with("?denied")) return talk.answer("", "401 Unauthorized");
    const string its = keyOf(chart, asked.target);
    its == key || its.empty() ? fault.act(talk, server.url(), elsewhere.url()) : answerAs(chart, asked, talk);
  }

  const Split& chart;
  const string key;
  const Fault& fault;
  FhirServer elsewhere;
  FhirServer server;
};

struct Outcome {
  Answered answered;
  milliseconds took;
};

Outcome askOf(Faulty& faulty) {
  Reach reach;
  tests::pack();  // loaded before the clock starts
  const auto began = fetch::Clock::now();
  Answered answered = answerWith(faulty.chart.hook, withAccess(faulty.chart, faulty.server.url()), kNow,
                                 reach, faulty.server.url());
  const auto took = std::chrono::duration_cast<milliseconds>(fetch::Clock::now() - began);
  EXPECT_EQ(faulty.elsewhere.connections(), 0) << "nothing but the listed server is contacted";
  for (const auto& each : faulty.server.asked()) EXPECT_THAT(each.target, Not(HasSubstr("admin")));
  EXPECT_THAT(answered.reply.body, Not(HasSubstr("canary")));
  return {std::move(answered), took};
}

/// Whether the answer says itself that something is lacking.
bool saysSo(const Answered& answered) {
  return answered.tier == rules::Tier::NotAssessable || answered.reply.status != 200 ||
         answered.reply.body.find("**Could not be read**") != string::npos;
}

class AFaultyServer : public testing::TestWithParam<Fault> {};

/// The key that holds the danger fails: the card says so, in time, or there is none but an error.
TEST_P(AFaultyServer, NeverHidesADangerBehindAnAnswerThatLooksWhole) {
  const Split chart = infection();
  Faulty faulty(chart, "vitals", GetParam());
  const auto [answered, took] = askOf(faulty);
  EXPECT_LT(took, milliseconds(450));
  EXPECT_EQ(answered.reply.status, GetParam().status) << answered.reply.body;
  EXPECT_LT(answered.tier, rules::Tier::Emergency) << "the fever was read after all";
  EXPECT_TRUE(saysSo(answered)) << name(answered.tier) << answered.reply.body;
}

/// A required key fails: 412 naming it.
TEST_P(AFaultyServer, IsNamedInA412WhereARequiredKeyFails) {
  const Split chart = infection();
  for (const string key : {"patient", "conditions"}) {
    Faulty faulty(chart, key, GetParam());
    const auto [answered, took] = askOf(faulty);
    EXPECT_LT(took, milliseconds(450));
    if (GetParam().status == 400) {
      EXPECT_THAT(answered.reply.status, testing::AnyOf(400, 412));
    } else if (answered.reply.status == 200) {
      EXPECT_TRUE(saysSo(answered)) << key << answered.reply.body;
    } else {
      EXPECT_EQ(answered.reply.status, 412);
      EXPECT_THAT(answered.reply.body, HasSubstr("prefetch." + key));
    }
  }
}

/// A danger that is known without the failing key stays.
TEST_P(AFaultyServer, TakesNoDangerAwayThatIsReadElsewhere) {
  if (GetParam().status != 200) return;
  const Split chart = infection();
  Faulty faulty(chart, "labs", GetParam());
  const auto [answered, took] = askOf(faulty);
  EXPECT_LT(took, milliseconds(450));
  EXPECT_EQ(answered.tier, rules::Tier::Emergency) << answered.reply.body;
  EXPECT_TRUE(saysSo(answered)) << answered.reply.body;
}

/// Nothing is cleared that was not read whole.
TEST_P(AFaultyServer, ClearsNothing) {
  const Split chart = cleared();
  for (const string key : {"labs", "notes", "medications"}) {
    Faulty faulty(chart, key, GetParam());
    const auto [answered, took] = askOf(faulty);
    EXPECT_LT(took, milliseconds(450));
    EXPECT_NE(answered.tier, rules::Tier::Cleared) << key << answered.reply.body;
    EXPECT_EQ(answered.reply.status, GetParam().status) << answered.reply.body;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, AFaultyServer, testing::ValuesIn(faults()), [](const auto& each) {
  string words = each.param.name;
  for (char& c : words) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return words;
});

TEST(Fetching, ClearsWhatIsFetchedWhole) {
  const Split chart = cleared();
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  Reach reach;
  EXPECT_EQ(answerWith(chart.hook, withAccess(chart, server.url()), kNow, reach, server.url()).tier,
            rules::Tier::Cleared);
}

TEST(Fetching, LeavesAServerAloneThatAnswersNothingAndComesBackToIt) {
  const Split chart = infection();
  std::atomic<bool> broken{true};
  FhirServer server(
      [&](const auto& asked, auto& talk) { broken ? talk.reset() : answerAs(chart, asked, talk); });
  Reach reach;
  const auto ask = [&] {
    return answerWith(chart.hook, withAccess(chart, server.url()), kNow, reach, server.url());
  };
  for (int i = 0; i < fetch::Breaker::kFailures; ++i) EXPECT_EQ(ask().reply.status, 412);
  const int before = server.connections();
  const Answered paused = ask();
  EXPECT_EQ(paused.reply.status, 412);
  EXPECT_THAT(paused.reply.body, HasSubstr("has not answered lately"));
  EXPECT_EQ(server.connections(), before) << "left alone";
  broken = false;
  EXPECT_EQ(ask().reply.status, 412) << "not before the pause is over";
}

/// T1: what a name leads to is looked up once and judged; what it leads to later does not matter.
TEST(Fetching, ConnectsToNoAddressThatANameMayNotLeadTo) {
  const Split chart = infection();
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  const string url = "http://ehr.example:" + std::to_string(server.port()) + "/fhir";
  std::atomic<int> lookups{0};
  const auto policyFor = [&](std::vector<string> addresses, bool allowLoopback) {
    fetch::Policy policy;
    policy.reachable.addresses.allowLoopback = allowLoopback;
    policy.reachable.lookup = [&lookups, addresses = std::move(addresses)](const string&) {
      const auto turn = static_cast<std::size_t>(lookups++);
      return std::vector<fetch::Address>{
          *fetch::parseAddress(addresses[std::min(turn, addresses.size() - 1)])};
    };
    return policy;
  };
  for (const string address : {"127.0.0.1", "::1", "169.254.169.254", "10.0.0.1", "0.0.0.0"}) {
    Reach reach(policyFor({address}, false));
    const Answered answered = answerWith(chart.hook, withAccess(chart, url), kNow, reach, url);
    EXPECT_EQ(answered.reply.status, 412) << address;
    EXPECT_THAT(answered.reply.body, HasSubstr("no address that may be connected to")) << address;
  }
  EXPECT_EQ(server.connections(), 0);
  lookups = 0;
  Reach rebound(policyFor({"127.0.0.1", "169.254.169.254"}, true));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(answerWith(chart.hook, withAccess(chart, url), kNow, rebound, url).tier,
              rules::Tier::Emergency);
  EXPECT_EQ(lookups, 1) << "one lookup for all connections of all calls within its time";
  for (const auto& each : server.asked())
    EXPECT_THAT(each.head, HasSubstr("Host: ehr.example:" + std::to_string(server.port()) + "\r\n"));
}

TEST(Fetching, IsBoundedInTheMemoryThatAllItsAnswersTake) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "so slowed down, answers of 2 MB are too late before they are too many";
#endif
  const Split chart = infection();
  FhirServer server([&](const auto&, auto& talk) {
    talk.answer(R"({"resourceType":"Bundle","entry":[],"x":")" + string(2'000'000, 'x') + "\"}");
  });
  fetch::Policy policy = Reach::loopback();
  policy.bytes = 5'000'000;
  Reach reach(policy);
  const Answered answered =
      answerWith(chart.hook, withAccess(chart, server.url()), kNow, reach, server.url());
  EXPECT_NE(answered.tier, rules::Tier::Emergency);
  const auto tooLarge = reach.counters.searches[static_cast<std::size_t>(fetch::Why::TooLarge)].load();
  EXPECT_GE(tooLarge, 10U) << "13 answers of 2 MB, of which two fit";
}

TEST(Fetching, WaitsForAConnectionWhereAllAreInUseAndKeepsWithinTheBudget) {
  const Split chart = infection();
  FhirServer server([&](const auto& asked, auto& talk) { answerAs(chart, asked, talk); });
  fetch::Policy policy = Reach::loopback();
  policy.reachable.connections = 2;
  Reach reach(policy);
  EXPECT_EQ(answerWith(chart.hook, withAccess(chart, server.url()), kNow, reach, server.url()).tier,
            rules::Tier::Emergency);
  EXPECT_LE(server.connections(), 2);
}

}  // namespace
}  // namespace plumbline::e2e
