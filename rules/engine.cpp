#include "rules/engine.h"

#include <algorithm>

#include "rules/age.h"
#include "rules/derived.h"
#include "rules/orders.h"

namespace plumbline::rules {

/// The steps of one assessment, in order. A class only so that RedFlagsCleared has one friend.
class Engine {
 public:
  Engine(const Pack& pack, const fhir::PatientRecord& record, fhir::Instant now, Depth depth)
      : record_(record), depth_(depth), facts_{pack, record, now, {pack, record}, {}, {}, {}, {}} {
    result_.pack = &pack;
    result_.now = now;
  }

  Assessment run() {
    readDemographics();
    readFindings();
    result_.deceased = record_.patient && record_.patient->deceased;
    if (!result_.deceased && (facts_.pain.inPlay || standsAlone())) {
      weighPathways();
      if (!result_.child) result_.stress = weighStress(facts_);
      result_.act = attributingAct(facts_);
      result_.ordering = selectedClasses(facts_);
      result_.mriInDraft = mriInDraft(facts_.pack, record_);
      result_.open = openItems(facts_);
      readGaps();
      result_.tier = tier();
    }
    result_.findings = std::move(facts_.states);
    return std::move(result_);
  }

 private:
  void readDemographics() {
    if (!record_.patient) return;
    facts_.sex = record_.patient->gender;
    facts_.age = ageOf(record_, facts_.now);
    result_.child = facts_.age && facts_.age->youngest < facts_.pack.limits.adultFrom;
  }

  void readFindings() {
    const Pack& pack = facts_.pack;
    Collected collected = collectEvidence(pack, record_, facts_.medications, facts_.now);
    EvidenceTable& evidence = collected.evidence;
    result_.unreadable = record_.unreadable;
    result_.unreadable.insert(result_.unreadable.end(), collected.unread.begin(), collected.unread.end());
    std::sort(result_.unreadable.begin(), result_.unreadable.end());
    facts_.pain = findPain(pack, evidence, facts_.now);
    result_.pain = facts_.pain;
    addAge(pack, record_, facts_.pain, facts_.now, evidence);
    facts_.states.resize(pack.findings.size());
    const Timeline time{facts_.now, facts_.pain.start, pack.limits.contradiction};
    for (std::size_t f = 0; f < pack.findings.size(); ++f) {
      FindingState& state = facts_.states[f];
      state.finding = f;
      if (evidence[f].empty()) continue;
      decide(pack.findings[f], std::move(evidence[f]), time, state);
      if (pack.findings[f].kind == Kind::Mechanical && state.present()) result_.mechanical.push_back(f);
      if (std::max(state.grade, state.weakGrade) > Grade::None) recorded_.insert(f);
    }
  }

  bool standsAlone() const {
    const auto& all = facts_.pack.pain.standAlone;
    return std::any_of(all.begin(), all.end(), [&](const Criterion& each) {
      return evaluate(each, Tier::Emergency, facts_).holds == Tri::Yes;
    });
  }

  PathwayOutcome weigh(const Pathway& pathway) const {
    PathwayOutcome outcome;
    outcome.pathway = &pathway;
    for (const Rule& rule : pathway.rules) {
      if (depth_ == Depth::Answer && rule.needs && !rule.needs->meets(recorded_)) continue;
      Verdict verdict = evaluate(rule.when, rule.tier, facts_);
      const ActedTier reached = verdict.holds == Tri::Yes
                                    ? afterImaging(pathway, verdict.tier, verdict.because, facts_)
                                    : ActedTier{Tier::None};
      if (reached.tier > outcome.tier) {
        outcome.tier = reached.tier;
        outcome.acted = reached.acted;
        outcome.because.clear();
      }
      if (reached.tier != Tier::None && reached.tier == outcome.tier) {
        outcome.because.insert(verdict.because);
      }
      if (depth_ == Depth::EveryRule) outcome.rules.push_back({&rule, std::move(verdict)});
    }
    if (outcome.tier != Tier::None) outcome.plan = planFor(pathway, outcome.because, facts_);
    return outcome;
  }

  void weighPathways() {
    result_.considered.reserve(facts_.pack.pathways.size());
    for (const Pathway& pathway : facts_.pack.pathways) result_.considered.push_back(weigh(pathway));
    for (std::size_t i = 0; i < result_.considered.size(); ++i) {
      if (result_.considered[i].tier != Tier::None) result_.raised.push_back(i);
    }
    std::stable_sort(result_.raised.begin(), result_.raised.end(), [&](std::size_t a, std::size_t b) {
      return result_.considered[a].tier > result_.considered[b].tier;
    });
  }

  void readGaps() {
    for (const std::string& key : facts_.pack.screen.readWhole) {
      const fhir::Coverage coverage = record_.of(key);
      if (coverage == fhir::Coverage::Missing) result_.missing.push_back(key);
    }
    for (const auto& [key, coverage] : record_.coverage) {
      if (coverage == fhir::Coverage::Failed || coverage == fhir::Coverage::Partial)
        result_.unread.push_back(key);
    }
    std::sort(result_.missing.begin(), result_.missing.end());
  }

  bool anyUnreadable() const {
    return !result_.unread.empty() || !result_.missing.empty() || !result_.unreadable.empty() ||
           std::any_of(facts_.states.begin(), facts_.states.end(), [&](const FindingState& state) {
             return facts_.pack.findings[state.finding].isRedFlag() && state.reason == Reason::Unreadable;
           });
  }

  bool nothingElseDocumented() const {
    const auto& watched = facts_.pack.screen.notBlocking;
    return std::none_of(watched.begin(), watched.end(),
                        [&](std::size_t f) { return facts_.states[f].present(); });
  }

  Tier tier() {
    const Tier top = result_.raised.empty() ? Tier::None : result_.considered[result_.raised.front()].tier;
    if (top > Tier::Soon) return top;
    if (result_.stress.calls || !result_.act.empty()) {
      if (!result_.open.empty()) return Tier::StructuralFirst;
      if (top == Tier::None && nothingElseDocumented()) return clearOrSayWhyNot();
    }
    if (top != Tier::None) return top;
    return searchFailed() ? Tier::NotAssessable : Tier::None;
  }

  /// The screen is complete and nothing is raised: the one place a stress explanation may come from.
  Tier clearOrSayWhyNot() {
    const bool adult = facts_.age && facts_.age->youngest >= facts_.pack.limits.adultFrom;
    result_.withheld = !adult                     ? Withheld::Age
                       : anyUnreadable()          ? Withheld::Unreadable
                       : attestationLacks(facts_) ? Withheld::Attestation
                                                  : Withheld::Nothing;
    if (result_.withheld != Withheld::Nothing) return Tier::StructuralFirst;
    result_.cleared = RedFlagsCleared();
    return Tier::Cleared;
  }

  /// What came and could not be read may be anything. A key nobody supplied is a failure only where somebody
  /// thinks of stress.
  bool searchFailed() const {
    const bool stress =
        result_.stress.strength != StressPattern::Strength::None || !result_.stress.indicators.empty();
    return !result_.unread.empty() || !result_.unreadable.empty() || (stress && !result_.missing.empty());
  }

  const fhir::PatientRecord& record_;
  Depth depth_;
  Facts facts_;
  FindingSet recorded_;  ///< by anything that ever spoke for them
  Assessment result_;
};

Assessment assess(const Pack& pack, const fhir::PatientRecord& record, fhir::Instant now, Depth depth) {
  return Engine(pack, record, now, depth).run();
}

}  // namespace plumbline::rules
