#include "plugin/bulk/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "plugin/bulk/parallel.h"
#include "plugin/bulk/partitions.h"
#include "tests/plugin/situations.h"

namespace plumbline::bulk {
namespace {

namespace fs = std::filesystem;
using situations::bundle;
using situations::condition;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class Evaluated : public testing::Test {
 protected:
  void SetUp() override {
    directory = fs::path(testing::TempDir()) / ("bulk-" + std::to_string(::getpid()));
    fs::remove_all(directory);
    fs::create_directories(directory);
  }
  void TearDown() override { fs::remove_all(directory); }

  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(directory / name, std::ios::binary) << text;
    return directory / name;
  }

  std::string run(const Options& options) {
    std::ostringstream results;
    std::ostringstream said;
    tally = evaluate(options, {situations::pack(), situations::now(), rules::Depth::Answer}, results, said);
    log = said.str();
    return results.str();
  }

  static Options over(std::vector<std::string> inputs) {
    Options options;
    options.inputs = std::move(inputs);
    return options;
  }

  fs::path directory;
  Tally tally;
  std::string log;
};

std::string about(std::string resource, const std::string& id) {
  return resource.replace(resource.find("Patient/p1"), 10, "Patient/" + id);
}

std::string patient(const std::string& id) {
  return R"({"resourceType":"Patient","id":")" + id + R"(","birthDate":"1992-03-04"})";
}

/// An export of `count` patients by type, each file in an order of its own; every third has a red flag.
struct Export {
  std::string patients, conditions;
  explicit Export(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id = "p-" + std::to_string(i * 7 % count);
      patients += patient(id) + "\n";
      conditions += about(condition("icd10|M54.50", "2026-11-18"), id) + "\n";
      if (i % 3 == 0) conditions += about(condition("snomed|449813001", "2026-11-22"), id) + "\n";
    }
  }
};

std::vector<std::string> sorted(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST_F(Evaluated, GathersPatientsOverAllFilesInTheirOrder) {
  const Export all(9);
  const std::string results = run(over({file("conditions", all.conditions), file("patients", all.patients)}));
  EXPECT_EQ(tally.tiers,
            (std::map<rules::Tier, std::uint64_t>{{rules::Tier::None, 6}, {rules::Tier::Emergency, 3}}));
  EXPECT_THAT(results, StartsWith(R"({"patient":"p-0",)"));
  EXPECT_LT(results.find("\"p-7\""), results.find("\"p-5\"")) << "in the order of their Patient resources";
}

TEST_F(Evaluated, SaysTheSameOfAPatientAsOfTheWholeInMemory) {
  const Export all(12);
  std::string expected;
  std::ostringstream ignored;
  forEachChart(all.patients + all.conditions, {situations::pack(), situations::now()},
               [&](const Chart& chart) {
                 Piece piece;
                 piece.add(chart, situations::pack());
                 expected += piece.results;
               });
  EXPECT_TRUE(run(over({file("patients", all.patients), file("conditions", all.conditions)})) == expected);
}

TEST_F(Evaluated, GivesTheSameLinesForAnyJobsMemoryAndShards) {
  const Export all(3000);  // more than one block, and more than the smallest memory
  const std::vector<std::string> inputs{file("patients", all.patients), file("conditions", all.conditions)};
  const std::string whole = run(over(inputs));
  Options options = over(inputs);
  options.jobs = 3;
  EXPECT_TRUE(run(options) == whole);
  options.memory = 1;
  const auto lines = sorted(whole);
  EXPECT_TRUE(sorted(run(options)) == lines);
  EXPECT_EQ(tally.refused, 0U) << log;
  std::string shards;
  for (std::size_t shard = 1; shard <= 4; ++shard) {
    options.share = {shard, 4};
    shards += run(options);
    EXPECT_GT(tally.assessed(), 500U);
  }
  EXPECT_TRUE(sorted(shards) == lines);
}

TEST_F(Evaluated, AssessesRequestsAndBundlesAsTheyCome) {
  const std::string chart = bundle({patient("b"), about(condition("icd10|M54.50", "2026-11-18"), "b")});
  const std::string results =
      run(over({file("all", chart + "\n" + situations::emergency().text() + "\n" + patient("late") + "\n")}));
  EXPECT_LT(results.find("\"b\""), results.find("\"p1\""));
  EXPECT_LT(results.find("\"p1\""), results.find("\"late\""));
}

TEST_F(Evaluated, FindsTheMedicationsThatArePrescribed) {
  const std::string drug =
      R"({"resourceType":"Medication","id":"m1","code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"8640","display":"prednisone"}]}})";
  const std::string order =
      R"({"resourceType":"MedicationRequest","id":"r1","status":"active","intent":"order","subject":{"reference":"Patient/p1"},"authoredOn":"2026-06-01","medicationReference":{"reference":"Medication/m1"}})";
  const std::string pain = condition("icd10|M54.50", "2026-11-18");
  const auto results = [&](const std::string& drugs) {
    return run(over({file("drugs", drugs), file("rest", patient("p1") + "\n" + order + "\n" + pain + "\n")}));
  };
  const std::string with = results(drug + "\n"), without = results("");
  EXPECT_TRUE(with != without);
  std::string whole;
  forEachChart(patient("p1") + "\n" + order + "\n" + pain + "\n" + drug,
               {situations::pack(), situations::now()}, [&](const Chart& chart) {
                 Piece piece;
                 piece.add(chart, situations::pack());
                 whole += piece.results;
               });
  EXPECT_TRUE(with == whole);
}

