#include "rules/stress.h"

#include <algorithm>
#include <map>
#include <set>

namespace plumbline::rules {
namespace {

using ResourceName = std::pair<std::string_view, std::string_view>;

/// Findings to resources, each resource used once, by the augmenting paths of a bipartite matching. Taking
/// the heaviest indicators first gives the greatest total, since matchable sets form a matroid.
class Assignment {
 public:
  explicit Assignment(const Facts& facts) : facts_(facts) {}

  bool give(std::size_t finding) {
    std::set<ResourceName> tried;
    return augment(finding, tried);
  }

 private:
  bool augment(std::size_t finding, std::set<ResourceName>& tried) {
    for (const Evidence& each : facts_.states[finding].evidence) {
      if (each.says != Evidence::Says::Present || each.listedOnly) continue;
      const ResourceName resource{each.type, each.id};
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
  std::map<ResourceName, std::size_t> holders_;
};

bool matches(const Facts& facts, const fhir::CodeableConcept& concept_,
             const std::vector<std::size_t>& findings) {
  for (const auto& coding : concept_.coding) {
    for (const CodeMatch& match : facts.pack.match(coding.system, coding.code)) {
      if (std::find(findings.begin(), findings.end(), match.finding) != findings.end()) return true;
    }
  }
  return false;
}

bool painIsRecent(const Facts& facts) {
  const Pain& pain = facts.pain;
  return pain.inPlay &&
         (pain.thisEncounter || !pain.latest ||
          fhir::maybeWithin(*pain.latest, facts.now, std::chrono::days(facts.pack.pain.newWithinDays)));
}

bool namesAnxiety(const Facts& facts, const fhir::CodeableConcept& reason) {
  const auto& words = facts.pack.stress.anxietyWords;
  return matches(facts, reason, facts.pack.stress.actsAlways) ||
         matches(facts, reason, facts.pack.stress.actsWithRecentPain) ||
         std::any_of(words.begin(), words.end(), [&](const std::string& word) {
           return holdsWord(reason.text, word) ||
                  std::any_of(reason.coding.begin(), reason.coding.end(),
                              [&](const fhir::Coding& coding) { return holdsWord(coding.display, word); });
         });
}

bool hadBefore(const fhir::MedicationUse& draft, const Facts& facts, const fhir::PatientRecord& record) {
  const auto sameDrug = [&](const fhir::MedicationUse& earlier) {
    for (const auto& a : earlier.medication.coding) {
      for (const auto& b : draft.medication.coding) {
        if (a.system == b.system && a.code == b.code) return true;
      }
    }
    return !draft.medication.text.empty() && earlier.medication.text == draft.medication.text;
  };
  return std::any_of(record.medications.begin(), record.medications.end(),
                     [&](const fhir::MedicationUse& earlier) {
                       return !earlier.draft && earlier.authored && facts.pain.start &&
                              earlier.authored->latest < facts.pain.start->earliest && sameDrug(earlier);
                     });
}

bool isAct(const fhir::MedicationUse& draft, const Facts& facts, const fhir::PatientRecord& record) {
  const MedicationClass& cls = facts.pack.medications.at(facts.pack.stress.actMedication);
  if (!draft.draft || !isOf(cls, draft) || hadBefore(draft, facts, record)) return false;
  const bool anxiety = std::any_of(draft.reasons.begin(), draft.reasons.end(),
                                   [&](const auto& reason) { return namesAnxiety(facts, reason); });
  const bool pain = std::any_of(draft.reasons.begin(), draft.reasons.end(), [&](const auto& reason) {
    return matches(facts, reason, facts.pack.stress.reasonFindings);
  });
  const bool mustSayWhy =
      std::any_of(draft.medication.coding.begin(), draft.medication.coding.end(), [&](const auto& coding) {
        return std::find(cls.onlyWithReason.begin(), cls.onlyWithReason.end(), coding.code) !=
               cls.onlyWithReason.end();
      });
  return anxiety || (!mustSayWhy && (draft.reasons.empty() || pain));
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
    specific = specific || weightOf(finding).painSpecific;
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

std::string_view attributingAct(const Facts& facts, const fhir::PatientRecord& record) {
  for (const fhir::Condition& each : record.conditions) {
    if (each.source.key != "context" || each.verificationStatus == "entered-in-error" ||
        each.verificationStatus == "refuted") {
      continue;
    }
    if (matches(facts, each.code, facts.pack.stress.actsAlways)) return "problem";
    if (matches(facts, each.code, facts.pack.stress.actsWithRecentPain) && painIsRecent(facts))
      return "problem";
  }
  const bool ordered = std::any_of(record.medications.begin(), record.medications.end(),
                                   [&](const auto& each) { return isAct(each, facts, record); });
  return ordered ? "order" : "";
}

std::string_view name(StressPattern::Strength strength) {
  return strength == StressPattern::Strength::Strong ? "strong"
         : strength == StressPattern::Strength::Some ? "some"
                                                     : "none";
}

}  // namespace plumbline::rules
