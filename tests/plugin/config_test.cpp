#include "plugin/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "plugin/knowledge.h"
#include "tests/plugin/config_fixture.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::Contains;
using testing::IsEmpty;
using testing::SizeIs;

void expectSame(const Config& a, const Config& b) {
  EXPECT_EQ(a.limits.head.bodyBytes, b.limits.head.bodyBytes);
  EXPECT_EQ(a.limits.head.bytes, b.limits.head.bytes);
  EXPECT_EQ(a.limits.headTime, b.limits.headTime);
  EXPECT_EQ(a.limits.idleTime, b.limits.idleTime);
  EXPECT_EQ(a.limits.bodyBytesPerSecond, b.limits.bodyBytesPerSecond);
  EXPECT_EQ(a.limits.bytesInFlight, b.limits.bytesInFlight);
  EXPECT_EQ(a.connections, b.connections);
  EXPECT_EQ(a.drain, b.drain);
  EXPECT_EQ(a.grouping, b.grouping);
  EXPECT_EQ(a.requireAttestation, b.requireAttestation);
  EXPECT_EQ(a.listen.tls, b.listen.tls);
  EXPECT_EQ(a.clients, b.clients);
  EXPECT_EQ(a.discovery, b.discovery);
  EXPECT_EQ(a.baseUrl, b.baseUrl);
  EXPECT_EQ(a.development, b.development);
  EXPECT_EQ(a.corsOrigins, b.corsOrigins);
  EXPECT_EQ(a.authority, b.authority);
  EXPECT_EQ(a.rates, b.rates);
  EXPECT_EQ(a.pack, b.pack);
  EXPECT_EQ(a.review, b.review);
  EXPECT_EQ(a.admin.has_value(), b.admin.has_value());
}

TEST_F(Configuration, ReadsEveryOption) {
  const auto config = load(R"({
    "listen": {"address": "127.0.0.1", "port": 1234}, "admin": {"address": "127.0.0.1", "port": 1235},
    "knowledge": {"pack": "ours/content"},
    "limits": {"bodyBytes": 2048, "headerBytes": 4096, "headerSeconds": 3, "idleSeconds": 7,
               "bodyBytesPerSecond": 99, "bytesInFlight": 4096, "connections": 12, "drainSeconds": 0},
    "cards": {"grouping": "per-pathway"}, "screen": {"requireAttestation": true}})");
  for (const auto& each : problems_) ADD_FAILURE() << each.pointer << ": " << each.message;
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen.address, "127.0.0.1");
  EXPECT_EQ(config->listen.port, 1234);
  ASSERT_TRUE(config->admin);
  EXPECT_EQ(config->admin->address, "127.0.0.1");
  EXPECT_EQ(config->admin->port, 1235);
  EXPECT_EQ(config->pack, (directory_ / "ours/content").string());
  EXPECT_EQ(config->limits.head.bodyBytes, 2048U);
  EXPECT_EQ(config->limits.head.bytes, 4096U);
  EXPECT_EQ(config->limits.headTime, 3s);
  EXPECT_EQ(config->limits.idleTime, 7s);
  EXPECT_EQ(config->limits.bodyBytesPerSecond, 99U);
  EXPECT_EQ(config->limits.bytesInFlight, 4096U);
  EXPECT_EQ(config->connections, 12);
  EXPECT_EQ(config->drain, 0s);
  EXPECT_EQ(config->grouping, cards::Grouping::PerPathway);
  EXPECT_TRUE(config->requireAttestation);
  EXPECT_EQ(load(R"({"review": {"shown": 5, "overriddenPercent": 40, "ignoredPercent": 70}})")->review,
            (report::ReviewLimits{5, 40, 70}));
}

TEST_F(Configuration, TakesAnAbsolutePackAsItIsAndAnEmptyFileAsTheDefaults) {
  EXPECT_EQ(load(R"({"knowledge": {"pack": "/srv/content"}})")->pack, "/srv/content");
  const auto empty = load("{}");
  ASSERT_TRUE(empty);
  expectSame(*empty, defaultConfig());
  EXPECT_FALSE(empty->requireAttestation);
  EXPECT_EQ(empty->listen.address, "127.0.0.1");
}

TEST_F(Configuration, HasTheDefaultsThatTheDocumentedFileGives) {
  std::vector<fhir::Problem> problems;
  const auto documented = loadConfig(PLUMBLINE_DEPLOY "/plumbline.jsonc", problems);
  EXPECT_THAT(problems, IsEmpty());
  ASSERT_TRUE(documented);
  expectSame(*documented, defaultConfig());
  EXPECT_EQ(documented->listen.address, defaultConfig().listen.address);
}

