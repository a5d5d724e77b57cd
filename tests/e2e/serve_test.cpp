/// The program as it is installed: a process, a socket, signals, exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/running.h"
#include "tests/plugin/golden.h"
#include "tests/support/manager.h"

namespace plumbline::e2e {
namespace {

namespace fs = std::filesystem;
using http::Client;
using http::get;
using http::post;
using std::string;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

const string kNow = "2026-11-23T10:00:00Z";
const string kJson = "Content-Type: application/json\r\n";

string call(const string& request, const string& service = "plumbline-patient-view") {
  return post("/cds-services/" + service, request, kJson);
}

/// A directory of its own for each test, with a copy of the content that a configuration file points to.
class Installed : public Running {
 protected:
  Installed() : Running("e2e") {}
  void SetUp() override {
    Running::SetUp();
    fs::copy(PLUMBLINE_CONTENT, directory / "content", fs::copy_options::recursive);
    std::ofstream(config) << R"({"knowledge": {"pack": "content"}, "limits": {"drainSeconds": 5}})";
  }

  void start(std::vector<string> more = {}) {
    more.insert(more.begin(), {"--demo", "--port", "0", "--now", kNow, "--config", config});
    serve(std::move(more));
  }

  /// Waits until the log holds `words` behind `from`; the log's size then.
  std::size_t awaitLog(const string& words, std::size_t from = 0) const {
    for (int i = 0; i < 4000 && read(errors).find(words, from) == string::npos; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_NE(read(errors).find(words, from), string::npos) << words << " in\n" << read(errors);
    return read(errors).size();
  }

  int stop() {
    program->signal(SIGTERM);
    const string left = program->rest();
    EXPECT_EQ(left, "") << "stdout carries the ready line alone";
    return program->ended();
  }

  void replaceInContent(const string& file, const string& from, const string& to) const {
    string text = read(directory / "content" / file);
    ASSERT_NE(text.find(from), string::npos) << from;
    std::ofstream(directory / "content" / file) << text.replace(text.find(from), from.size(), to);
  }

  /// What a short command writes to stdout, and its exit code.
  std::pair<string, int> run(const std::vector<string>& arguments, const string& input = "/dev/null") const {
    Program command(arguments, errors, input);
    string out = command.rest();
    return {std::move(out), command.ended()};
  }
};

TEST_F(Installed, AnswersTheGoldenEmergencyCardOverOneConnectionAgainAndAgain) {
  start();
  Client client(port);
  rapidjson::Document expected;
  expected.Parse(golden::contents("emergency.response.json").c_str());
  for (int i = 0; i < 3; ++i) {
    client.say(call(golden::contents("emergency.request.json")));
    const string answer = client.answer();
    EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Connection: keep-alive\r\n")));
    rapidjson::Document body;
    body.Parse(bodyOf(answer).c_str());
    ASSERT_FALSE(body.HasParseError());
    golden::leaveOutIdentifiers(body);
    EXPECT_TRUE(body == expected["body"]) << answer;
  }
  client.say(get("/cds-services") + get("/health/ready") + get("/metrics"));
  EXPECT_THAT(client.answer(), HasSubstr("plumbline-encounter-discharge"));
  EXPECT_THAT(client.answer(), HasSubstr("ready"));
  EXPECT_THAT(client.answer(),
              HasSubstr(R"(plumbline_requests_total{service="plumbline-patient-view",status="200"} 3)"));
  EXPECT_EQ(stop(), 0);
}

TEST_F(Installed, ReloadsGoodContentOnSighupAndKeepsWhatIsInForceOnBroken) {
  start();
  const string request = golden::contents("emergency.request.json");
  replaceInContent("cards/common.json", "Draft content; the clinician decides.", "Reworded for the test.");
  std::size_t seen = read(errors).size();
  program->signal(SIGHUP);
  seen = awaitLog("reloaded", seen);
  EXPECT_THAT(ask(call(request)), HasSubstr("Reworded for the test."));

  replaceInContent("findings/fever.json", "\"kind\"", "\"knid\"");
  program->signal(SIGHUP);
  seen = awaitLog("reload refused", seen);
  EXPECT_THAT(read(errors), HasSubstr("findings/fever.json:/knid"));
  EXPECT_THAT(ask(call(request)), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Reworded for the test.")));

  std::ofstream(config) << R"({"cards": {"grouping": "several"}})";
  program->signal(SIGHUP);
  awaitLog("reload refused", seen);
  EXPECT_THAT(read(errors), HasSubstr("/cards/grouping"));
  EXPECT_THAT(ask(call(request)), HasSubstr("Reworded for the test."));
  EXPECT_EQ(stop(), 0);
}

TEST_F(Installed, ClearsNothingWithoutAQuestionnaireWhereTheSiteAsksForOne) {
  start();
  const string request = call(golden::contents("cleared.request.json"), "plumbline-encounter-start");
  EXPECT_THAT(ask(request), HasSubstr(R"("tier":"cleared")"));
  const std::size_t seen = read(errors).size();
  std::ofstream(config) << R"({"knowledge": {"pack": "content"}, "screen": {"requireAttestation": true}})";
  program->signal(SIGHUP);
  awaitLog("reloaded", seen);
  EXPECT_THAT(ask(request),
              AllOf(HasSubstr(R"("tier":"structural-first")"), HasSubstr("red-flag questionnaire")));
  EXPECT_EQ(stop(), 0);
}

TEST_F(Installed, BringsAnswersOutAndTakesThemBackWhenItReloads) {
  start();
  const string request = call(golden::contents("emergency.request.json"));
  const auto reload = [&](const string& rollout) {
    const std::size_t seen = read(errors).size();
    std::ofstream(config) << R"({"knowledge": {"pack": "content"}, "rollout": )" << rollout << "}";
    program->signal(SIGHUP);
    awaitLog("reloaded", seen);
    return ask(request);
  };
  EXPECT_THAT(ask(request), HasSubstr(R"("cards":[{)")) << "a demo shows everything";
  EXPECT_THAT(reload(R"({"default": "silent"})"), HasSubstr("\r\n\r\n{\"cards\":[]}"));
  EXPECT_THAT(reload(R"({"default": "silent", "pathways": {"cauda-equina": "on"}})"),
              HasSubstr(R"("cards":[{)"));
  EXPECT_THAT(read(errors), HasSubstr(R"("event":"rollout","modes":"silent; on: cauda-equina)"));
  EXPECT_THAT(reload(R"({"pathways": {"cauda-equina": "off"}})"), HasSubstr("\r\n\r\n{\"cards\":[]}"));
  EXPECT_EQ(stop(), 0);
}

TEST_F(Installed, DropsNoRequestWhileItReloads) {
  start();
  const string request = call(golden::contents("emergency.request.json"));
  Client client(port);
  for (int i = 0; i < 60; ++i) {
    if (i % 5 == 0) program->signal(SIGHUP);
    client.say(request);
    ASSERT_THAT(client.answer(), StartsWith("HTTP/1.1 200 ")) << i;
  }
  EXPECT_EQ(stop(), 0);
}

TEST_F(Installed, TellsTheServiceManagerThatItIsReadyRunsAndStops) {
  const Manager manager((directory / "notify").string());
  ::setenv("WATCHDOG_USEC", "200000", 1);
  start();
  ::unsetenv("WATCHDOG_USEC");
  constexpr std::chrono::seconds kSoon(10);
  EXPECT_EQ(manager.heard(kSoon), "READY=1");
  for (int beat = 0; beat < 3; ++beat) EXPECT_EQ(manager.heard(kSoon), "WATCHDOG=1");
  program->signal(SIGTERM);
  EXPECT_EQ(program->ended(), 0);
  string last;
  for (string next = manager.heard(); !next.empty(); next = manager.heard()) last = next;
  EXPECT_EQ(last, "STOPPING=1");
}

TEST_F(Installed, LetsARequestInFlightFinishOnSigtermAndExitsWith0) {
  start();
  const string request = call(golden::contents("emergency.request.json"));
  Client client(port);
  client.say(request.substr(0, request.size() - 10));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  program->signal(SIGTERM);
  awaitLog("stopping");
  client.say(request.substr(request.size() - 10));
  const string answer = client.rest();
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Connection: close"),
                            Not(HasSubstr("RESET")), Not(HasSubstr("SILENCE"))));
  EXPECT_EQ(program->rest(), "");
  EXPECT_EQ(program->ended(), 0);
}

TEST_F(Installed, WritesNothingOfThePatientOrTheCallerToItsLog) {
  start();
  const std::vector<string> canaries{"Zanzibarica", "Quetzal",    "MRN-778812",
                                     "kan-4411",    "Wobblegate", "tok-secret"};
  const string whole =
      R"({"hook":"patient-view","hookInstance":"Wobblegate-i","fhirAuthorization":{"access_token":"tok-secret"},
      "context":{"userId":"Practitioner/Wobblegate","patientId":"kan-4411"},"prefetch":{
      "patient":{"resourceType":"Patient","id":"kan-4411","name":[{"family":"Zanzibarica","given":["Quetzal"]}],
      "identifier":[{"value":"MRN-778812"}]},"conditions":null,"Quetzal":{"Zanzibarica":1}}})";
  string other = whole;
  other.replace(other.rfind("\"Quetzal\":"), 10,
                "\"Quetzal\":{\"resourceType\":\"Patient\",\"id\":\"Zanzibarica\"},\"x\":");
  for (const string& request : {whole, other, whole.substr(0, 300), string("Zanzibarica")}) {
    const string answer = ask(call(request));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 ")) << answer;
    EXPECT_THAT(answer, Not(AnyOf(HasSubstr("Zanzibarica"), HasSubstr("MRN-"), HasSubstr("tok-secret"))));
  }
  ask(get("/Zanzibarica?name=Quetzal"));
  ask("NONSENSE Zanzibarica\r\n\r\n");
  const string metrics = ask(get("/metrics"));
  EXPECT_EQ(stop(), 0);
  std::istringstream lines(read(errors));
  for (string line; std::getline(lines, line);) {
    rapidjson::Document entry;
    entry.Parse(line.c_str());
    EXPECT_TRUE(!entry.HasParseError() && entry.IsObject() && entry.HasMember("event")) << line;
  }
  for (const auto& canary : canaries) {
    EXPECT_THAT(read(errors), Not(HasSubstr(canary)));
    EXPECT_THAT(metrics, Not(HasSubstr(canary)));
  }
}

TEST_F(Installed, RefusesToStartWithoutDemoAndOffLoopbackAndWithABrokenPack) {
  EXPECT_EQ(run({"serve", "--port", "0", "--config", config}), std::pair(string(), 1));
  EXPECT_THAT(read(errors), HasSubstr("/clients: "));
  std::ofstream(config) << R"({"listen": {"address": "0.0.0.0", "port": 0}})";
  EXPECT_EQ(run({"serve", "--demo", "--config", config}), std::pair(string(), 1));
  EXPECT_THAT(read(errors), HasSubstr("a demo answers anybody"));
  std::ofstream(config) << R"({"knowledge": {"pack": "nowhere"}})";
  EXPECT_EQ(run({"serve", "--demo", "--port", "0", "--config", config}), std::pair(string(), 1));
  EXPECT_THAT(read(errors), HasSubstr("not a directory"));
}

TEST_F(Installed, TakesNoCallOnAFirstStartAndShowsItsContent) {
  std::ofstream(config) << R"({"setup": true, "listen": {"port": 0}})";
  EXPECT_THAT(run({"check", "--config", config}),
              testing::Pair(AllOf(HasSubstr(":/clients: note: before the first EHR: "),
                                  HasSubstr(":/listen: note: before the first EHR: "),
                                  HasSubstr(":/knowledge/publicKey: note: before the first EHR: "),
                                  HasSubstr(":/setup: "), HasSubstr("no problem")),
                            0));
  serve({"--config", config});
  EXPECT_THAT(ask(call("{}")), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask(post("/demo/explain", "{}", kJson)), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(get("/knowledge")), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(read(errors), HasSubstr("setup: no call is taken"));
  EXPECT_EQ(stop(), 0);
}

TEST_F(Installed, TellsOnThisMachineWhetherItIsReady) {
  start();
  const string at = std::to_string(port);
  EXPECT_EQ(run({"alive", "--port", at}), std::pair(string(), 0));
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(run({"alive", "--port", at}), std::pair(string(), 1));
  EXPECT_EQ(run({"alive", "--config", config}), std::pair(string(), 1));
  EXPECT_THAT(read(errors), HasSubstr("no port is configured"));
  EXPECT_EQ(run({"alive"}), std::pair(string(), 2));
}

TEST_F(Installed, RefusesToStartOnATakenPort) {
  start();
  EXPECT_EQ(run({"serve", "--demo", "--port", std::to_string(port)}), std::pair(string(), 1));
  EXPECT_THAT(read(errors), HasSubstr("cannot listen"));
  EXPECT_EQ(stop(), 0);
}

TEST_F(Installed, AnswersHealthAndMetricsOnAListenerOfTheirOwnWhereOneIsConfigured) {
  std::ofstream(config) << R"({"admin": {"port": 0}})";
  start();
  EXPECT_THAT(ask(get("/health/live")), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(get("/cds-services")), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(stop(), 0);
}

TEST_F(Installed, ChecksConfigurationAndContentAndPrintsEveryProblem) {
  EXPECT_THAT(run({"check", "--config", config}), testing::Pair(HasSubstr("plumbline.jsonc:/clients: "), 1));
  std::ofstream(config) << R"({"knowledge": {"pack": "content"}, "baseUrl": "https://p.example",
    "development": {"allowPlainHttp": true},
    "clients": [{"name": "a", "issuer": "a", "jwksUrl": "https://a.example/keys"}]})";
  EXPECT_THAT(run({"check", "--config", config}), testing::Pair(HasSubstr("no problem"), 0));
  EXPECT_THAT(run({"check"}), testing::Pair(HasSubstr("no problem"), 0));
  replaceInContent("findings/fever.json", "\"kind\"", "\"knid\"");
  replaceInContent("findings/trauma.json", "\"symptom\"", "\"sympton\"");
  const auto [content, contentCode] = run({"check", "--config", config});
  EXPECT_EQ(contentCode, 1);
  EXPECT_THAT(content,
              AllOf(HasSubstr("findings/fever.json:/knid: "), HasSubstr("findings/trauma.json:/conflict: ")));
  std::ofstream(config) << R"({"listen": {"port": -1}, "nonsense": 1})";
  const auto [options, optionsCode] = run({"check", "--config", config});
  EXPECT_EQ(optionsCode, 1);
  EXPECT_THAT(options,
              AllOf(HasSubstr("plumbline.jsonc:/listen/port: "), HasSubstr("plumbline.jsonc:/nonsense: ")));
}

TEST_F(Installed, ChecksTheCodesOfItsContentAgainstARelease) {
  const string releases = directory / "releases";
  std::filesystem::create_directories(releases);
  EXPECT_THAT(run({"check", "--terminology", releases}), testing::Pair(HasSubstr("holds no release"), 1));
  // Made up: not one code of the content is in it.
  std::ofstream(releases + "/Loinc.csv") << "LOINC_NUM,STATUS,LONG_COMMON_NAME\n90001-0,ACTIVE,Blue\n";
  EXPECT_THAT(run({"check", "--terminology", releases}),
              testing::Pair(AllOf(HasSubstr("findings/fever.json:/measurements/"),
                                  HasSubstr(": LOINC 8310-5 is not in the release\n"),
                                  HasSubstr("note: no release of http://snomed.info/sct: "),
                                  HasSubstr("compared with Loinc.csv (1 rows)")),
                            1));
}

TEST_F(Installed, EvaluatesFilesAndStandardInputReproducibly) {
  const string emergency = PLUMBLINE_GOLDEN "/emergency.request.json";
  const string silent = PLUMBLINE_GOLDEN "/silent.request.json";
  const auto [out, code] = run({"evaluate", "--now", kNow, emergency, silent});
  EXPECT_EQ(code, 0);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2);
  EXPECT_THAT(out, StartsWith(R"({"patient":"elm-204","assessment":{"tier":"emergency",)"));
  EXPECT_THAT(out, HasSubstr("\n{\"patient\":\"gum-2\",\"assessment\":{\"tier\":\"none\","));
  EXPECT_EQ(run({"evaluate", "--now", kNow, emergency, silent}).first, out) << "byte by byte";
  const auto single = run({"evaluate", "--now", kNow, emergency}).first;
  EXPECT_EQ(run({"evaluate", "--now", kNow}, emergency).first, single);
  EXPECT_EQ(run({"evaluate", "--now", kNow, "-"}, emergency).first, single);
}

