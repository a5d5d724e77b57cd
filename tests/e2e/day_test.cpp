/// A day of calls: made up, written down, replayed through the service; and counted a second time from what
/// the same requests come to offline and from what the answers held. Nothing here shares code with what the
/// service decides by: modes, snoozes and figures are worked out again from their descriptions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "tests/e2e/program.h"
#include "tests/plugin/http/client.h"
#include "tests/support/generate.h"
#include "tests/support/pack.h"

namespace plumbline::e2e {
namespace {

namespace fs = std::filesystem;
using std::string;
using testing::StartsWith;
using Counts = std::map<string, int>;

const string kNow = "2026-11-23T10:00:00Z";
const string kRollout = R"({"rollout": {"default": "on",
  "pathways": {"spinal-infection": "silent", "herpes-zoster": "off", "cleared": "silent"},
  "services": {"plumbline-problem-list-item-create": "silent", "plumbline-encounter-discharge": "off"}}})";

string modeOf(const string& hook, const string& answer) {
  if (hook == "encounter-discharge" || answer == "herpes-zoster") return "off";
  const bool silent =
      hook == "problem-list-item-create" || answer == "spinal-infection" || answer == "cleared";
  return silent ? "silent" : "on";
}

rapidjson::Document json(const string& text) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  EXPECT_FALSE(document.HasParseError()) << text;
  return document;
}

struct Call {
  string hook, patient, text;
};

/// The call of one moment of the day. Fewer charts than calls, so that patients come again; two thirds of
/// them are charts of patients who have other charts too.
Call callOf(int seed, int calls) {
  const auto chart = tests::generate(tests::pack(), static_cast<std::uint64_t>(seed));
  Call call{chart.hook, "day-" + std::to_string(seed % (calls / 4 + 1)),
            chart.call(fhir::parseDate(kNow)->earliest).request()};
  for (const auto& [from, to] : {std::pair<string, string>{"\"p1\"", "\"" + call.patient + "\""},
                                 {"\"Patient/p1\"", "\"Patient/" + call.patient + "\""}}) {
    for (auto at = call.text.find(from); at != string::npos; at = call.text.find(from, at + to.size()))
      call.text.replace(at, from.size(), to);
  }
  return call;
}

/// A card that one mode of the rollout makes of an assessment.
struct Made {
  string tier, pathways, picture;
  int mark = 0;  ///< 0 info, 1 warning, 2 critical
};

int rankOf(const string& tier) {
  const std::vector<string> all{"not-assessable",   "cleared", "soon",
                                "structural-first", "urgent",  "emergency"};
  return static_cast<int>(std::find(all.begin(), all.end(), tier) - all.begin());
}

int markOf(const string& tier, const string& hook, bool comfort) {
  if (comfort) return 0;
  if (tier == "emergency") return 2;
  const bool reading = hook == "patient-view" || hook == "encounter-start";
  return tier == "urgent" || (tier == "structural-first" && !reading) ? 1 : 0;
}

/// What was said of one call offline.
struct Expected {
  bool refused = false;
  string tier;
  std::vector<string> raised, present, unknown;
  std::map<string, string> tierOf;
  bool comfort = false;

  [[nodiscard]] std::optional<Made> made(const string& hook, const string& mode) const {
    Made card;
    std::vector<string> picture;
    for (const string& each : raised) {
      if (modeOf(hook, each) != mode) continue;
      card.pathways += (card.pathways.empty() ? "" : " ") + each;
      if (card.tier.empty()) card.tier = tierOf.at(each);
      picture.push_back(each);
    }
    const bool alone = tier == "structural-first" || tier == "cleared" || tier == "not-assessable";
    if (alone && modeOf(hook, tier) == mode) card.tier = tier;
    if (card.tier.empty()) return std::nullopt;
    if (picture.empty()) picture.push_back(card.tier);
    picture.insert(picture.end(), present.begin(), present.end());
    std::sort(picture.begin(), picture.end());
    for (const string& each : picture) card.picture += each + " ";
    card.mark = markOf(card.tier, hook, comfort);
    return card;
  }
};

std::vector<Expected> offline(const fs::path& requests) {
  Program evaluate({"evaluate", "--now", kNow, requests});
  std::istringstream lines(evaluate.rest());
  std::vector<Expected> all;
  for (string line; std::getline(lines, line);) {
    const auto said = json(line);
    Expected each;
    each.refused = said.HasMember("error");
    if (!each.refused) {
      const auto& assessment = said["assessment"];
      each.tier = assessment["tier"].GetString();
      for (const auto& pathway : assessment["pathways"].GetArray()) {
        each.raised.emplace_back(pathway["id"].GetString());
        each.tierOf[pathway["id"].GetString()] = pathway["tier"].GetString();
      }
      for (const auto& finding : assessment["present"].GetArray())
        each.present.emplace_back(finding.GetString());
      for (const auto& finding : assessment["unknown"].GetArray())
        each.unknown.emplace_back(finding["finding"].GetString());
      const auto& cards = said["cards"];
      each.comfort = rankOf(each.tier) >= rankOf("urgent") && rankOf(each.tier) <= rankOf("emergency") &&
                     string(cards[0]["indicator"].GetString()) == "info";
    }
    all.push_back(std::move(each));
  }
  return all;
}

