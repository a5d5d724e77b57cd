/// What is kept: the program is killed, its disk fills, its files may not be written, and what it promised is
/// still there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// <linux/capability.h> is of linux-libc-dev, which every compiler brings.
#include <linux/capability.h>

#include <algorithm>
#include <array>
#include <chrono>
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
#include <thread>

#include "tests/e2e/running.h"

namespace plumbline::e2e {
namespace {

namespace fs = std::filesystem;
using http::get;
using http::post;
using std::string;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

const string kNow = "2026-11-23T10:00:00Z";
const string kJson = "Content-Type: application/json\r\n";
const string kOk = "HTTP/1.1 200 ";
const string kUnavailable = "HTTP/1.1 503 ";

rapidjson::Document json(const string& text) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  EXPECT_FALSE(document.HasParseError()) << text;
  return document;
}

std::vector<string> lines(const string& text) {
  std::vector<string> all;
  std::istringstream in(text);
  for (string line; std::getline(in, line);) all.push_back(line);
  return all;
}

int numberFrom(const char* variable, int usual) {
  const char* const given = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): before any thread
  return given ? std::stoi(given) : usual;
}

string entry(const string& card, const string& time, const string& outcome = "overridden") {
  return R"({"card": ")" + card + R"(", "outcome": ")" + outcome + R"(", "outcomeTimestamp": ")" + time +
         '"' + (outcome == "accepted" ? R"(, "acceptedSuggestions": [])" : "") + "}";
}

string feedback(const string& entries, const string& service = "plumbline-patient-view") {
  return post("/cds-services/" + service + "/feedback", R"({"feedback": [)" + entries + "]}", kJson);
}

class Kept : public Running {
 protected:
  Kept() : Running("keep") {}
  void TearDown() override {
    program.reset();
    if (fs::exists(data)) fs::permissions(data, fs::perms::owner_all);
    Running::TearDown();
  }

  void start(void (*before)() = nullptr) {
    serve({"--demo", "--port", "0", "--now", kNow, "--data", data}, "http", before);
  }

  void stop() {
    program->signal(SIGTERM);
    EXPECT_EQ(program->ended(), 0);
  }

  string askForCard() const {
    return ask(post("/cds-services/plumbline-patient-view", read(PLUMBLINE_GOLDEN "/emergency.request.json"),
                    kJson));
  }

  string card() const {
    const auto body = json(bodyOf(askForCard()));
    return body["cards"][0]["uuid"].GetString();
  }

  string run(std::vector<string> arguments, int code = 0) const {
    for (const char* each : {"--data", data.c_str()}) arguments.emplace_back(each);
    Program command(arguments, errors);
    string out = command.rest();
    EXPECT_EQ(command.ended(), code) << out << read(errors);
    return out;
  }

  /// How often each moment of the exported feedback occurs.
  std::map<string, int> moments() const {
    std::map<string, int> count;
    for (const string& line : lines(run({"report", "--export", "feedback"})))
      ++count[json(line)["outcomeTimestamp"].GetString()];
    return count;
  }

  std::size_t logged(const string& words) const {
    const string log = read(errors);
    std::size_t found = 0;
    for (auto at = log.find(words); at != string::npos; at = log.find(words, at + 1)) ++found;
    return found;
  }

  const fs::path data = directory / "data";
};

