#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <variant>

#include "fhir/json.h"
#include "plugin/hooks/gather.h"
#include "plugin/hooks/request.h"
#include "rules/engine.h"
#include "tests/rules/reference/answer.h"
#include "tests/rules/reference/border.h"
#include "tests/support/case.h"
#include "tests/support/generate.h"

/// The engine against a second reading of architecture §5 (chart.h says what that is), on every chart of
/// tests/cases and on generated ones.
namespace plumbline::tests::reference {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kChartsPerPart = 200;
#else
constexpr std::uint64_t kChartsPerPart = 10'000;
#endif
constexpr std::uint64_t kParts = 10;

const rules::Pack& pack() {
  static const rules::Pack loaded = [] {
    std::vector<fhir::Problem> problems;
    auto read = rules::loadPack(PLUMBLINE_CONTENT, problems);
    if (!read) throw std::runtime_error(problems.front().message);
    return *std::move(read);
  }();
  return loaded;
}

const Content& content() {
  static const Content read(PLUMBLINE_CONTENT);
  return read;
}

/// Where the two readings of one chart differ. Nothing for a call that is refused.
std::vector<std::string> compared(const EhrCall& call, fhir::Instant now) {
  const std::string text = call.request();
  const auto document = fhir::JsonDocument::parse(text);
  if (!document) return {};
  const auto request = hooks::readRequest(document->root(), nullptr);
  if (!request) return {};
  const auto gathered = hooks::gather(*request, now);
  const auto* record = std::get_if<fhir::PatientRecord>(&gathered);
  if (!record) return {};
  const rules::Assessment assessment = rules::assess(pack(), *record, now);
  return differences(answer(chartOf(assessment, *record), content()), answerOf(assessment));
}

std::string listed(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += "\n  " + line;
  return out;
}

TEST(Reference, AgreesWithTheEngineOnEveryCase) {
  for (const Case& each : readCases(PLUMBLINE_TESTS)) {
    const auto found = compared(each.call, each.now);
    EXPECT_TRUE(found.empty()) << each.file << ".json, \"" << each.name << "\"" << listed(found);
  }
}

class GeneratedCharts : public testing::TestWithParam<std::uint64_t> {};

TEST_P(GeneratedCharts, AreReadAlikeByReferenceAndEngine) {
  const std::uint64_t first = 1 + GetParam() * kChartsPerPart;
  for (std::uint64_t seed = first; seed < first + kChartsPerPart; ++seed) {
    const Generated chart = generate(pack(), seed);
    const auto found = compared(chart.call(kUsualNow), kUsualNow);
    EXPECT_TRUE(found.empty()) << listed(found) << "\nwith this chart:\n" << chart.shorthand();
  }
}

INSTANTIATE_TEST_SUITE_P(Reference, GeneratedCharts, testing::Range<std::uint64_t>(0, kParts));

}  // namespace
}  // namespace plumbline::tests::reference
