/// Content that is brought forward and taken back while the service runs, over one store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/running.h"
#include "tests/plugin/golden.h"

namespace plumbline::e2e {
namespace {

namespace fs = std::filesystem;
using std::string;
using testing::AllOf;
using testing::HasSubstr;
using testing::Pair;

class Upgraded : public Running {
 protected:
  Upgraded() : Running("upgrade") {}

  /// The content that is in the tree, and the next: another sentence on every card, another version.
  void SetUp() override {
    Running::SetUp();
    for (const char* each : {"content-1", "content-2"})
      fs::copy(PLUMBLINE_CONTENT, directory / each, fs::copy_options::recursive);
    replaceInNext("cards/common.json", "Draft content; the clinician decides.", "Reworded for the test.");
    replaceInNext("pack.json", R"("version": "0.1.0")", R"("version": "0.2.0")");
  }

  void replaceInNext(const string& file, const string& from, const string& to) const {
    string text = read(directory / "content-2" / file);
    ASSERT_NE(text.find(from), string::npos) << from;
    std::ofstream(directory / "content-2" / file) << text.replace(text.find(from), from.size(), to);
  }

  void name(const string& content) const {
    std::ofstream(config) << R"({"store": {"type": "sqlite", "path": "data"}, "knowledge": {"pack": ")"
                          << content << "\"}}";
  }
  void start() { serve({"--demo", "--port", "0", "--now", "2026-11-23T10:00:00Z", "--config", config}); }
  void reload() {
    const std::size_t from = read(errors).size();
    program->signal(SIGHUP);
    for (int i = 0; i < 4000 && read(errors).find("\"reloaded\"", from) == string::npos; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_NE(read(errors).find("\"reloaded\"", from), string::npos) << read(errors);
  }
  int stop() {
    program->signal(SIGTERM);
    program->rest();
    return program->ended();
  }

  static string serviceOf(const string& request) {
    rapidjson::Document document;
    document.Parse(request.c_str());
    return string("/cds-services/plumbline-") + document["hook"].GetString();
  }

  /// Bodies of the answers to some calls, without the uuids that each answer makes anew.
  std::vector<string> answers() const {
    static const std::regex kUuid(R"re("uuid":"[0-9a-f-]{36}")re");
    std::vector<string> bodies;
    for (const char* each : {"emergency", "urgent", "cleared", "structural-first", "silent"}) {
      const string request = golden::contents(string(each) + ".request.json");
      const string answer =
          ask(http::post(serviceOf(request), request, "Content-Type: application/json\r\n"));
      EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 ")) << each;
      bodies.push_back(std::regex_replace(answer.substr(answer.find("\r\n\r\n")), kUuid, ""));
    }
    return bodies;
  }
  std::pair<string, int> run(const std::vector<string>& arguments) const {
    Program command(arguments, errors);
    string out = command.rest();
    return {std::move(out), command.ended()};
  }
};

TEST_F(Upgraded, ContentThatIsTakenBackAnswersAsBeforeByteForByte) {
  name("content-1");
  start();
  const auto before = answers();
  EXPECT_THAT(before.front(), AllOf(HasSubstr("\"tier\":\"emergency\""), HasSubstr("\"version\":\"0.1.0\"")));
  name("content-2");
  reload();
  const auto after = answers();
  EXPECT_THAT(after.front(), AllOf(HasSubstr("Reworded for the test."), HasSubstr("\"version\":\"0.2.0\"")));
  name("content-1");
  reload();
  EXPECT_EQ(answers(), before);
  EXPECT_EQ(stop(), 0);
  start();
  EXPECT_EQ(answers(), before) << "nor does a restart bring it forward";
  EXPECT_EQ(stop(), 0);
}

TEST_F(Upgraded, OneStoreHoldsTheRowsOfBothAndIsReadByBoth) {
  name("content-1");
  start();
  answers();
  name("content-2");
  reload();
  answers();
  EXPECT_EQ(stop(), 0);
  name("content-1");
  start();
  answers();
  EXPECT_EQ(stop(), 0);
  const string audit = run({"report", "--config", config, "--export", "audit"}).first;
  std::map<string, int> rows;  // by content
  static const std::regex kPack(R"re("pack":"(sha256:[0-9a-f]{64})")re");
  for (std::sregex_iterator each(audit.begin(), audit.end(), kPack), end; each != end; ++each)
    ++rows[(*each)[1]];
  EXPECT_EQ(rows.size(), 2U) << audit;
  for (const string content : {"content-1", "content-2"}) {
    name(content);
    EXPECT_THAT(run({"audit", "verify", "--config", config}), Pair(testing::_, 0)) << content;
    EXPECT_THAT(run({"report", "--config", config}), Pair(HasSubstr("calls"), 0)) << content;
  }
}

}  // namespace
}  // namespace plumbline::e2e