/// Lines of an export that is cleared when it is whole.
std::string clearedLines() {
  return patient("p1") + "\n" + condition("icd10|M54.50", "2026-11-18") + "\n" +
         condition("icd10|F41.1", "2026-11-01") + "\n" + condition("snomed|426068005", "2026-11-12") + "\n" +
         situations::negativeScreen() + "\n";
}

TEST_F(Evaluated, NamesALineThatCannotBeReadAndClearsNobody) {
  const auto good = file("good", clearedLines());
  run(over({good}));
  EXPECT_EQ(tally.tiers.count(rules::Tier::Cleared), 1U);
  const std::string results = run(over({good, file("bad", patient("other") + "\n{broken\n")}));
  EXPECT_THAT(results, HasSubstr("bad line 2: "));
  EXPECT_EQ(tally.refused, 1U);
  EXPECT_EQ(tally.tiers.count(rules::Tier::Cleared), 0U);
  EXPECT_EQ(tally.assessed(), 2U);
}

TEST_F(Evaluated, ClearsNobodyWhenAFileIsNotThere) {
  run(over({file("good", clearedLines()), "/nowhere/at/all"}));
  EXPECT_THAT(log, HasSubstr("/nowhere/at/all: cannot be read"));
  EXPECT_EQ(tally.refused, 1U);
  EXPECT_EQ(tally.tiers.count(rules::Tier::Cleared), 0U);
}

TEST_F(Evaluated, NamesWhatCannotBeReadOnceInAllShards) {
  Options options = over({file("bad", "{}\n{broken\n" + patient("p1") + "\n")});
  std::uint64_t refused = 0;
  for (std::size_t shard = 1; shard <= 3; ++shard) {
    options.share = {shard, 3};
    run(options);
    refused += tally.refused;
  }
  EXPECT_EQ(refused, 2U);
}

TEST_F(Evaluated, WritesToAFileAndLeavesNothingElse) {
  const Export all(20);
  Options options = over({file("patients", all.patients), file("conditions", all.conditions)});
  const std::string expected = run(options);
  options.out = directory / "results";
  std::ofstream(options.out) << "of another run";
  EXPECT_THAT(run(options), IsEmpty());
  std::ifstream in(options.out, std::ios::binary);
  EXPECT_TRUE(std::string(std::istreambuf_iterator<char>(in), {}) == expected);
  EXPECT_FALSE(fs::exists(options.out + ".work"));
}

TEST_F(Evaluated, LetsNobodyElseReadTheChartsThatWaitOnDisk) {
  Partitions partitions(directory / "waiting", 4, 10);
  partitions.add({0, true, "p1", "more than ten bytes"});
  ASSERT_TRUE(partitions.onDisk());
  EXPECT_EQ(fs::status(directory / "waiting").permissions(), fs::perms::owner_all);
}

TEST_F(Evaluated, RefusesAFileThatCannotBeWritten) {
  Options options = over({file("patients", patient("p1") + "\n")});
  options.out = "/nowhere/at/all";
  EXPECT_THROW(run(options), std::runtime_error);
}

TEST(InParallel, DoesEachOnceOnAnyNumberOfThreads) {
  for (const std::size_t jobs : {0U, 1U, 2U, 8U}) {
    std::vector<int> done(100);
    inParallel(jobs, done.size(), [&](std::size_t i) { ++done[i]; });
    EXPECT_EQ(std::count(done.begin(), done.end(), 1), 100) << jobs;
  }
}

TEST(InParallel, ThrowsWhatOneOfThemThrew) {
  EXPECT_THROW(inParallel(4, 100,
                          [](std::size_t i) {
                            if (i == 50) throw std::runtime_error("no");
                          }),
               std::runtime_error);
}

TEST(Summary, TellsThePatientsByTier) {
  Tally tally;
  tally.tiers = {{rules::Tier::None, 12345}, {rules::Tier::Urgent, 7}};
  tally.bytes = 250'000'000;
  tally.refused = 2;
  EXPECT_EQ(summary(tally, 125),
            "12,352 assessed in 2 min 5 s (250.0 MB, 2.0 MB/s), 2 refused\n"
            "  urgent              7\n"
            "  none                12,345\n");
}

}  // namespace
}  // namespace plumbline::bulk