TEST_F(Kept, FeedbackIsThereAfterTheAnswer) {
  start();
  const string shown = card();
  const string known = entry(shown, "2026-11-23T09:00:00Z");
  EXPECT_THAT(ask(feedback(known)), AllOf(StartsWith(kOk), testing::EndsWith("\r\n\r\n{}")));
  EXPECT_THAT(ask(feedback(known + "," + known)), StartsWith(kOk)) << "a repeated delivery";
  EXPECT_THAT(ask(feedback(entry("never-shown", "2026-11-20T09:00:00Z"))), StartsWith(kOk));
  EXPECT_THAT(ask(feedback(entry(shown, "2026-11-23T09:00:01Z") + "," + entry(shown, "never"))),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(feedback(known, "none")), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(get("/cds-services/plumbline-patient-view/feedback")),
              AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("\r\nAllow: POST\r\n")));
  EXPECT_THAT(ask(get("/metrics")), AllOf(HasSubstr("\nplumbline_feedback_total 1\n"),
                                          HasSubstr("\nplumbline_feedback_repeated_total 2\n"),
                                          HasSubstr("\nplumbline_feedback_quarantined_total 1\n"),
                                          HasSubstr("\nplumbline_store_writable 1\n")));
  const auto report = json(run({"report", "--format", "json"}));
  EXPECT_EQ(report["overridden"].GetInt(), 1);
  EXPECT_EQ(report["feedback"].GetInt(), 1);
  EXPECT_EQ(report["quarantined"].GetInt(), 1);
  EXPECT_EQ(moments().size(), 2U);
  EXPECT_THAT(run({"audit", "verify"}), StartsWith("whole: 3 rows")) << "while the service runs";
  stop();
  EXPECT_THAT(run({"audit", "verify"}), StartsWith("whole: 3 rows"));
}

TEST_F(Kept, AnOverrideKeepsItsCardAwayThroughARestartAndNoOther) {
  start();
  const string shown = card();
  EXPECT_THAT(askForCard(), HasSubstr("\"cards\":[{")) << "passed over";
  EXPECT_THAT(ask(feedback(entry(shown, kNow))), StartsWith(kOk));
  EXPECT_THAT(askForCard(), testing::EndsWith("\r\n\r\n{\"cards\":[]}"));
  EXPECT_THAT(
      ask(post("/cds-services/plumbline-order-sign", read(PLUMBLINE_GOLDEN "/urgent.request.json"), kJson)),
      HasSubstr("\"cards\":[{"));
  EXPECT_THAT(ask(feedback(entry("never-shown", kNow))), StartsWith(kOk)) << "what came before is on disk";
  program->signal(SIGKILL);
  EXPECT_EQ(program->ended(), 128 + SIGKILL);
  start();
  EXPECT_THAT(askForCard(), testing::EndsWith("\r\n\r\n{\"cards\":[]}"));
  stop();
  const auto report = json(run({"report", "--format", "json"}));
  EXPECT_EQ(report["snoozed"].GetInt(), 2);
  EXPECT_THAT(run({"report", "--export", "cards"}), HasSubstr(R"("state":"snoozed")"));
}