TEST_F(Installed, EvaluatesWhatItCanAndExitsWith1WhereAnythingWasRefused) {
  const string emergency = PLUMBLINE_GOLDEN "/emergency.request.json";
  const auto [out, code] =
      run({"evaluate", "--now", kNow, PLUMBLINE_GOLDEN "/malformed.request.json", emergency});
  EXPECT_EQ(code, 1);
  EXPECT_THAT(
      out, AllOf(StartsWith(R"({"error":{"resourceType":"OperationOutcome")"), HasSubstr("\"emergency\"")));
  const auto [rest, missing] = run({"evaluate", "--now", kNow, directory / "none.json", emergency});
  EXPECT_EQ(missing, 1);
  EXPECT_THAT(rest, StartsWith(R"({"patient":"elm-204")"));
}

TEST_F(Installed, ExplainsOneFile) {
  const string emergency = PLUMBLINE_GOLDEN "/emergency.request.json";
  EXPECT_THAT(run({"explain", "--now", kNow, emergency}),
              testing::Pair(AllOf(HasSubstr("Tier: emergency"), HasSubstr("ces-1")), 0));
  EXPECT_EQ(run({"explain", PLUMBLINE_GOLDEN "/malformed.request.json"}).second, 1);
  EXPECT_EQ(run({"explain"}).second, 2);
  EXPECT_EQ(run({"explain", emergency, emergency}).second, 2);
}

