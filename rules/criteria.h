#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/criterion.h"
#include "rules/finding_set.h"
#include "rules/medications.h"
#include "rules/pack.h"
#include "rules/pain.h"
#include "rules/state.h"

namespace plumbline::rules {

/// All that criteria look at.
struct Facts {
  const Pack& pack;
  const fhir::PatientRecord& record;
  fhir::Instant now;
  MedicationClasses medications;
  std::optional<fhir::AgeRange> age;
  std::string_view sex;
  Pain pain;
  std::vector<FindingState> states;  ///< indexed like Pack::findings
};

enum class Tri { No, Unknown, Yes };

/// What a criterion comes to. `tier` is what a rule of the asked tier ends at, and Tier::None unless Yes.
/// `because` names the findings a Yes rests on, `missing` those that would have to be known for an Unknown.
struct Verdict {
  Tri holds = Tri::No;
  Tier tier = Tier::None;
  FindingSet because;
  FindingSet missing;
};

/// Evaluates `criterion` for a rule of tier `tier`. Of several parts that must all hold the lowest tier
/// counts, of several of which one is enough the highest.
Verdict evaluate(const Criterion& criterion, Tier tier, const Facts& facts);

/// Whether there is a final value of one of `codes` from surely no earlier than `since`.
bool measured(const std::vector<Code>& codes, const Facts& facts, fhir::Instant since);

}  // namespace plumbline::rules
