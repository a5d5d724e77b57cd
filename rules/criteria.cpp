#include "rules/criteria.h"

#include <algorithm>
#include <array>

#include "rules/measurement.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

Verdict yes(Tier tier) {
  return {Tri::Yes, tier, {}, {}};
}

Verdict when(bool holds, Tier tier) {
  return holds ? yes(tier) : Verdict{};
}

FindingSet only(std::size_t finding) {
  FindingSet set;
  set.insert(finding);
  return set;
}

/// Whether presence is recent, young and frequent enough for what the criterion asks. Undated evidence may
/// be.
bool fits(const Criterion& criterion, const Standing& state, fhir::Instant now) {
  const auto recent = [&](const auto& when, int days) {
    return !when || fhir::maybeWithin(*when, now, std::chrono::days(days));
  };
  const bool inTime = !criterion.days || state.current ||
                      (recent(state.last, *criterion.days) && (state.last || !criterion.dated));
  const bool young = !criterion.beganDays || recent(state.began, *criterion.beganDays);
  const bool counts =
      !criterion.activeOnly || state.grade == Grade::Active || state.grade == Grade::UndatedLower;
  return inTime && young && counts && (criterion.times <= 1 || state.times >= criterion.times);
}

Verdict present(const Criterion& criterion, Tier tier, const Facts& facts) {
  const Standing& state = facts.states[criterion.finding].of(criterion.part);
  const Tier reached = state.weakOnly ? Tier::None : cap(tier, state.grade);
  if (reached != Tier::None && fits(criterion, state, facts.now)) {
    return {Tri::Yes, reached, only(criterion.finding), {}};
  }
  if (state.state == State::Unknown) return {Tri::Unknown, Tier::None, {}, only(criterion.finding)};
  return {};
}

Verdict weak(const Criterion& criterion, Tier tier, const Facts& facts) {
  const Tier reached = cap(tier, facts.states[criterion.finding].of(criterion.part).weakGrade);
  if (reached == Tier::None) return {};
  return {Tri::Yes, reached, only(criterion.finding), {}};
}

/// `count` of the parts must hold; the tier is that of the count-th best.
Verdict some(const Criterion& criterion, std::size_t count, Tier tier, const Facts& facts) {
  std::array<std::size_t, kTiers> reached{};  // how many parts hold, by tier
  Verdict total;
  std::size_t held = 0;
  std::size_t open = 0;
  for (const Criterion& part : criterion.of) {
    const Verdict verdict = evaluate(part, tier, facts);
    if (verdict.holds == Tri::Yes) {
      ++reached[static_cast<std::size_t>(verdict.tier)];
      ++held;
      total.because.insert(verdict.because);
    } else if (verdict.holds == Tri::Unknown) {
      ++open;
      total.missing.insert(verdict.missing);
    }
  }
  if (held >= count) {
    total.holds = Tri::Yes;
    std::size_t tierAt = kTiers;
    for (std::size_t best = 0; best < count; best += reached[tierAt]) --tierAt;
    total.tier = static_cast<Tier>(tierAt);
    total.missing.clear();
    return total;
  }
  if (held + open >= count) return {Tri::Unknown, Tier::None, {}, total.missing};
  return {};
}

/// Danger reads an uncertain age the dangerous way round; without a birth date adult rules hold.
Verdict age(const Criterion& criterion, Tier tier, const Facts& facts) {
  if (!facts.age) return {criterion.ageFrom ? Tri::Unknown : Tri::No, Tier::None, {}, {}};
  const bool oldEnough = !criterion.ageFrom || facts.age->oldest >= *criterion.ageFrom;
  const bool youngEnough = !criterion.ageBelow || facts.age->youngest < *criterion.ageBelow;
  return when(oldEnough && youngEnough, tier);
}

/// Since when the pain began nobody may know; then no value is surely of this episode.
bool measuredInTime(const Criterion& criterion, const Facts& facts) {
  if (criterion.hours)
    return measured(criterion.codes, facts, facts.now - std::chrono::hours(*criterion.hours));
  return facts.pain.start && measured(criterion.codes, facts, facts.pain.start->latest);
}

Verdict deficit(Tier tier, const Facts& facts) {
  Verdict found;
  for (const FindingState& state : facts.states) {
    const bool counts = state.present() && state.grade > Grade::Baseline && !state.weakOnly;
    if (!counts || !facts.pack.findings[state.finding].deficit) continue;
    found.holds = Tri::Yes;
    found.tier = std::max(found.tier, cap(tier, state.grade));
    found.because.insert(state.finding);
  }
  return found;
}

}  // namespace

Verdict evaluate(const Criterion& criterion, Tier tier, const Facts& facts) {
  switch (criterion.kind) {
    case Criterion::Kind::Present: return present(criterion, tier, facts);
    case Criterion::Kind::Weak: return weak(criterion, tier, facts);
    case Criterion::Kind::Any: return some(criterion, 1, tier, facts);
    case Criterion::Kind::All: return some(criterion, criterion.of.size(), tier, facts);
    case Criterion::Kind::AtLeast: return some(criterion, criterion.count, tier, facts);
    case Criterion::Kind::Unless:
      return when(evaluate(criterion.of.front(), tier, facts).holds != Tri::Yes, tier);
    case Criterion::Kind::Pain: return when(facts.pain.inPlay && facts.pain.in(criterion.region), tier);
    case Criterion::Kind::PainNew:
      return when(facts.pain.inPlay && facts.pain.beganWithin(facts.now, facts.pack.pain.newWithinDays),
                  tier);
    case Criterion::Kind::PainWithin:
      return when(facts.pain.inPlay && facts.pain.beganWithin(facts.now, *criterion.days), tier);
    case Criterion::Kind::Age: return age(criterion, tier, facts);
    case Criterion::Kind::Sex: return when(facts.sex == criterion.sex, tier);
    case Criterion::Kind::Medication: return when(facts.medications.takes(criterion.medication), tier);
    case Criterion::Kind::Measured: return when(measuredInTime(criterion, facts), tier);
    case Criterion::Kind::Deficit: return deficit(tier, facts);
  }
  return {};
}

bool measured(const std::vector<Code>& codes, const Facts& facts, fhir::Instant since) {
  const auto reads = [&](const fhir::Measurement& each) {
    return each.value.quantity && isAny(codes, each.code);
  };
  const auto& all = facts.record.observations;
  return std::any_of(all.begin(), all.end(), [&](const fhir::Observation& each) {
    const bool final = isFinal(each.status);
    return final && each.effective && each.effective->earliest >= since &&
           each.effective->earliest <= facts.now &&
           (reads(each.main) || std::any_of(each.components.begin(), each.components.end(), reads));
  });
}

}  // namespace plumbline::rules