TEST_F(Installed, ExitsWith2ForAnyUseItDoesNotKnowAndSaysSoOnStderrOnly) {
  const std::vector<std::vector<string>> wrong{
      {},
      {"server"},
      {"serve", "--demo", "--port"},
      {"serve", "--demo", "--port", "65536"},
      {"serve", "--demo", "--port", "80x"},
      {"serve", "--demo", "file"},
      {"serve", "--demo", "--now", "yesterday"},
      {"evaluate", "--port", "1"},
      {"check", "--demo"},
      {"--nonsense"},
  };
  for (const auto& arguments : wrong) {
    const string shown = testing::PrintToString(arguments);
    EXPECT_EQ(run(arguments), std::pair(string(), 2)) << shown;
  }
  EXPECT_THAT(read(errors), HasSubstr("--help"));
  for (const string command : {"serve", "evaluate", "explain", "check"}) {
    EXPECT_THAT(run({command, "--help"}), testing::Pair(HasSubstr("plumbline " + command), 0));
    EXPECT_THAT(run({command, "-h"}), testing::Pair(HasSubstr("Exit codes"), 0));
  }
  EXPECT_THAT(run({"--help"}), testing::Pair(HasSubstr("plumbline serve"), 0));
  EXPECT_THAT(run({"--version"}), testing::Pair(MatchesRegex("plumbline [0-9.]+\n"), 0));
}

}  // namespace
}  // namespace plumbline::e2e