/// Every option of the schema stands in the documented file, commented out or not.
TEST_F(Configuration, DocumentsEveryOptionOfTheSchema) {
  std::ifstream in(PLUMBLINE_DEPLOY "/plumbline.jsonc");
  const std::string documented((std::istreambuf_iterator<char>(in)), {});
  std::vector<fhir::Problem> problems;
  const auto schema = fhir::readAuthored(PLUMBLINE_DEPLOY "/plumbline.schema.json", "schema", problems);
  ASSERT_THAT(problems, IsEmpty());
  for (const auto& option : schema["properties"].GetObject()) {
    EXPECT_NE(documented.find('"' + std::string(option.name.GetString()) + '"'), std::string::npos)
        << option.name.GetString();
    if (!option.value.HasMember("properties")) continue;
    for (const auto& inner : option.value["properties"].GetObject()) {
      EXPECT_NE(documented.find('"' + std::string(inner.name.GetString()) + '"'), std::string::npos)
          << inner.name.GetString();
    }
  }
}

TEST_F(Configuration, ReadsTheRollout) {
  const auto config = load(R"({"rollout": {"default": "pilot",
    "pathways": {"cauda-equina": "on", "cleared": "off"}, "services": {"plumbline-order-select": "silent"},
    "pilot": {"percent": 20, "seed": "spring", "places": ["Location/ed"]}}})");
  ASSERT_TRUE(config);
  const Rollout rollout = rolloutOf(*config, true);
  EXPECT_EQ(rollout.standard, Mode::Pilot);
  EXPECT_EQ(rollout.answers.at("cauda-equina"), Mode::On);
  EXPECT_EQ(rollout.answers.at("cleared"), Mode::Off);
  EXPECT_EQ(rollout.services.at("plumbline-order-select"), Mode::Silent);
  EXPECT_EQ(rollout.pilot.percent, 20);
  EXPECT_EQ(rollout.pilot.seed, "spring");
  EXPECT_EQ(rollout.pilot.places, std::vector<std::string>{"Location/ed"});
}

TEST_F(Configuration, BringsOutEverythingInADemoAndElseWhatTheSiteSays) {
  EXPECT_EQ(rolloutOf(defaultConfig(), true).standard, Mode::On);
  EXPECT_EQ(rolloutOf(defaultConfig(), false).standard, Mode::Silent);
  EXPECT_EQ(rolloutOf(*load(R"({"rollout": {"default": "silent"}})"), true).standard, Mode::Silent);
  EXPECT_EQ(rolloutOf(*load(R"({"rollout": {"default": "on"}})"), false).standard, Mode::On);
}

TEST_F(Configuration, ReportsAnswersToBringOutThatTheContentDoesNotHave) {
  const auto config = load(R"({"rollout": {"pathways": {"cauda-equina": "on", "structural-first": "on",
    "cauda-equine": "silent", "emergency": "off"}}})");
  ASSERT_TRUE(config);
  checkSite(*config, *loadContent(defaultConfig().pack, problems_), file_, problems_);
  ASSERT_THAT(problems_, SizeIs(2));
  EXPECT_EQ(problems_[0].pointer, "/rollout/pathways/cauda-equine");
  EXPECT_EQ(problems_[1].pointer, "/rollout/pathways/emergency");
}