TEST_F(Kept, NothingAcknowledgedIsLostOrCountedTwiceWhenKilled) {
  constexpr int kClients = 4;
  const int rounds = numberFrom("PLUMBLINE_KILLS", 20);
  std::mt19937 random(7);
  std::array<std::set<string>, kClients> acknowledged;
  std::chrono::steady_clock::duration slowest{};
  for (int round = 0; round < rounds; ++round) {
    const auto began = std::chrono::steady_clock::now();
    start();
    slowest = std::max(slowest, std::chrono::steady_clock::now() - began);
    const string shown = card();
    std::vector<std::thread> clients;
    for (int c = 0; c < kClients; ++c) {
      clients.emplace_back([&, c] {
        for (int i = 0; i < 100'000; ++i) {
          const string time = "2026-11-23T09:00:00." + std::to_string(1 + c) + std::to_string(1000 + round) +
                              std::to_string(1000 + i % 9000) + "Z";
          try {
            // Each is sent twice, as by a client that did not hear the first answer.
            if (!ask(feedback(entry(shown, time, "accepted"))).starts_with(kOk)) return;
            acknowledged[static_cast<std::size_t>(c)].insert(time);
            if (!ask(feedback(entry(shown, time, "accepted"))).starts_with(kOk)) return;
          } catch (const std::runtime_error&) {
            return;
          }
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 300));
    program->signal(SIGKILL);
    for (auto& each : clients) each.join();
    EXPECT_EQ(program->ended(), 128 + SIGKILL);
  }
  const auto found = moments();
  std::size_t promised = 0;
  for (const auto& each : acknowledged) {
    promised += each.size();
    for (const string& time : each)
      EXPECT_EQ(found.count(time), 1U) << time << " was acknowledged and is lost";
  }
  for (const auto& [time, count] : found) EXPECT_EQ(count, 1) << time;
  EXPECT_GT(promised, static_cast<std::size_t>(rounds)) << "there was no load";
  EXPECT_THAT(run({"audit", "verify"}), StartsWith("whole: "));
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(slowest).count();
  std::cout << rounds << " kills, " << promised << " acknowledged, " << found.size()
            << " on disk, slowest start " << milliseconds << " ms\n";
}

TEST_F(Kept, AFullDiskRefusesFeedbackAndNothingElse) {
  start();
  const string shown = card();
  ASSERT_THAT(ask(feedback(entry(shown, "2026-11-23T09:00:00Z", "accepted"))), StartsWith(kOk));
  const auto mayWrite = [&](rlim_t bytes) {
    const rlimit limit{bytes, RLIM_INFINITY};
    ASSERT_EQ(::prlimit(program->process(), RLIMIT_FSIZE, &limit, nullptr), 0);
  };
  mayWrite(1024);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(ask(feedback(entry(shown, "2026-11-23T09:00:01Z"))),
                AllOf(StartsWith(kUnavailable), HasSubstr("Retry-After"), HasSubstr("OperationOutcome")));
    EXPECT_THAT(askForCard(), AllOf(StartsWith(kOk), HasSubstr("\"cards\":[{\"uuid\"")))
        << "an override that was not recorded keeps nothing away";
  }
  EXPECT_THAT(ask(get("/metrics")), AllOf(HasSubstr("\nplumbline_store_writable 0\n"),
                                          HasSubstr("\nplumbline_feedback_total 1\n")));
  mayWrite(RLIM_INFINITY);
  EXPECT_THAT(ask(feedback(entry(shown, "2026-11-23T09:00:02Z"))), StartsWith(kOk));
  EXPECT_THAT(ask(get("/metrics")), HasSubstr("\nplumbline_store_writable 1\n"));
  EXPECT_EQ(logged("cannot be written"), 1U) << read(errors);
  EXPECT_EQ(logged("written again"), 1U) << read(errors);
  stop();
  EXPECT_EQ(moments(), (std::map<string, int>{{"2026-11-23T09:00:00Z", 1}, {"2026-11-23T09:00:02Z", 1}}));
  EXPECT_THAT(run({"audit", "verify"}), StartsWith("whole: "));
}

/// Makes root heed the permissions of files, as everybody else does.
void heedPermissions() {
  ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0);
}

TEST_F(Kept, AReadOnlyStoreRefusesFeedbackAndNothingElse) {
  start();
  const string shown = card();
  stop();
  for (const auto& file : fs::directory_iterator(data)) fs::permissions(file.path(), fs::perms::owner_read);
  fs::permissions(data, fs::perms::owner_read | fs::perms::owner_exec);
  start(heedPermissions);
  EXPECT_THAT(ask(feedback(entry(shown, "2026-11-23T09:00:00Z"))), StartsWith(kUnavailable));
  EXPECT_THAT(askForCard(), AllOf(StartsWith(kOk), HasSubstr("\"cards\":[{\"uuid\"")));
  EXPECT_THAT(ask(get("/metrics")), HasSubstr("\nplumbline_store_writable 0\n"));
  EXPECT_THAT(ask(get("/health/ready")), StartsWith(kOk)) << "cards are what it is there for";
  EXPECT_EQ(logged("cannot be written"), 1U) << read(errors);
  stop();
}

TEST_F(Kept, AnEditedAuditRowIsNamed) {
  start();
  askForCard();
  stop();
  // The tier of a call, in the file itself.
  const fs::path file = data / "plumbline.db";
  string bytes = read(file);
  const auto at = bytes.rfind("emergencycauda-equina");
  ASSERT_NE(at, string::npos);
  std::ofstream(file, std::ios::binary) << bytes.replace(at, 9, "soonsoons");
  EXPECT_THAT(run({"audit", "verify"}, 1), StartsWith("broken: row 1 "));
}

}  // namespace
}  // namespace plumbline::e2e
