#include "rules/state.h"

#include <algorithm>
#include <chrono>

namespace plumbline::rules {
namespace {

using fhir::DateRange;
using Says = Evidence::Says;

/// The last moment from which evidence of presence can be taken back, for each part of a finding and for the
/// finding as a whole. Gathered once, so that weighing takes one pass however long the record is.
class Closings {
 public:
  Closings(const Finding& finding, const std::vector<Evidence>& evidence)
      : finding_(finding), byPart_(finding.parts.size() + 1), byQuantity_(finding.measurements.size()) {
    for (const Evidence& each : evidence) {
      if (each.when && !each.listedOnly) take(each, each.when->earliest);
    }
  }

  /// Whether later evidence takes this presence back, by the finding's conflict class. What is said of one
  /// part takes back that part alone.
  [[nodiscard]] bool close(const Evidence& present, std::chrono::seconds contradiction) const {
    const Times& whole = byPart_.front();
    const Times none;
    const Times& own = present.part ? byPart_[*present.part + 1] : none;
    const auto later = [&](const Moment& moment, Moment than) { return moment && than && *moment > *than; };
    const Moment said = present.when ? Moment(present.when->latest) : std::nullopt;
    // What the patient answers takes back what the patient said, not what somebody examined or diagnosed.
    const auto denied = present.subjective ? &Times::absent : &Times::examinedAbsent;
    const auto either = [&](Moment Times::*which, Moment than) {
      return later(whole.*which, than) || later(own.*which, than);
    };
    switch (finding_.conflict) {
      case Conflict::Symptom: return either(denied, said ? Moment(*said + contradiction) : std::nullopt);
      case Conflict::Sign: return either(denied, said);
      case Conflict::Diagnosis:
      case Conflict::Ever: return either(&Times::refuted, said);
      case Conflict::Newest: return said ? either(&Times::absent, said) : whole.absent || own.absent;
      case Conflict::Measurement:
        return !finding_.anyInWindow && present.quantity && later(byQuantity_[*present.quantity], said);
    }
    return false;
  }

 private:
  using Moment = std::optional<fhir::Instant>;
  struct Times {
    Moment absent, examinedAbsent, refuted;
  };

  void take(const Evidence& each, fhir::Instant when) {
    Times& times = byPart_[each.part ? *each.part + 1 : 0];
    const auto keep = [&](Moment& moment) { moment = std::max(moment, Moment(when)); };
    if (each.says != Says::Present && each.says != Says::Absent) return;
    if (each.quantity) keep(byQuantity_[*each.quantity]);
    if (each.refuted) keep(times.refuted);
    if (each.says != Says::Absent || (finding_.anyInWindow && each.quantity)) return;
    keep(times.absent);
    if (!each.subjective) keep(times.examinedAbsent);
  }

  const Finding& finding_;
  std::vector<Times> byPart_;  ///< the whole first, then Finding::parts
  std::vector<Moment> byQuantity_;
};

/// Weighs the evidence of a finding, or of one part of it.
class Decision {
 public:
  Decision(const Finding& finding, const std::vector<Evidence>& evidence, const Closings& closings,
           const Timeline& time, std::optional<std::size_t> part)
      : finding_(finding), evidence_(evidence), closings_(closings), time_(time), part_(part) {}

  void fill(Standing& state) const {
    const Evidence* strong = best(false);
    const Evidence* weak = best(true);
    state.weakGrade = weak ? gradeOf(*weak) : Grade::None;
    state.grade = strong ? gradeOf(*strong) : Grade::None;
    const Evidence* deciding = strong;
    if (state.grade <= Grade::History && state.weakGrade > Grade::History) {
      state.grade = state.weakGrade;
      state.weakOnly = true;
      deciding = weak;
    }
    if (state.grade > Grade::History) {
      fillPresent(state, *deciding);
    } else {
      fillOther(state);
    }
  }

 private:
  bool within(const DateRange& when, const std::optional<int>& days) const {
    return !days || fhir::maybeWithin(when, time_.now, std::chrono::days(*days));
  }

  void fillPresent(Standing& state, const Evidence& deciding) const {
    state.suspected = deciding.suspected;
    state.resolved = deciding.resolved;
    state.current =
        deciding.current && (finding_.conflict == Conflict::Ever || finding_.conflict == Conflict::Diagnosis);
    state.when = deciding.when;
    fillCourse(state);
    const bool stale = state.grade == Grade::Stale && !undatedToo();
    state.state = stale ? State::Unknown : State::Present;
    state.reason = stale ? Reason::Stale : Reason::None;
    state.contradicted = std::any_of(evidence_.begin(), evidence_.end(), [&](const Evidence& each) {
      return speaks(each, Says::Absent) && each.part == deciding.part && each.when && deciding.when &&
             each.when->latest + time_.contradiction >= deciding.when->earliest;
    });
  }

  /// Whether somebody recorded it without a date as well: that may be now, however old the rest is.
  bool undatedToo() const {
    return std::any_of(evidence_.begin(), evidence_.end(), [&](const Evidence& each) {
      const bool counts = speaks(each, Says::Present) && !each.weak && !superseded(each);
      return counts && (gradeOf(each) == Grade::UndatedSoon || gradeOf(each) == Grade::UndatedLower);
    });
  }

  /// Since when, and how often.
  void fillCourse(Standing& state) const {
    const Evidence* change = nullptr;
    for (const Evidence& each : evidence_) {
      if (speaks(each, Says::Present) && each.changed && each.when && !change) change = &each;
    }
    bool undated = false;
    for (const Evidence& each : evidence_) {
      if (!speaks(each, Says::Present) || superseded(each)) continue;
      const Grade grade = gradeOf(each);
      state.times += grade == Grade::Active ? 1 : 0;
      undated = undated || (grade == Grade::Active && !each.when && !each.weak);
      const bool counts = grade > Grade::History && each.when && !(change && *each.when < *change->when);
      if (counts && (!state.began || *each.when < *state.began)) state.began = each.when;
    }
    // What has no date may be new, whatever else was seen before: so it is while that ages, too.
    if (undated) state.began.reset();
  }

