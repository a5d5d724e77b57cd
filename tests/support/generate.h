#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "rules/pack.h"
#include "tests/support/chart.h"

namespace plumbline::tests {

/// A made-up chart in the shorthand of tests/cases, so that one that breaks a property can be pasted there.
struct Generated {
  std::uint64_t seed = 0;
  std::string hook = "patient-view";
  std::string patient;               ///< shorthand object
  std::vector<std::string> chart;    ///< shorthand entries, each with an id of its own
  std::vector<std::string> context;  ///< entries being written in the hook
  std::vector<EhrCall::Key> keys;    ///< those not whole

  [[nodiscard]] EhrCall call(fhir::Instant now) const;

  /// The chart as a case without expectations.
  [[nodiscard]] std::string shorthand() const;
};

/// The chart of `seed`: the pack's own codes, values about its thresholds, dates about its windows, every
/// status, and keys that fail. The same seed and pack give the same chart on every machine. About one in
/// eight has a complete screen, so that `cleared` is reached.
Generated generate(const rules::Pack& pack, std::uint64_t seed);

/// Evidence of stress and nothing else, by a code, an answer or a score.
std::string stressEntry(const rules::Pack& pack, std::uint64_t seed);

/// One entry called `id` that speaks to `finding`, for or against, at some time and in some status.
std::string evidenceEntry(const rules::Pack& pack, const rules::Finding& finding, std::uint64_t seed,
                          const std::string& id);

}  // namespace plumbline::tests
