#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/record.h"
#include "rules/criteria.h"

namespace plumbline::rules {

/// How much of a stress pattern is recorded. It is weighed only after every pathway was; nothing here can
/// lower one.
struct StressPattern {
  enum class Strength { None, Some, Strong };
  Strength strength = Strength::None;
  int weight = 0;
  std::vector<std::size_t> indicators;  ///< findings of kind stress that are present
  bool calls = false;  ///< rule 16 (a): a pattern, or a diagnosis with a pain-specific indicator
};

/// One resource supports one indicator, assigned so that the total weight is greatest. Architecture §5 rules
/// 16 and 19.
StressPattern weighStress(const Facts& facts);

/// An act that attributes the pain to stress (rule 16 b): "" for none, else "problem" or "order".
std::string_view attributingAct(const Facts& facts);

std::string_view name(StressPattern::Strength strength);

}  // namespace plumbline::rules