struct Tally {
  int calls = 0, fired = 0, shown = 0, accepted = 0, overridden = 0, ignored = 0, snoozed = 0, silent = 0,
      told = 0, repeated = 0;
  std::set<string> patients;
  Counts callsByHook, callsByTier, callsByPathway, shownByHook, shownByPathway, silentByPathway,
      snoozedByPathway, overriddenByPathway, firedByPathway, unknown, reasons;
};

struct Overridden {
  int rank = 0, mark = 0;
  string reason;
};

const char* const kReasons[] = {"already-assessed", "patient-refuses", "cds-suboptimal-context", ""};

class Day : public testing::Test {
 protected:
  void SetUp() override {
    directory = fs::temp_directory_path() / ("plumbline-day-" + std::to_string(::getpid()));
    fs::create_directories(directory);
    std::ofstream(directory / "plumbline.jsonc") << kRollout;
  }
  void TearDown() override { fs::remove_all(directory); }

  void record(int calls) {
    std::ofstream out(directory / "requests.ndjson");
    for (int i = 0; i < calls; ++i) {
      day.push_back(callOf(i % (calls * 2 / 3 + 1), calls));
      out << day.back().text << "\n";
    }
  }

  void replay(const std::vector<Expected>& expected);
  void answered(const Call& call, const Expected& expected, const rapidjson::Value& cards,
                http::Client& client);
  void give(const Call& call, const Made& made, const string& picture, const rapidjson::Value& card,
            http::Client& client);

  rapidjson::Document report() const {
    Program command({"report", "--format", "json", "--data", directory / "data"});
    return json(command.rest());
  }

  fs::path directory;
  std::vector<Call> day;
  Tally tally;
  std::map<string, Overridden> overrides;  ///< by patient and picture
  std::map<string, int> shownOf;
  std::mt19937 random{11};
};

void count(Counts& into, const string& words) {
  std::istringstream list(words);
  for (string each; list >> each;) ++into[each];
}

/// What a clinician does about a card, and what that leaves behind.
void Day::give(const Call& call, const Made& made, const string& picture, const rapidjson::Value& card,
               http::Client& client) {
  const auto fate = random() % 3;
  ++(fate == 0 ? tally.accepted : fate == 1 ? tally.overridden : tally.ignored);
  if (fate == 2) return;
  string entry =
      R"({"card": ")" + string(card["uuid"].GetString()) + R"(", "outcomeTimestamp": ")" + kNow + "\", ";
  if (fate == 0) {
    entry += R"("outcome": "accepted", "acceptedSuggestions": []})";
  } else {
    const string reason = kReasons[random() % 4];
    entry += R"("outcome": "overridden")";
    if (!reason.empty()) entry += R"(, "overrideReason": {"reason": {"code": ")" + reason + "\"}}";
    entry += "}";
    overrides[picture] = {rankOf(made.tier), made.mark, reason};
    count(tally.overriddenByPathway, made.pathways);
    ++tally.reasons[reason.empty() ? "no reason given" : reason];
  }
  client.say(http::post("/cds-services/plumbline-" + call.hook + "/feedback",
                        R"({"feedback": [)" + entry + "]}", "Content-Type: application/json\r\n"));
  ASSERT_THAT(client.answer(), StartsWith("HTTP/1.1 200 "));
}

void Day::answered(const Call& call, const Expected& expected, const rapidjson::Value& cards,
                   http::Client& client) {
  if (call.hook == "encounter-discharge") {
    EXPECT_EQ(cards.Size(), 0U) << "the service is off";
    return;
  }
  ++tally.calls;
  ++tally.callsByHook[call.hook];
  ++tally.callsByTier[expected.tier];
  for (const string& each : expected.raised) ++tally.callsByPathway[each];
  tally.patients.insert(call.patient);
  const auto silent = expected.made(call.hook, "silent"), made = expected.made(call.hook, "on");
  if (silent) {
    ++tally.silent;
    count(tally.silentByPathway, silent->pathways);
    count(tally.firedByPathway, silent->pathways);
  }
  if (made) count(tally.firedByPathway, made->pathways);
  if (made || silent) {
    ++tally.fired;
    for (const string& each : expected.unknown) ++tally.unknown[each];
  }
  if (!made) {
    EXPECT_EQ(cards.Size(), 0U) << call.text;
    return;
  }
  const string picture = call.patient + "/" + made->pathways + "/" + made->picture;
  const auto last = overrides.find(picture);
  // Every time of the content is longer than this day, which is one moment.
  if (last != overrides.end() && rankOf(made->tier) <= last->second.rank && made->mark <= last->second.mark) {
    ++tally.snoozed;
    count(tally.snoozedByPathway, made->pathways);
    EXPECT_EQ(cards.Size(), 0U) << call.text;
    return;
  }
  if (made->tier == "not-assessable" && shownOf[picture] > 0) {
    ++tally.told;
    EXPECT_EQ(cards.Size(), 0U) << call.text;
    return;
  }
  ASSERT_EQ(cards.Size(), 1U) << call.text;
  ++tally.shown;
  ++tally.shownByHook[call.hook];
  count(tally.shownByPathway, made->pathways);
  if (shownOf[picture]++ > 0) ++tally.repeated;
  const auto& assessment = cards[0]["extension"]["org.plumbline.assessment"];
  EXPECT_EQ(assessment["tier"].GetString(), made->tier) << call.text;
  give(call, *made, picture, cards[0], client);
}

