/// What an upgrade of the content would change for real charts, as an operator asks before it: `plumbline
/// diff-packs OLD NEW --cases FILE`. The content of today is NEW; OLD differs from it by one change that is
/// known, so that what must be told can be counted another way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "fhir/date.h"
#include "plugin/config.h"
#include "plugin/diff_packs.h"
#include "plugin/file.h"
#include "plugin/knowledge.h"
#include "plugin/offline.h"
#include "tests/corpus/corpus.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;
using std::string;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t kCharts = 221;
/// A day on which many of the charts are open: they are of the years before.
constexpr const char* kThen = "2016-06-01T10:00:00Z";
constexpr int kYear = 2016, kMonth = 6, kDay = 1;

/// The charts as one file, and a directory for content.
class Upgrade : public testing::Test {
 protected:
  void SetUp() override {
    if (!corpus::directory()) GTEST_SKIP() << "no corpus: PLUMBLINE_CORPUS names no directory";
    directory_ = fs::temp_directory_path() / ("plumbline-upgrade-" + std::to_string(::getpid()));
    fs::create_directories(directory_);
    fs::copy(now(), directory_ / "old", fs::copy_options::recursive);
    std::ofstream cases(directory_ / "cases.ndjson");
    for (auto& file : corpus::files("patients")) {
      // JSON has no line ends within its strings.
      std::replace_if(
          file.text.begin(), file.text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
      cases << file.text << "\n";
      charts_.push_back(std::move(file.text));
    }
    ASSERT_EQ(charts_.size(), kCharts);
  }
  void TearDown() override {
    if (!directory_.empty()) fs::remove_all(directory_);
  }

  static string now() { return defaultConfig().pack; }
  static fhir::Instant then() { return fhir::parseDate(kThen)->earliest; }

  void change(const string& file, const string& from, const string& to) const {
    string text = *contentsOf(directory_ / "old" / file);
    ASSERT_NE(text.find(from), string::npos) << from;
    std::ofstream(directory_ / "old" / file) << text.replace(text.find(from), from.size(), to);
  }

  /// What diff-packs says: a line for each patient that differs, by patient, and its last lines.
  void compare(const string& before, const string& after) {
    std::ostringstream out, errors;
    ASSERT_TRUE(diffPacks({before, after, directory_ / "cases.ndjson", then()}, out, errors)) << errors.str();
    std::istringstream lines(out.str());
    for (string line; std::getline(lines, line);) {
      const auto colon = line.find(": ");
      if (line.starts_with("patient ")) {
        EXPECT_TRUE(told_.emplace(line.substr(8, colon - 8), line.substr(colon + 2)).second);
      } else {
        rest_.push_back(line);
      }
    }
  }

  fs::path directory_;
  std::vector<string> charts_;
  std::map<string, string> told_;
  std::vector<string> rest_;
};

/// The whole years a patient of that birth date has lived on that day; none where it is no whole date.
std::optional<int> ageThen(std::string_view born) {
  int year = 0, month = 0, day = 0;
  if (std::sscanf(string(born).c_str(), "%d-%d-%d", &year, &month, &day) != 3) return std::nullopt;
  return kYear - year - (std::pair(kMonth, kDay) < std::pair(month, day) ? 1 : 0);
}

/// The ids of the patients whose age was in [from, below).
std::set<string> aged(const std::vector<string>& charts, int from, int below) {
  std::set<string> ids;
  for (const string& chart : charts) {
    const auto bundle = fhir::JsonDocument::parse(chart);
    fhir::forEach(bundle->root(), "entry", [&](fhir::Json entry) {
      const auto resource = fhir::member(entry, "resource");
      if (!resource || fhir::text(*resource, "resourceType") != "Patient") return;
      const auto age = ageThen(fhir::text(*resource, "birthDate").value_or(""));
      if (age && *age >= from && *age < below) ids.emplace(*fhir::text(*resource, "id"));
    });
  }
  return ids;
}

TEST_F(Upgrade, ToContentThatCountsAFindingEarlierTellsOfThosePatientsAndOfNoOther) {
  change("findings/age-70-or-over.json", R"("ageFrom": 70)", R"("ageFrom": 75)");
  change("pack.json", R"("version": "0.1.0")", R"("version": "0.0.9")");
  compare(directory_ / "old", now());
  const auto between = aged(charts_, 70, 75);
  ASSERT_GE(between.size(), 5U) << "too few to tell anything";
  std::set<string> told;
  std::size_t moved = 0;
  for (const auto& [patient, line] : told_) {
    told.insert(patient);
    EXPECT_THAT(line, HasSubstr("; present: +age-70-or-over"));
    if (line.find("->") != string::npos) ++moved;
  }
  EXPECT_EQ(told, between);
  ASSERT_GE(rest_.size(), 3U);
  EXPECT_THAT(rest_[0], StartsWith("0.0.9 sha256:"));
  EXPECT_THAT(rest_[1], StartsWith("0.1.0 sha256:"));
  EXPECT_EQ(rest_[2], "221 charts, " + std::to_string(moved) + " with other advice, " +
                          std::to_string(between.size() - moved) +
                          " more with other findings or open items, 0 refused");
}

TEST_F(Upgrade, ToContentThatBringsAPathwayTellsOfThosePatientsWhoHaveItAndOfNoOther) {
  fs::create_directories(directory_ / "overlay");
  std::ofstream(directory_ / "overlay/overlay.json")
      << R"({"version": "1", "site": "Test", "disabled": ["cardiovascular-mimic"]})";
  compare(now() + "," + (directory_ / "overlay").string(), now());
  std::vector<fhir::Problem> problems;
  const auto pack = loadContent(now(), problems);
  ASSERT_TRUE(pack);
  std::set<string> expected, told;
  for (const string& each : charts_) {
    forEachChart(each, {*pack, then(), rules::Depth::Answer}, [&](const Chart& chart) {
      for (const std::size_t index : chart.assessment.raised) {
        if (chart.assessment.considered[index].pathway->id == "cardiovascular-mimic")
          expected.emplace(chart.patientId);
      }
    });
  }
  for (const auto& [patient, line] : told_) {
    told.insert(patient);
    EXPECT_THAT(line.substr(line.find(" -> ") + 1), HasSubstr("cardiovascular-mimic"));
    EXPECT_THAT(line.substr(0, line.find(" -> ")), testing::Not(HasSubstr("cardiovascular-mimic")));
  }
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(told, expected);
  EXPECT_THAT(rest_[2],
              StartsWith("221 charts, " + std::to_string(expected.size()) + " with other advice, 0 more"));
}

TEST_F(Upgrade, ToTheSameContentTellsOfNobody) {
  compare(directory_ / "old", now());
  EXPECT_TRUE(told_.empty());
  EXPECT_EQ(rest_[2], "221 charts, 0 with other advice, 0 more with other findings or open items, 0 refused");
  EXPECT_EQ(rest_.size(), 3U);
}

}  // namespace
}  // namespace plumbline