TEST_F(Configuration, ReadsHowLongOverridesHoldAndReportsReasonsThatNoCardOffers) {
  const auto config = load(R"({"cards": {"snoozeHours": {"already-assessed": 6, "other": 0, "bored": 5}}})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->snooze.at("already-assessed"), 6h);
  EXPECT_EQ(config->snooze.at("other"), 0h);
  checkSite(*config, *loadContent(defaultConfig().pack, problems_), file_, problems_);
  ASSERT_THAT(problems_, SizeIs(1));
  EXPECT_EQ(problems_[0].pointer, "/cards/snoozeHours/bored");
}

TEST_F(Configuration, NamesEachKindOfMistakeByItsPointer) {
  const struct {
    std::string text, pointer;
  } mistakes[] = {
      {R"({"lsiten": {"port": 1}})", "/lsiten"},
      {R"({"listen": {"port": 1, "tsl": {}}})", "/listen/tsl"},
      {R"({"listen": {"port": 1, "tls": {"certificate": "a.pem"}}})", "/listen/tls"},
      {R"({"admin": {"port": 1, "tls": {}}})", "/admin/tls"},
      {R"({"listen": {"port": 1, "address": "localhost"}})", "/listen/address"},
      {R"({"admin": {"port": 1, "address": "::1::"}})", "/admin/address"},
      {R"({"cards": {"snoozeHours": {"other": 2161}}})", "/cards/snoozeHours/other"},
      {R"({"rollout": {"default": "of"}})", "/rollout/default"},
      {R"({"rollout": {"pathways": {"cauda-equina": true}}})", "/rollout/pathways/cauda-equina"},
      {R"({"rollout": {"services": {"patient-view": "on"}}})", "/rollout/services/patient-view"},
      {R"({"rollout": {"default": "pilot"}})", "/rollout/pilot"},
      {R"({"rollout": {"pilot": {"percent": 101}}})", "/rollout/pilot/percent"},
      {R"({"limits": {"bodyByte": 4096}})", "/limits/bodyByte"},
      {R"({"cards": {"groupping": "single"}})", "/cards/groupping"},
      {R"({"knowledge": {"path": "x"}})", "/knowledge/path"},
      {R"({"listen": 8080})", "/listen"},
      {R"({"listen": {"port": "8080"}})", "/listen/port"},
      {R"({"listen": {"port": 65536}})", "/listen/port"},
      {R"({"listen": {"port": -1}})", "/listen/port"},
      {R"({"listen": {"port": 80.5}})", "/listen/port"},
      {R"({"listen": {"port": 1, "address": ""}})", "/listen/address"},
      {R"({"admin": {"port": null}})", "/admin/port"},
      {R"({"knowledge": {"pack": ""}})", "/knowledge/pack"},
      {R"({"limits": {"bodyBytes": 1}})", "/limits/bodyBytes"},
      {R"({"limits": {"bodyBytes": 99999999999}})", "/limits/bodyBytes"},
      {R"({"limits": {"idleSeconds": 0}})", "/limits/idleSeconds"},
      {R"({"limits": {"connections": 1e9}})", "/limits/connections"},
      {R"({"limits": {"drainSeconds": true}})", "/limits/drainSeconds"},
      {R"({"cards": {"grouping": "many"}})", "/cards/grouping"},
      {R"([])", ""},
      {R"({"listen": )", ""},
  };
  for (const auto& each : mistakes)
    EXPECT_THAT(pointers(each.text), testing::ElementsAre(each.pointer)) << each.text;
}

TEST_F(Configuration, NamesAMissingPort) {
  EXPECT_FALSE(load(R"({"listen": {"address": "127.0.0.1"}})"));
  ASSERT_THAT(problems_, SizeIs(1));
  EXPECT_TRUE(problems_.front().pointer.starts_with("/listen"));
  EXPECT_NE((problems_.front().pointer + problems_.front().message).find("port"), std::string::npos);
}

TEST_F(Configuration, NamesEveryMistakeAndNotOnlyTheFirst) {
  EXPECT_THAT(pointers(R"({"nonsense": 1, "listen": {"port": -1}, "cards": {"grouping": 3}})"),
              testing::UnorderedElementsAre("/nonsense", "/listen/port", "/cards/grouping"));
}

TEST_F(Configuration, RefusesValuesThatDoNotGoTogether) {
  EXPECT_THAT(pointers(R"({"listen": {"port": 8080}, "admin": {"port": 8080}})"),
              testing::ElementsAre("/admin/port"));
  EXPECT_TRUE(load(R"({"listen": {"port": 0}, "admin": {"port": 0}})")) << "each takes a free one";
  EXPECT_THAT(pointers(R"({"limits": {"bodyBytes": 8192, "bytesInFlight": 8191}})"),
              testing::ElementsAre("/limits/bytesInFlight"));
  EXPECT_TRUE(load(R"({"limits": {"bodyBytes": 8192, "bytesInFlight": 8192}})"));
}

TEST_F(Configuration, ReadsTheCodesAndLinksOfASiteAndRefusesWhatIsNotHttps) {
  const auto config = load(R"({"cards": {
    "orders": {"lumbar-mri/stat": {"code": "IMG1", "system": "urn:site"},
               "crp": {"code": "LAB2", "system": "urn:site", "display": "CRP"}},
    "links": {"explanation": "https://p.example/knowledge", "screen": "https://p.example/launch"}}})");
  for (const auto& each : problems_) ADD_FAILURE() << each.pointer << ": " << each.message;
  ASSERT_TRUE(config);
  EXPECT_EQ(config->site.orders.at("lumbar-mri/stat"), (cards::SiteOrder{"IMG1", "urn:site", ""}));
  EXPECT_EQ(config->site.orders.at("crp"), (cards::SiteOrder{"LAB2", "urn:site", "CRP"}));
  EXPECT_EQ(config->site.explanationUrl, "https://p.example/knowledge");
  EXPECT_EQ(config->site.screenUrl, "https://p.example/launch");
  EXPECT_EQ(
      pointers(R"({"cards": {"links": {"explanation": "http://p.example", "screen": "javascript:x"}}})"),
      (std::vector<std::string>{"/cards/links/explanation", "/cards/links/screen"}));
  EXPECT_FALSE(pointers(R"({"cards": {"orders": {"crp": {"code": "LAB2"}}}})").empty()) << "no system";
}

