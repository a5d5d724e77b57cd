#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <variant>

#include "fhir/json.h"
#include "plugin/hooks/gather.h"
#include "plugin/hooks/request.h"
#include "rules/engine.h"
#include "tests/rules/reference/answer.h"
#include "tests/rules/reference/border.h"
#include "tests/rules/reference/focused.h"
#include "tests/support/case.h"
#include "tests/support/generate.h"
#include "tests/support/pack.h"

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

const Content& content() {
  static const Content read(PLUMBLINE_CONTENT);
  return read;
}

struct Compared {
  Answer reference;
  std::vector<std::string> differences;
};

/// Both readings of one chart. Nothing for a call that is refused.
std::optional<Compared> compared(const rules::Pack& rules, const EhrCall& call, fhir::Instant now) {
  const std::string text = call.request();
  const auto document = fhir::JsonDocument::parse(text);
  if (!document) return std::nullopt;
  const auto request = hooks::readRequest(document->root(), nullptr);
  if (!request) return std::nullopt;
  const auto gathered = hooks::gather(*request, {}, now);
  const auto* record = std::get_if<fhir::PatientRecord>(&gathered);
  if (!record) return std::nullopt;
  const rules::Assessment assessment = rules::assess(rules, *record, now, rules::Depth::EveryRule);
  Compared both{answer(chartOf(assessment, *record), content()), {}};
  both.differences = differences(both.reference, answerOf(assessment));
  return both;
}

std::string listed(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += "\n  " + line;
  return out;
}

TEST(Reference, AgreesWithTheEngineOnEveryCase) {
  for (const Case& each : readCases(PLUMBLINE_TESTS)) {
    const auto both = compared(each.requireAttestation ? strictPack() : pack(), each.call, each.now);
    if (!both) continue;
    EXPECT_TRUE(both->differences.empty())
        << each.file << ".json, \"" << each.name << "\"" << listed(both->differences);
  }
}

/// How often each rule held, and each strength of stress was reached: agreement on what never happens says
/// nothing.
class Tally {
 public:
  /// Needs five things at once; cases show it.
  static constexpr const char* kSeldom = "axial-spondyloarthritis spa-1";

  Tally() {
    for (const std::string& id : content().pathways()) {
      for (const Json& rule : content().pathway(id)["rules"].GetArray())
        seen_[id + " " + rule["id"].GetString()];
    }
    for (const char* strength :
         {"stress none", "stress some", "stress strong", "stress calls", "stress settled"})
      seen_[strength];
  }

  void add(const Answer& answer) {
    for (const auto& pathway : answer.pathways) {
      for (const auto& rule : pathway.rules)
        seen_[pathway.id + " " + rule.id] += rule.holds == Tri::Yes ? 1 : 0;
    }
    ++seen_["stress " + answer.stress.strength];
    seen_["stress settled"] += answer.stress.unsettled ? 0 : 1;
    seen_["stress calls"] += answer.stress.calls ? 1 : 0;
  }

  [[nodiscard]] std::size_t of(const std::string& what) const { return seen_.at(what); }

  [[nodiscard]] std::vector<std::string> rarerThan(std::size_t least) const {
    std::vector<std::string> rare;
    for (const auto& [what, count] : seen_) {
      if (count < least && what != kSeldom) rare.push_back(what + ": " + std::to_string(count) + " times");
    }
    return rare;
  }

 private:
  std::map<std::string, std::size_t> seen_;
};

class GeneratedCharts : public testing::TestWithParam<std::uint64_t> {};

TEST_P(GeneratedCharts, AreReadAlikeByReferenceAndEngine) {
  const std::uint64_t first = 1 + GetParam() * kChartsPerPart;
  Tally tally;
  for (std::uint64_t seed = first; seed < first + kChartsPerPart; ++seed) {
    const Generated chart = seed % 2 == 0 ? generate(pack(), seed) : focused(pack(), content(), seed);
    const auto both = compared(seed % 5 == 0 ? strictPack() : pack(), chart.call(kUsualNow), kUsualNow);
    ASSERT_TRUE(both) << chart.shorthand();
    EXPECT_TRUE(both->differences.empty()) << listed(both->differences) << "\nwith this chart:\n"
                                           << chart.shorthand();
    tally.add(both->reference);
  }
  if (kChartsPerPart >= 10'000) {
    EXPECT_GE(tally.of("stress settled"), kChartsPerPart * 95 / 100);
    EXPECT_TRUE(tally.rarerThan(1).empty()) << listed(tally.rarerThan(1));
  }
}

INSTANTIATE_TEST_SUITE_P(Reference, GeneratedCharts, testing::Range<std::uint64_t>(0, kParts));

}  // namespace
}  // namespace plumbline::tests::reference
