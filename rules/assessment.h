#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/criteria.h"
#include "rules/imaged.h"
#include "rules/plan.h"
#include "rules/screen.h"
#include "rules/stress.h"

namespace plumbline::rules {

/// One rule of a pathway and what it came to, for explanations.
struct RuleOutcome {
  const Rule* rule;
  Verdict verdict;
};

struct PathwayOutcome {
  const Pathway* pathway = nullptr;
  Tier tier = Tier::None;          ///< None: not raised
  Acted acted = Acted::No;         ///< what lowered the tier
  std::optional<Plan> plan;        ///< for a raised pathway
  FindingSet because;              ///< findings of the rules that reached the tier
  std::vector<RuleOutcome> rules;  ///< every rule, held or not; only where assess() was asked for them
};

/// Proof that every condition of rule 17 held. Only the engine can make one; a card that offers a stress
/// explanation cannot be composed without it.
class RedFlagsCleared {
  RedFlagsCleared() = default;
  friend class Engine;
};

/// What only withheld `cleared` when the screen itself was complete.
enum class Withheld { Nothing, Age, Unreadable, Attestation };

/// The whole answer about one patient at one moment. Views point into the record and the pack.
struct Assessment {
  const Pack* pack = nullptr;
  fhir::Instant now{};
  Tier tier = Tier::None;
  bool deceased = false;
  bool child = false;  ///< surely or possibly under 18
  Pain pain;
  std::vector<FindingState> findings;      ///< indexed like Pack::findings
  std::vector<PathwayOutcome> considered;  ///< every pathway, in the pack's order
  std::vector<std::size_t> raised;         ///< indexes into `considered`: the lead first
  StressPattern stress;
  std::vector<std::size_t> mechanical;  ///< mechanical findings that are present
  std::string_view act;                 ///< "problem", "order" or ""
  std::vector<OpenItem> open;           ///< of the structural screen
  Withheld withheld = Withheld::Nothing;
  std::vector<std::string> unread;           ///< prefetch keys that failed or were read in part, sorted
  std::vector<std::string> missing;          ///< prefetch keys nobody supplied, sorted
  std::vector<fhir::Unreadable> unreadable;  ///< resources
  std::vector<std::size_t> ordering;         ///< classes of what is being ordered, indexes into Pack::orders
  bool mriInDraft = false;
  std::optional<RedFlagsCleared> cleared;  ///< set exactly when tier is Cleared

  [[nodiscard]] const PathwayOutcome* lead() const {
    return raised.empty() ? nullptr : &considered[raised.front()];
  }
  [[nodiscard]] bool present(std::size_t finding) const { return findings[finding].present(); }
};

}  // namespace plumbline::rules