TEST_F(Configuration, ShowsWhatWasFoundInAChartForSomeHoursWhereItIsToldTo) {
  const auto with = [](const std::string& explanations,
                       const std::string& page = "https://p.example/knowledge") {
    return R"({"cards": {"links": {"explanation": ")" + page + R"("}, "explanations": )" + explanations +
           "}}";
  };
  EXPECT_EQ(load("{}")->site.explanationLife.count(), 0) << "only where it is told to";
  EXPECT_EQ(load(with(R"({"ofPatient": false, "hours": 3})"))->site.explanationLife.count(), 0);
  EXPECT_EQ(load(with(R"({"ofPatient": true})"))->site.explanationLife.count(), 8);
  EXPECT_EQ(load(with(R"({"ofPatient": true, "hours": 24})"))->site.explanationLife.count(), 24);
  EXPECT_EQ(pointers(with(R"({"ofPatient": true, "hours": 25})")),
            std::vector<std::string>{"/cards/explanations/hours"});
  EXPECT_EQ(pointers(with(R"({"ofPatient": true})", "https://site.example/how.html")),
            std::vector<std::string>{"/cards/explanations/ofPatient"})
      << "nobody else is sent what opens it";
  EXPECT_EQ(pointers(R"({"cards": {"explanations": {"ofPatient": true}}})"),
            std::vector<std::string>{"/cards/explanations/ofPatient"});
}

TEST_F(Configuration, ReportsMappedOrdersThatTheContentDoesNotOffer) {
  const auto config = load(R"({"cards": {"orders": {"crp": {"code": "1", "system": "s"},
                                                    "brain-mri": {"code": "2", "system": "s"}}}})");
  ASSERT_TRUE(config);
  const auto content = loadContent(config->pack, problems_);
  ASSERT_TRUE(content);
  checkSite(*config, *content, file_, problems_);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_.front().pointer, "/cards/orders/brain-mri");
}

TEST_F(Configuration, NamesWhatOfAChangeNeedsARestart) {
  const Config before = defaultConfig();
  Config after = before;
  after.grouping = cards::Grouping::PerPathway;
  after.pack = "elsewhere";
  after.baseUrl = "https://cds.example";
  EXPECT_THAT(needRestart(before, after), IsEmpty()) << "these are in force after a reload";
  after.listen.address = "127.0.0.2";
  after.admin = Listen{};
  after.drain = 1s;
  EXPECT_THAT(needRestart(before, after), testing::ElementsAre("listen", "baseUrl", "admin", "limits"))
      << "tokens are meant for an address at which nothing would listen";
  Config other = before;
  other.limits.head.bodyBytes = 1;
  EXPECT_THAT(needRestart(before, other), testing::ElementsAre("limits"));
}

TEST_F(Configuration, NamesProblemsOfContentWithItsDirectory) {
  const fs::path pack = directory_ / "content";
  fs::copy(contentDirectory() + "/content", pack, fs::copy_options::recursive);
  std::ofstream(pack / "overrides.json") << "[";
  EXPECT_FALSE(loadContent(pack.string(), problems_));
  EXPECT_THAT(problems_, Contains(testing::Field(&fhir::Problem::file, (pack / "overrides.json").string())));
  problems_.clear();
  EXPECT_FALSE(loadContent((directory_ / "none").string(), problems_));
  ASSERT_THAT(problems_, SizeIs(1));
  EXPECT_EQ(problems_.front().file, (directory_ / "none").string());
}

TEST_F(Configuration, PrintsAProblemOfAWholeFileWithoutAStrayColon) {
  EXPECT_EQ(printed({"a.json", "/b", "is wrong"}), "a.json:/b: is wrong");
  EXPECT_EQ(printed({"a.json", "", "is wrong"}), "a.json: is wrong");
}

TEST_F(Configuration, RefusesAKeyTwice) {
  EXPECT_FALSE(load(R"({"cards": {}, "cards": {"grouping": "single"}})"));
  EXPECT_THAT(problems_, SizeIs(1));
}

TEST_F(Configuration, SaysThatAFileCannotBeRead) {
  EXPECT_FALSE(loadConfig((directory_ / "none.jsonc").string(), problems_));
  EXPECT_FALSE(loadConfig(directory_.string(), problems_));
  ASSERT_THAT(problems_, SizeIs(2));
  EXPECT_EQ(printed(problems_.back()), directory_.string() + ": is a directory, where a file is wanted");
}

TEST_F(Configuration, FindsContentAndSchemaOfThisBuild) {
  EXPECT_TRUE(fs::exists(contentDirectory() + "/content/pack.json"));
  EXPECT_TRUE(fs::exists(contentDirectory() + "/plumbline.schema.json"));
}

}  // namespace
}  // namespace plumbline
