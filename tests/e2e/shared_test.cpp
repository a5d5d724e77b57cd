/// Two programs over one PostgreSQL: what one showed and heard, the other knows. Run by on_postgresql.sh.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "plugin/store/schema.h"
#include "tests/e2e/running.h"
#include "tests/plugin/store/postgres.h"

namespace plumbline::e2e {
namespace {

using http::get;
using http::post;
using std::string;
using store::testing::Postgres;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const string kNow = "2026-11-23T10:00:00Z";
const string kJson = "Content-Type: application/json\r\n";
const string kOk = "HTTP/1.1 200 ";

/// One more replica of the same configuration.
class Replica : public Running {
 public:
  explicit Replica(const string& name) : Running("shared-" + name) { SetUp(); }
  ~Replica() override { TearDown(); }
  void TestBody() override {}
  using Running::ask;
  void start(const string& configuration) {
    serve({"--demo", "--config", configuration, "--port", "0", "--now", kNow});
  }

  void stop() {
    program->signal(SIGTERM);
    EXPECT_EQ(program->ended(), 0);
  }

  string askForCard() const {
    return ask(post("/cds-services/plumbline-patient-view", read(PLUMBLINE_GOLDEN "/emergency.request.json"),
                    kJson));
  }
  string override(const string& card) const {
    return ask(post("/cds-services/plumbline-patient-view/feedback",
                    R"({"feedback": [{"card": ")" + card +
                        R"(", "outcome": "overridden", "outcomeTimestamp": ")" + kNow + "\"}]}",
                    kJson));
  }
};

class Shared : public Running {
 protected:
  Shared() : Running("shared") {}
  void SetUp() override {
    Running::SetUp();
    std::ofstream(directory / "key") << string(32, 'k');
    std::filesystem::permissions(directory / "key", std::filesystem::perms(0600));
    std::ofstream(config) << R"({"store": {"type": "postgresql", "keyFile": "key", "connection": ")"
                          << Postgres::one().newSchema() << "\"}}";
  }
  string run(std::vector<string> arguments, int code = 0) const {
    for (const string& each : {string("--config"), config.string()}) arguments.push_back(each);
    Program command(arguments, errors);
    string out = command.rest();
    EXPECT_EQ(command.ended(), code) << out << read(errors);
    return out;
  }
};

TEST_F(Shared, AnOverrideAtOneReplicaKeepsItsCardAwayAtTheOtherWithinASecond) {
  Replica one("one"), two("two");
  one.start(config);
  two.start(config);
  rapidjson::Document shown;
  shown.Parse(bodyOf(one.askForCard()).c_str());
  ASSERT_FALSE(shown.HasParseError());
  const string card = shown["cards"][0]["uuid"].GetString();
  EXPECT_THAT(one.override("never-shown"), StartsWith(kOk)) << "what came before is on disk";
  EXPECT_THAT(two.override(card), AllOf(StartsWith(kOk), EndsWith("\r\n\r\n{}"))) << "shown by the other";
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  string answer = one.askForCard();
  while (!answer.ends_with("{\"cards\":[]}") && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    answer = one.askForCard();
  }
  EXPECT_THAT(answer, EndsWith("\r\n\r\n{\"cards\":[]}"));
  one.stop();
  two.stop();
  EXPECT_THAT(run({"audit", "verify"}), StartsWith("whole: "));
  rapidjson::Document report;
  report.Parse(run({"report", "--format", "json"}).c_str());
  ASSERT_FALSE(report.HasParseError());
  EXPECT_EQ(report["overridden"].GetInt(), 1);
  EXPECT_EQ(report["quarantined"].GetInt(), 1);
  EXPECT_GE(report["snoozed"].GetInt(), 1);
  EXPECT_THAT(run({"report", "--export", "feedback"}), HasSubstr("\"outcomeTimestamp\":\"" + kNow + "\""));
  EXPECT_THAT(run({"report", "--export", "audit", "--format", "csv"}), HasSubstr(",hookInstance,"));
  EXPECT_THAT(read(errors), Not(HasSubstr("elm-")));
}

TEST_F(Shared, GoesDownOneSchemaAndUpAgain) {
  Replica one("one");
  one.start(config);
  EXPECT_THAT(one.override("never-shown"), StartsWith(kOk));
  const int ours = store::schemaVersion();
  one.stop();
  EXPECT_THAT(run({"schema"}), StartsWith("schema " + std::to_string(ours) + ";"));
  EXPECT_THAT(run({"schema", "--to", std::to_string(ours - 1)}),
              StartsWith("schema " + std::to_string(ours - 1) + ";"));
  EXPECT_EQ(run({"audit", "verify"}, 1), "");
  EXPECT_THAT(read(errors), HasSubstr("schema " + std::to_string(ours - 1)));
  EXPECT_EQ(run({"schema", "--to", std::to_string(ours + 1)}, 1), "");
  EXPECT_EQ(run({"schema", "--to", "0"}, 2), "");
  one.start(config);
  EXPECT_THAT(one.ask(get("/metrics")), HasSubstr("\nplumbline_store_writable 1\n"));
  EXPECT_THAT(run({"audit", "verify"}), StartsWith("whole: 1 rows"));
}

TEST_F(Shared, DoesNotStartWithAKeyThatIsDamaged) {
  std::ofstream(directory / "key") << "ten bytes.";
  EXPECT_EQ(run({"serve", "--demo", "--port", "0"}, 1), "");
  EXPECT_THAT(read(errors), HasSubstr("is damaged: it has 10 bytes"));
}

TEST_F(Shared, JudgesNoChainByAnotherKey) {
  Replica one("one");
  one.start(config);
  EXPECT_THAT(one.override("never-shown"), StartsWith(kOk));
  one.stop();
  std::ofstream(directory / "key") << string(32, 'x');
  EXPECT_EQ(run({"audit", "verify"}, 1), "");
  EXPECT_THAT(read(errors),
              HasSubstr("key is not the key this store was made with; the chain was not judged"));
}

TEST_F(Shared, IsNotPassedOverForADirectory) {
  EXPECT_EQ(run({"serve", "--demo", "--port", "0", "--data", (directory / "data").string()}, 1), "");
  EXPECT_THAT(read(errors), HasSubstr("leave one out"));
}

}  // namespace
}  // namespace plumbline::e2e