void Day::replay(const std::vector<Expected>& expected) {
  Program service({"serve", "--demo", "--port", "0", "--now", kNow, "--data", directory / "data", "--config",
                   directory / "plumbline.jsonc"},
                  directory / "stderr");
  const string ready = service.line();
  ASSERT_THAT(ready, StartsWith("ready ")) << read(directory / "stderr");
  http::Client client(static_cast<std::uint16_t>(std::stoi(ready.substr(ready.rfind(':') + 1))));
  for (std::size_t i = 0; i < day.size(); ++i) {
    client.say(http::post("/cds-services/plumbline-" + day[i].hook, day[i].text,
                          "Content-Type: application/json\r\n"));
    const string answer = client.answer();
    EXPECT_EQ(answer.starts_with("HTTP/1.1 200 "), !expected[i].refused) << answer << day[i].text;
    if (expected[i].refused) continue;
    const auto body = json(bodyOf(answer));
    answered(day[i], expected[i], body["cards"], client);
    if (HasFatalFailure()) return;
  }
  service.signal(SIGTERM);
  EXPECT_EQ(service.ended(), 0);
}

TEST_F(Day, TheReportSaysWhatASecondCountSays) {
  const char* const given =
      std::getenv("PLUMBLINE_REPLAY");  // NOLINT(concurrency-mt-unsafe): before any thread
  record(given ? std::stoi(given) : 600);
  const auto expected = offline(directory / "requests.ndjson");
  ASSERT_EQ(expected.size(), day.size());
  replay(expected);
  const auto found = report();
  const auto number = [&](const char* name) { return found[name].GetInt(); };
  EXPECT_EQ(number("calls"), tally.calls);
  EXPECT_EQ(number("patients"), static_cast<int>(tally.patients.size()));
  EXPECT_EQ(number("fired"), tally.fired);
  EXPECT_EQ(number("shown"), tally.shown);
  EXPECT_EQ(number("accepted"), tally.accepted);
  EXPECT_EQ(number("overridden"), tally.overridden);
  EXPECT_EQ(number("ignored"), tally.ignored);
  EXPECT_EQ(number("snoozed"), tally.snoozed);
  EXPECT_EQ(number("silent"), tally.silent);
  EXPECT_EQ(number("repeated"), tally.repeated);
  EXPECT_EQ(number("feedback"), tally.accepted + tally.overridden);
  EXPECT_EQ(number("unknownOf"), tally.fired);
  const auto counts = [&](const char* list, const char* of, const char* what) {
    Counts all;
    for (const auto& each : found[list].GetArray()) {
      if (each[what].GetInt() > 0) all[each[of].GetString()] = each[what].GetInt();
    }
    return all;
  };
  EXPECT_EQ(counts("byHook", "hook", "calls"), tally.callsByHook);
  EXPECT_EQ(counts("byHook", "hook", "shown"), tally.shownByHook);
  EXPECT_EQ(counts("byTier", "tier", "calls"), tally.callsByTier);
  EXPECT_EQ(counts("byPathway", "pathway", "calls"), tally.callsByPathway);
  EXPECT_EQ(counts("byPathway", "pathway", "fired"), tally.firedByPathway);
  EXPECT_EQ(counts("byPathway", "pathway", "shown"), tally.shownByPathway);
  EXPECT_EQ(counts("byPathway", "pathway", "silent"), tally.silentByPathway);
  EXPECT_EQ(counts("byPathway", "pathway", "snoozed"), tally.snoozedByPathway);
  EXPECT_EQ(counts("byPathway", "pathway", "overridden"), tally.overriddenByPathway);
  EXPECT_EQ(counts("unknown", "finding", "count"), tally.unknown);
  EXPECT_EQ(counts("overrideReasons", "reason", "count"), tally.reasons);
  EXPECT_GE(tally.callsByHook.size(), 5U) << "all hooks but the one that is off";
  EXPECT_GT(tally.snoozed, 0);
  EXPECT_GT(tally.silent, 0);
  Program verify({"audit", "verify", "--data", directory / "data"});
  EXPECT_THAT(verify.rest(), StartsWith("whole: "));
  std::cout << day.size() << " requests: " << tally.calls << " calls, " << tally.fired << " with a card, "
            << tally.shown << " shown, " << tally.snoozed << " snoozed, " << tally.told << " told before, "
            << tally.silent << " silent, " << tally.overridden << " overridden\n";
}

}  // namespace
}  // namespace plumbline::e2e
