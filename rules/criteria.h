#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/criterion.h"
#include "rules/pack.h"
#include "rules/pain.h"
#include "rules/state.h"

namespace plumbline::rules {

/// All that criteria look at.
struct Facts {
  const Pack& pack;
  fhir::Instant now;
  std::optional<fhir::AgeRange> age;
  std::string_view sex;
  Pain pain;
  std::vector<FindingState> states;          ///< indexed like Pack::findings
  std::set<std::string, std::less<>> takes;  ///< medication classes with an active order
};

enum class Tri { No, Unknown, Yes };

/// What a criterion comes to. `tier` is what a rule of the asked tier ends at, and Tier::None unless Yes.
/// `because` names the findings a Yes rests on, `missing` those that would have to be known for an Unknown.
struct Verdict {
  Tri holds = Tri::No;
  Tier tier = Tier::None;
  std::set<std::size_t> because;
  std::set<std::size_t> missing;
};

/// Evaluates `criterion` for a rule of tier `tier`. Of several parts that must all hold the lowest tier
/// counts, of several of which one is enough the highest.
Verdict evaluate(const Criterion& criterion, Tier tier, const Facts& facts);

}  // namespace plumbline::rules