  void fillOther(Standing& state) const {
    const auto negative = std::find_if(evidence_.begin(), evidence_.end(), [&](const Evidence& each) {
      return speaks(each, Says::Absent) && each.when && surelyActive(*each.when);
    });
    if (negative != evidence_.end()) {
      state.state = State::Absent;
      state.reason = Reason::None;
      state.when = negative->when;
    } else if (newest(Says::Unreadable)) {
      state.reason = Reason::Unreadable;
    } else if (newest(Says::NotPerformed)) {
      state.reason = Reason::NotPerformed;
    } else if (const Evidence* absent = newest(Says::Absent); absent || state.grade == Grade::History) {
      state.reason = Reason::Stale;
      const Evidence* old = newest(Says::Present);
      state.when = old ? old->when : absent->when;
    }
  }

  bool surelyActive(const DateRange& when) const {
    return !finding_.activeDays ||
           fhir::surelyWithin(when, time_.now, std::chrono::days(*finding_.activeDays));
  }

  /// Whether evidence says `says` about what is decided here. The presence of a part is the presence of the
  /// finding; its absence is the finding's only where the finding is nothing but values.
  bool speaks(const Evidence& each, Says says) const {
    if (each.says != says || each.listedOnly) return false;
    if (part_) return each.part == part_ || (says == Says::Absent && !each.part);
    return says != Says::Absent || !each.part || finding_.conflict == Conflict::Measurement;
  }

  /// The first of this kind: evidence is in order, newest first, undated last.
  const Evidence* newest(Says says) const {
    const auto found = std::find_if(evidence_.begin(), evidence_.end(),
                                    [&](const Evidence& each) { return speaks(each, says); });
    return found == evidence_.end() ? nullptr : &*found;
  }

  /// The evidence of presence with the highest grade; of equal ones the newest.
  const Evidence* best(bool weak) const {
    const Evidence* found = nullptr;
    for (const Evidence& each : evidence_) {
      if (!speaks(each, Says::Present) || each.weak != weak || superseded(each)) continue;
      if (!found || gradeOf(each) > gradeOf(*found)) found = &each;
    }
    return found;
  }

  bool superseded(const Evidence& present) const { return closings_.close(present, time_.contradiction); }

  Grade gradeOf(const Evidence& each) const {
    if (finding_.conflict == Conflict::Ever) return Grade::Active;
    if (each.resolved) return resolvedGrade(each);
    if (finding_.conflict == Conflict::Diagnosis && each.current) return Grade::Active;
    if (!each.when) return undatedGrade();
    if (within(*each.when, finding_.activeDays)) return Grade::Active;
    if (!finding_.staleRaises) return Grade::History;
    if (within(*each.when, finding_.staleDays)) return Grade::Stale;
    return (!time_.episode || each.when->latest < time_.episode->earliest) ? Grade::Baseline : Grade::History;
  }

  Grade undatedGrade() const {
    switch (finding_.undated) {
      case Undated::Soon: return Grade::UndatedSoon;
      case Undated::Lower:
        return finding_.kind == Kind::RedFlag || finding_.kind == Kind::Diagnosis ? Grade::UndatedLower
                                                                                  : Grade::Active;
      case Undated::Active:
      case Undated::NotNeeded: break;
    }
    return Grade::Active;
  }

  /// Symptoms of the cauda equina and cord fluctuate: one that went away this week is not over.
  Grade resolvedGrade(const Evidence& each) const {
    const auto& end = each.ended ? each.ended : each.when;
    const bool recent = !end || within(*end, finding_.activeDays);
    return recent && finding_.staleRaises && finding_.activeDays ? Grade::Stale : Grade::History;
  }

  const Finding& finding_;
  const std::vector<Evidence>& evidence_;
  const Closings& closings_;
  const Timeline& time_;
  std::optional<std::size_t> part_;
};

}  // namespace

Tier cap(Tier rule, Grade grade) {
  switch (grade) {
    case Grade::Active: return rule;
    case Grade::Stale: return std::min(rule, Tier::Urgent);
    case Grade::UndatedLower: return oneLower(rule);
    case Grade::UndatedSoon:
    case Grade::Baseline: return std::min(rule, Tier::Soon);
    case Grade::History:
    case Grade::None: break;
  }
  return Tier::None;
}

FindingState decide(const Finding& finding, std::size_t index, std::vector<Evidence> evidence,
                    const Timeline& time) {
  FindingState state;
  state.finding = index;
  state.evidence = std::move(evidence);
  state.parts.resize(finding.parts.size());
  if (state.evidence.empty()) return state;
  const Closings closings(finding, state.evidence);
  Decision(finding, state.evidence, closings, time, std::nullopt).fill(state);
  for (std::size_t part = 0; part < state.parts.size(); ++part) {
    Decision(finding, state.evidence, closings, time, part).fill(state.parts[part]);
  }
  return state;
}

std::string_view name(State state) {
  return state == State::Present ? "present" : state == State::Absent ? "absent" : "unknown";
}

std::string_view name(Reason reason) {
  switch (reason) {
    case Reason::NotPerformed: return "not-performed";
    case Reason::Stale: return "stale";
    case Reason::Unreadable: return "unreadable";
    case Reason::NotDocumented: return "not-documented";
    case Reason::None: break;
  }
  return "";
}

}  // namespace plumbline::rules
