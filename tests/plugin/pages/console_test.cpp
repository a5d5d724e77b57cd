#include "plugin/pages/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <random>

#include "plugin/store/moment.h"
#include "tests/plugin/config_fixture.h"
#include "tests/plugin/situations.h"
#include "tests/plugin/store/store.h"

namespace plumbline::pages {
namespace {

using store::testing::call;
using store::testing::feedback;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

const std::string kSecret = "0123456789abcdef0123456789abcdef";
const fhir::Instant kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + std::chrono::hours(9);

class ConsolePage : public testing::Test {
 protected:
  ConsolePage() {
    std::vector<fhir::Problem> problems;
    files_ = loadFiles(PLUMBLINE_WEB, problems);
    EXPECT_THAT(problems, IsEmpty());
  }

  http::Reply ask(std::string_view path, std::string_view query = "", std::vector<http::Header> headers = {},
                  std::string_view method = "GET") {
    if (headers.empty()) headers.push_back({"Host", "localhost:9090"});
    const http::Request request{method, path, query, std::move(headers), "", "id"};
    const Shown shown{files_, situations::pack(), kNow, false};
    auto reply = answerConsole({shown, options, rollout, writer.get(), fetched, true, counting}, request);
    EXPECT_TRUE(reply) << path;
    return reply.value_or(http::Reply{});
  }
  int statusWith(const std::string& authorization) {
    std::vector<http::Header> headers{{"Host", "console.example"}};
    if (!authorization.empty()) headers.push_back({"authorization", authorization});
    return ask("/console/", "", std::move(headers)).status;
  }
  rapidjson::Document told(std::string_view query = "") {
    const auto reply = ask("/console/report.json", query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return situations::bodyOf(reply);
  }

  store::testing::Directory directory;
  std::unique_ptr<store::Writer> writer = directory.writer();
  ConsoleOptions options;
  Rollout rollout;
  fetch::Counters fetched;
  std::timed_mutex counting;

 private:
  Files files_;
};

TEST_F(ConsolePage, IsFilesOfItsOwnThatAreNeverKeptAndFrameNowhere) {
  for (const std::string path : {"/console/", "/console/console.js", "/console/console.css"}) {
    const auto reply = ask(path);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_THAT(reply.headers, Contains(Pair("Cache-Control", "no-store"))) << path;
    EXPECT_THAT(reply.headers,
                Contains(Pair("Content-Security-Policy",
                              AllOf(HasSubstr("default-src 'none'"), HasSubstr("frame-ancestors 'none'"),
                                    Not(HasSubstr("unsafe"))))))
        << path;
  }
  EXPECT_EQ(ask("/console").status, 307);
  EXPECT_EQ(ask("/console/none").status, 404);
  EXPECT_EQ(ask("/console/../pages/style.css").status, 404);
  const auto refused = ask("/console/report.json", "", {}, "POST");
  EXPECT_EQ(refused.status, 405);
  EXPECT_THAT(refused.headers, Contains(Pair("Allow", "GET")));
}

TEST_F(ConsolePage, AnswersOnlyWithTheSecretWhereThereIsOne) {
  options.secret = store::sha256(kSecret);
  EXPECT_EQ(statusWith("Bearer " + kSecret), 200);
  EXPECT_EQ(statusWith("Basic YW55Ym9keTowMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg=="), 200)
      << "anybody:" << kSecret;
  for (const std::string wrong :
       {"", "Bearer", "Bearer ", "Bearer 0123456789abcdef0123456789abcdee", "Bearer 0123456789abcdef",
        "Basic", "Basic ", "Basic ====", "Basic !!!!", "Basic YW55Ym9keTo=",
        "Basic MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "0123456789abcdef0123456789abcdef",
        "Digest 0123456789abcdef0123456789abcdef"}) {
    EXPECT_EQ(statusWith(wrong), 401) << wrong;
  }
  const auto refused = ask("/console/report.json");
  EXPECT_EQ(refused.status, 401) << "on loopback too";
  EXPECT_THAT(refused.headers, Contains(Pair("WWW-Authenticate", HasSubstr("Basic realm="))));
  EXPECT_THAT(refused.headers, Contains(Pair("Cache-Control", "no-store")));
  EXPECT_THAT(refused.body, Not(HasSubstr("report\":")));
}

TEST_F(ConsolePage, WithoutASecretAnswersToNamesOfThisMachineOnly) {
  for (const char* host : {"localhost", "localhost:9090", "127.0.0.1:9090", "[::1]:9090"})
    EXPECT_EQ(ask("/console/", "", {{"Host", host}}).status, 200) << host;
  for (const char* host :
       {"", "evil.example", "evil.example:9090", "localhost.evil.example", "10.0.0.1", "[", "[::2]"})
    EXPECT_EQ(ask("/console/report.json", "", {{"Host", host}}).status, 403) << host;
}

TEST_F(ConsolePage, TakesTheLastFourWeeksUnlessAPeriodIsAskedFor) {
  auto usual = told();
  EXPECT_STREQ(usual["from"].GetString(), "2026-10-30");
  EXPECT_STREQ(usual["to"].GetString(), "2026-11-26");
  EXPECT_FALSE(usual.HasMember("client"));
  auto asked = told("from=2026-01-01&to=2026-01-31&client=St.%20Mary%27s%20%26+Co");
  EXPECT_STREQ(asked["from"].GetString(), "2026-01-01");
  EXPECT_STREQ(asked["client"].GetString(), "St. Mary's & Co");
  EXPECT_STREQ(asked["report"]["until"].GetString(), "2026-02-01T00:00:00Z");
  for (const char* wrong : {"from=yesterday", "to=2026-13-01", "to=2026-02-30", "from=2026-1-1",
                            "to=0000-01-01", "from=2026-11-02&to=2026-11-01", "from=2025-11-01&to=2026-11-26",
                            "from=2027-01-01", "to=%32026-01-01x", "from=-026-01-01"}) {
    EXPECT_EQ(ask("/console/report.json", wrong).status, 400) << wrong;
  }
  EXPECT_EQ(ask("/console/report.json", "from=2025-11-26&to=2026-11-26").status, 200) << "366 days";
}

TEST_F(ConsolePage, TellsRolloutContentAndHealthBesideTheFigures) {
  rollout.standard = Mode::Silent;
  rollout.answers["cauda-equina"] = Mode::Pilot;
  rollout.pilot.percent = 10;
  Client city;
  city.name = "city";
  options.clients.push_back(city);
  options.certificateUntil = std::chrono::sys_days(std::chrono::year(2027) / 1 / 2);
  fetched.searches[static_cast<std::size_t>(fetch::Why::Paused)] = 3;
  auto its = told();
  EXPECT_EQ(situations::pack().digest, its["pack"]["digest"].GetString());
  EXPECT_EQ(its["rollout"]["hooks"].Size(), hooks::services().size());
  std::map<std::string, std::string> modes;
  for (const auto& each : its["rollout"]["answers"].GetArray())
    modes[each["answer"].GetString()] = each["modes"][0].GetString();
  EXPECT_EQ(modes["cauda-equina"], "pilot");
  EXPECT_EQ(modes["cleared"], "silent");
  EXPECT_EQ(modes.size(), situations::pack().pathways.size() + 3);
  EXPECT_EQ(its["rollout"]["pilot"]["percent"].GetInt(), 10);
  EXPECT_STREQ(its["clients"][0]["client"].GetString(), "city");
  EXPECT_STREQ(its["health"]["certificateUntil"].GetString(), "2027-01-02T00:00:00Z");
  EXPECT_EQ(its["health"]["searches"]["paused"].GetInt(), 3);
  EXPECT_TRUE(its["health"]["store"]["writable"].GetBool());
  EXPECT_STREQ(its["names"]["pathways"]["cauda-equina"].GetString(),
               situations::pack().pathway("cauda-equina")->title.c_str());
  EXPECT_TRUE(its["report"].HasMember("byPathway"));
}

TEST_F(ConsolePage, TellsTheStateOfTheServiceWhereTheStoreCannotBeCounted) {
  writer.reset();
  auto none = told();
  EXPECT_TRUE(none["report"].IsNull());
  EXPECT_THAT(none["problem"].GetString(), HasSubstr("nothing is kept"));
  EXPECT_TRUE(none["rollout"].HasMember("answers"));
}

TEST_F(ConsolePage, CountsForOneRequestAtATime) {
  const std::unique_lock counted(counting);
  const auto reply = std::async(std::launch::async, [&] { return ask("/console/report.json"); }).get();
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(ask("/console/").status, 200) << "the page waits for nobody";
}

/// What a list of the report says, by name.
std::map<std::string, int> counts(const rapidjson::Value& list, const char* of, const char* what) {
  std::map<std::string, int> all;
  for (const auto& each : list.GetArray()) {
    if (each[what].GetInt() > 0) all[each[of].GetString()] = each[what].GetInt();
  }
  return all;
}

/// The same counted from what was handed over, without the store.
struct Tally {
  int calls = 0, fired = 0, shown = 0, silent = 0, accepted = 0, overridden = 0, ignored = 0;
  std::map<std::string, int> callsByDay, firedByPathway, unknown, reasons;
};

TEST_F(ConsolePage, CountsWhatAnIndependentCountCounts) {
  std::mt19937 random(20261126);
  const auto upTo = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
  const std::vector<std::string> pathways{"cauda-equina", "spinal-infection", "cord-compression"};
  const std::string from = "2026-11-03", to = "2026-11-20";
  Tally tally;
  for (int i = 0; i < 400; ++i) {
    const std::string uuid = "card-" + std::to_string(i);
    auto made = call(upTo(2) > 0 ? uuid : "", "patient-" + std::to_string(upTo(40)));
    char at[32];
    std::snprintf(at, sizeof at, "2026-11-%02dT%02d:00:00Z", 1 + upTo(24), upTo(23));
    made.at = at;
    made.client = upTo(3) > 0 ? "city" : "shire";
    const std::string pathway = pathways[static_cast<std::size_t>(upTo(2))];
    const bool silent = upTo(4) == 0;
    if (!made.cards.empty()) {
      made.pathways = made.cards[0].pathways = pathway;
      made.cards[0].held = silent ? store::Held::Silent : store::Held::No;
    }
    const std::string day = made.at.substr(0, 10);
    const bool counted = made.client == "city" && day >= from && day <= to, carded = !made.cards.empty();
    writer->keep(made);
    const int outcome = upTo(2);  // none, accepted, overridden
    const std::string reason = upTo(1) == 0 ? "assessed" : "<b>other</b>";
    if (carded && !silent && outcome > 0) {
      auto what = feedback(uuid, made.at, outcome == 1 ? "accepted" : "overridden");
      what.client = made.client;
      what.reasonCode = outcome == 1 ? "" : reason;
      ASSERT_TRUE(writer->keep({what}));
    }
    if (!counted) continue;
    ++tally.calls;
    ++tally.callsByDay[day];
    if (!carded) continue;
    ++tally.fired;
    ++tally.firedByPathway[pathway];
    ++tally.unknown["reduced-anal-tone"];
    if (silent) {
      ++tally.silent;
      continue;
    }
    ++tally.shown;
    tally.accepted += outcome == 1;
    tally.overridden += outcome == 2;
    tally.ignored += outcome == 0;
    if (outcome == 2) ++tally.reasons["http://example.org/reasons " + reason];
  }
  writer.reset();
  writer = directory.writer();
  const auto its = told("from=" + from + "&to=" + to + "&client=city");
  const auto& report = its["report"];
  EXPECT_GT(tally.silent, 0);
  EXPECT_EQ(report["calls"].GetInt(), tally.calls);
  EXPECT_EQ(report["fired"].GetInt(), tally.fired);
  EXPECT_EQ(report["shown"].GetInt(), tally.shown);
  EXPECT_EQ(report["silent"].GetInt(), tally.silent);
  EXPECT_EQ(report["accepted"].GetInt(), tally.accepted);
  EXPECT_EQ(report["overridden"].GetInt(), tally.overridden);
  EXPECT_EQ(report["ignored"].GetInt(), tally.ignored);
  EXPECT_EQ(report["unknownOf"].GetInt(), tally.fired);
  EXPECT_EQ(counts(report["days"], "day", "calls"), tally.callsByDay);
  EXPECT_EQ(counts(report["byPathway"], "pathway", "fired"), tally.firedByPathway);
  EXPECT_EQ(counts(report["unknown"], "finding", "count"), tally.unknown);
  EXPECT_EQ(counts(report["overrideReasons"], "reason", "count"), tally.reasons);
  std::map<std::string, int> ofDays;
  for (const auto& day : report["days"].GetArray()) {
    for (const auto& each : day["pathways"].GetObject())
      ofDays[each.name.GetString()] += each.value["fired"].GetInt();
  }
  EXPECT_EQ(ofDays, tally.firedByPathway) << "a curve holds what the whole holds";
}

TEST_F(ConsolePage, TellsNothingOfPatientsUsersAndComments) {
  auto commented = feedback("card-1");
  commented.comment = "<script>alert('Mrs. Elm')</script>";
  commented.reasonCode = "<img src=x onerror=alert(1)>";
  writer->keep(call("card-1", "elm-204"));
  ASSERT_TRUE(writer->keep({commented}));
  const std::string body = ask("/console/report.json").body;
  const auto key = store::Key::of(directory.place(), false);
  EXPECT_THAT(body,
              AllOf(Not(HasSubstr("elm-204")), Not(HasSubstr(key.hash("patient", "", "elm-204"))),
                    Not(HasSubstr("quince")), Not(HasSubstr(key.hash("user", "", "Practitioner/quince"))),
                    Not(HasSubstr("Mrs. Elm")), Not(HasSubstr("card-1"))));
  EXPECT_THAT(body, HasSubstr("onerror")) << "a reason is told, as text";
  EXPECT_EQ(ask("/console/report.json").contentType, "application/json");
}

class ConsoleConfiguration : public Configuration {
 protected:
  std::shared_ptr<ConsoleOptions> console(const std::string& text) {
    const auto config = load(text);
    EXPECT_TRUE(config);
    whyNot.clear();
    return consoleOf(config.value_or(Config{}), whyNot, problems_);
  }
  void secret(const std::string& text) const {
    std::ofstream(directory_ / "token", std::ios::binary) << text;
  }

