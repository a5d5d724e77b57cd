#include "rules/stress.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "rules/medications.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

/// A resource by type and id, and of what is written the sentence.
using SourceName = std::tuple<std::string_view, std::string_view, std::string_view, std::size_t>;

/// Findings to resources, each resource used once, by the augmenting paths of a bipartite matching. Taking
/// the heaviest indicators first gives the greatest total, since matchable sets form a matroid.
class Assignment {
 public:
  explicit Assignment(const Facts& facts) : facts_(facts) {}

  bool give(std::size_t finding) {
    std::set<SourceName> tried;
    return augment(finding, tried);
  }

 private:
  bool augment(std::size_t finding, std::set<SourceName>& tried) {
    for (const Evidence& each : facts_.states[finding].evidence) {
      if (each.says != Evidence::Says::Present || each.listedOnly) continue;
      const SourceName resource{each.type, each.id, each.kind, each.sentence};
      if (!tried.insert(resource).second) continue;
      const auto holder = holders_.find(resource);
      if (holder == holders_.end() || augment(holder->second, tried)) {
        holders_[resource] = finding;
        return true;
      }
    }
    return false;
  }

  const Facts& facts_;
  std::map<SourceName, std::size_t> holders_;
};

/// Whether the indicator is about the pain itself; some are only where a sentence says so.
bool isPainSpecific(const StressWeight& weight, const FindingState& state) {
  const auto written = [](const Evidence& each) {
    return each.fromText && each.says == Evidence::Says::Present && !each.listedOnly;
  };
  return weight.painSpecific ||
         (weight.painSpecificFromText && std::any_of(state.evidence.begin(), state.evidence.end(), written));
}

bool matches(const Facts& facts, const fhir::CodeableConcept& concept_,
             const std::vector<std::size_t>& findings) {
  bool found = false;
  for (const auto& coding : concept_.coding) {
    facts.pack.match(coding.system, coding.code, [&](std::size_t finding, const Code&) {
      found = found || std::find(findings.begin(), findings.end(), finding) != findings.end();
    });
  }
  return found;
}

bool namesAny(const std::vector<std::string>& words, const fhir::CodeableConcept& concept_) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return names(concept_, word); });
}

bool painIsRecent(const Facts& facts) {
  const Pain& pain = facts.pain;
  return pain.inPlay &&
         (pain.thisEncounter || !pain.latest ||
          fhir::maybeWithin(*pain.latest, facts.now, std::chrono::days(facts.pack.pain.newWithinDays)));
}

bool namesAnxiety(const Facts& facts, const fhir::CodeableConcept& reason) {
  const StressContent& content = facts.pack.stress;
  return matches(facts, reason, content.actsAlways) || matches(facts, reason, content.actsWithRecentPain) ||
         namesAny(content.anxietyWords, reason);
}

/// Whether an ingredient of the class in `draft` was given before the pain began.
bool hadBefore(const MedicationClass& cls, const fhir::MedicationUse& draft, const Facts& facts) {
  if (!facts.pain.start) return false;
  const auto wanted = ingredients(cls, draft);
  const auto& all = facts.record.medications;
  return std::any_of(all.begin(), all.end(), [&](const fhir::MedicationUse& earlier) {
    const bool given = !earlier.draft && !earlier.doNotPerform && earlier.status != "entered-in-error";
    if (!given || !earlier.authored || earlier.authored->latest >= facts.pain.start->earliest) return false;
    const auto had = ingredients(cls, earlier);
    return std::any_of(had.begin(), had.end(), [&](std::string_view each) { return wanted.contains(each); });
  });
}

bool isAct(std::size_t use, const Facts& facts) {
  const fhir::MedicationUse& draft = facts.record.medications[use];
  const MedicationClass& cls = facts.pack.medications[facts.pack.stress.actMedication];
  if (!draft.selected || draft.doNotPerform || draft.status == "entered-in-error") return false;
  if (!facts.medications.isOf(facts.pack.stress.actMedication, use) || hadBefore(cls, draft, facts))
    return false;
  const auto& reasons = draft.reasons;
  const bool anxiety = std::any_of(reasons.begin(), reasons.end(),
                                   [&](const auto& reason) { return namesAnxiety(facts, reason); });
  const bool pain = std::any_of(reasons.begin(), reasons.end(), [&](const auto& reason) {
    return matches(facts, reason, facts.pack.stress.reasonFindings);
  });
  const auto held = ingredients(cls, draft);
  const bool mustSayWhy = std::any_of(cls.onlyWithReason.begin(), cls.onlyWithReason.end(),
                                      [&](const std::string& name) { return held.contains(name); });
  return anxiety || (!mustSayWhy && (reasons.empty() || pain));
}

}  // namespace

StressPattern weighStress(const Facts& facts) {
  StressPattern pattern;
  std::vector<std::size_t> weighed;
  for (const FindingState& state : facts.states) {
    const auto& stress = facts.pack.findings[state.finding].stress;
    if (!stress || !state.present()) continue;
    pattern.indicators.push_back(state.finding);
    if (stress->weight > 0) weighed.push_back(state.finding);
  }
  const auto weightOf = [&](std::size_t finding) -> const StressWeight& {
    return *facts.pack.findings[finding].stress;
  };
  std::stable_sort(weighed.begin(), weighed.end(),
                   [&](std::size_t a, std::size_t b) { return weightOf(a).weight > weightOf(b).weight; });
  Assignment assignment(facts);
  std::size_t counted = 0;
  bool anchor = false, specific = false, diagnosis = false;
  for (const std::size_t finding : weighed) {
    if (!assignment.give(finding)) continue;
    ++counted;
    pattern.weight += weightOf(finding).weight;
    anchor = anchor || weightOf(finding).anchor;
    specific = specific || isPainSpecific(weightOf(finding), facts.states[finding]);
    diagnosis = diagnosis || weightOf(finding).diagnosis;
  }
  const StressContent& content = facts.pack.stress;
  const bool strong =
      pattern.weight >= content.patternWeight && counted >= content.patternIndicators && anchor;
  pattern.strength = strong               ? StressPattern::Strength::Strong
                     : pattern.weight > 0 ? StressPattern::Strength::Some
                                          : StressPattern::Strength::None;
  pattern.calls = strong || (diagnosis && specific);
  return pattern;
}

std::string_view attributingAct(const Facts& facts) {
  const StressContent& content = facts.pack.stress;
  for (const fhir::Condition& each : facts.record.conditions) {
    const bool denied = each.verificationStatus == "entered-in-error" || each.verificationStatus == "refuted";
    if (each.source.key != "context" || denied) continue;
    if (matches(facts, each.code, content.actsAlways) || namesAny(content.problemWords, each.code))
      return "problem";
    if (matches(facts, each.code, content.actsWithRecentPain) && painIsRecent(facts)) return "problem";
  }
  const auto& all = facts.record.medications;
  for (std::size_t use = 0; use < all.size(); ++use) {
    if (isAct(use, facts)) return "order";
  }
  return "";
}

std::string_view name(StressPattern::Strength strength) {
  return strength == StressPattern::Strength::Strong ? "strong"
         : strength == StressPattern::Strength::Some ? "some"
                                                     : "none";
}

}  // namespace plumbline::rules
