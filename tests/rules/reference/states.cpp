#include "tests/rules/reference/states.h"

#include <algorithm>

#include "tests/rules/reference/criteria.h"

namespace plumbline::tests::reference {
namespace {

using What = Said::What;

Age undatedAge(const Weighing& finding) {
  if (finding.undated == "soon") return Age::UndatedSoon;
  const bool needsDate = finding.kind == "red-flag" || finding.kind == "diagnosis";
  return finding.undated == "lower" && needsDate ? Age::UndatedLower : Age::Active;
}

/// Rules 4 to 6, for one piece of evidence of presence.
Age ageOf(const Said& each, const Weighing& finding, const Moment& moment) {
  const auto within = [&](const Span& when, const std::optional<Seconds>& window) {
    return !window || maybeWithin(when, moment.now, *window);
  };
  if (finding.conflict == "ever") return Age::Active;
  if (each.resolved) {
    const auto& end = each.ended ? each.ended : each.when;
    const bool lately = !end || within(*end, finding.active);
    return lately && finding.active && finding.staleRaises ? Age::Stale : Age::History;
  }
  if (finding.conflict == "diagnosis" && each.current) return Age::Active;
  if (!each.when) return undatedAge(finding);
  if (within(*each.when, finding.active)) return Age::Active;
  if (!finding.staleRaises) return Age::History;
  if (within(*each.when, finding.stale)) return Age::Stale;
  const bool beforePain = !moment.episode || each.when->to < moment.episode->from;
  return beforePain ? Age::Baseline : Age::History;
}

/// Rules 1 and 2: whether `other` takes `present` back.
bool takesBack(const Said& other, const Said& present, const Weighing& finding, const Moment& moment) {
  if (!other.when || other.listedOnly) return false;
  const auto later = [&](Seconds grace) {
    return present.when && other.when->from > present.when->to + grace;
  };
  if (finding.conflict == "measurement") {
    const bool reading = other.what == What::Present || other.what == What::Absent;
    return !finding.anyInWindow && reading && present.quantity && other.quantity == present.quantity &&
           later(0);
  }
  if (finding.conflict == "ever" || finding.conflict == "diagnosis") return other.refuted && later(0);
  const bool neverCloses = finding.anyInWindow && other.quantity;
  if (other.what != What::Absent || neverCloses) return false;
  if (finding.conflict == "newest") return !present.when || later(0);
  const bool mayDeny = !other.told || present.told;
  return mayDeny && later(finding.conflict == "symptom" ? moment.contradiction : 0);
}

/// The presence that counts most, the newest of equals.
const Said* best(bool weak, const Weighing& finding, const std::vector<Said>& evidence,
                 const Moment& moment) {
  const Said* found = nullptr;
  const auto newer = [](const Said& a, const Said& b) {
    if (!a.when || !b.when) return a.when.has_value() && !b.when;
    return std::pair(a.when->to, a.when->from) > std::pair(b.when->to, b.when->from);
  };
  for (const Said& each : evidence) {
    if (each.what != What::Present || each.listedOnly || each.weak != weak) continue;
    const bool gone = std::any_of(evidence.begin(), evidence.end(),
                                  [&](const Said& other) { return takesBack(other, each, finding, moment); });
    if (gone) continue;
    const Age age = ageOf(each, finding, moment), sofar = found ? ageOf(*found, finding, moment) : Age::None;
    if (!found || age > sofar || (age == sofar && newer(each, *found))) found = &each;
  }
  return found;
}

/// Rules 2 and 4, where nothing present counts any more.
void judgeTheRest(Judged& judged, const Weighing& finding, const std::vector<Said>& evidence,
                  const Moment& moment) {
  const auto any = [&](const auto& test) {
    return std::any_of(evidence.begin(), evidence.end(),
                       [&](const Said& each) { return !each.listedOnly && test(each); });
  };
  const bool absent = any([&](const Said& each) {
    return each.what == What::Absent && each.when &&
           (!finding.active || surelyWithin(*each.when, moment.now, *finding.active));
  });
  if (absent) {
    judged.state = State::Absent;
    judged.reason.clear();
  } else if (any([](const Said& each) { return each.what == What::Unreadable; })) {
    judged.reason = "unreadable";
  } else if (any([](const Said& each) { return each.what == What::NotPerformed; })) {
    judged.reason = "not-performed";
  } else if (judged.age == Age::History || any([](const Said& each) { return each.what == What::Absent; })) {
    judged.reason = "stale";
  }
}

}  // namespace

Judged judge(const Weighing& finding, const std::vector<Said>& evidence, const Moment& moment) {
  Judged judged;
  const Said* deciding = best(false, finding, evidence, moment);
  judged.age = deciding ? ageOf(*deciding, finding, moment) : Age::None;
  if (judged.age <= Age::History) {
    const Said* weak = best(true, finding, evidence, moment);
    if (weak && ageOf(*weak, finding, moment) > Age::History) {
      deciding = weak;
      judged.age = ageOf(*weak, finding, moment);
      judged.weakOnly = true;
    }
  }
  if (judged.age <= Age::History) {
    judgeTheRest(judged, finding, evidence, moment);
    return judged;
  }
  judged.state = judged.age == Age::Stale ? State::Unknown : State::Present;
  judged.reason = judged.age == Age::Stale ? "stale" : "";
  judged.contradicted = std::any_of(evidence.begin(), evidence.end(), [&](const Said& each) {
    return each.what == What::Absent && !each.listedOnly && each.when && deciding->when &&
           each.when->to + moment.contradiction >= deciding->when->from;
  });
  return judged;
}

}  // namespace plumbline::tests::reference