  std::string whyNot;
};

TEST_F(ConsoleConfiguration, NeedsNoSecretOnLoopbackAndOneBeyond) {
  EXPECT_TRUE(console(R"({"admin": {"port": 9090}})"));
  EXPECT_TRUE(console(R"({"admin": {"address": "::1", "port": 9090}})"));
  EXPECT_FALSE(console(R"({"admin": {"address": "0.0.0.0", "port": 9090}})"));
  EXPECT_THAT(whyNot, HasSubstr("tokenFile"));
  secret(kSecret + "\n");
  const auto open =
      console(R"({"admin": {"address": "0.0.0.0", "port": 9090}, "console": {"tokenFile": "token"}})");
  ASSERT_TRUE(open);
  EXPECT_EQ(open->secret, store::sha256(kSecret)) << "beside the configuration, without the end of the line";
  EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(ConsoleConfiguration, RefusesASecretThatIsMissingShortOrCannotBeTyped) {
  const std::string text = R"({"admin": {"port": 9090}, "console": {"tokenFile": "token"}})";
  for (const std::string wrong : {"", "short", "0123456789abcdef\n0123456789abcdef",
                                  "0123456789 abcdef 0123456789", "0123456789abcdef0123456789\xc3\xa4"}) {
    secret(wrong);
    console(text);
    EXPECT_EQ(problems_.size(), 1U) << wrong;
  }
  std::filesystem::remove(directory_ / "token");
  console(text);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].pointer, "/console/tokenFile");
  EXPECT_THAT(problems_[0].message, testing::EndsWith("/token cannot be read"));
}

}  // namespace
}  // namespace plumbline::pages
