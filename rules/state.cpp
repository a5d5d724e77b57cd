#include "rules/state.h"

#include <algorithm>
#include <chrono>

namespace plumbline::rules {
namespace {

using fhir::DateRange;
using Says = Evidence::Says;

bool before(const DateRange& a, const DateRange& b) {
  return a.latest < b.earliest;
}

class Decision {
 public:
  Decision(const Finding& finding, const std::vector<Evidence>& evidence, const Timeline& time)
      : finding_(finding),
        evidence_(evidence),
        now_(time.now),
        episode_(time.episode),
        contradiction_(time.contradiction) {}

  void fill(FindingState& state) const {
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
    return !days || fhir::maybeWithin(when, now_, std::chrono::days(*days));
  }

  void fillPresent(FindingState& state, const Evidence& deciding) const {
    state.suspected = deciding.suspected;
    state.resolved = deciding.resolved;
    state.when = deciding.when;
    state.state = state.grade == Grade::Stale ? State::Unknown : State::Present;
    state.reason = state.grade == Grade::Stale ? Reason::Stale : Reason::None;
    state.contradicted = std::any_of(evidence_.begin(), evidence_.end(), [&](const Evidence& each) {
      return each.says == Says::Absent && each.when && deciding.when &&
             each.when->latest + contradiction_ >= deciding.when->earliest;
    });
  }

  void fillOther(FindingState& state) const {
    const Evidence* absent = newest(Says::Absent);
    if (absent && absent->when &&
        (!finding_.activeDays ||
         fhir::surelyWithin(*absent->when, now_, std::chrono::days(*finding_.activeDays)))) {
      state.state = State::Absent;
      state.reason = Reason::None;
      state.when = absent->when;
    } else if (newest(Says::Unreadable)) {
      state.reason = Reason::Unreadable;
    } else if (newest(Says::NotPerformed)) {
      state.reason = Reason::NotPerformed;
    } else if (absent || state.grade == Grade::History) {
      state.reason = Reason::Stale;
      const Evidence* old = newest(Says::Present);
      state.when = old ? old->when : absent->when;
    }
  }

  /// The first of this kind: evidence is in order, newest first, undated last.
  const Evidence* newest(Says says) const {
    const auto found = std::find_if(evidence_.begin(), evidence_.end(), [&](const Evidence& each) {
      return each.says == says && !each.listedOnly;
    });
    return found == evidence_.end() ? nullptr : &*found;
  }

  /// The evidence of presence with the highest grade; of equal ones the newest.
  const Evidence* best(bool weak) const {
    const Evidence* found = nullptr;
    for (const Evidence& each : evidence_) {
      if (each.says != Says::Present || each.listedOnly || each.weak != weak || superseded(each)) continue;
      if (!found || gradeOf(each) > gradeOf(*found)) found = &each;
    }
    return found;
  }

  /// Whether later evidence takes this presence back, by the finding's conflict class.
  bool superseded(const Evidence& present) const {
    return std::any_of(evidence_.begin(), evidence_.end(), [&](const Evidence& other) {
      switch (finding_.conflict) {
        case Conflict::Symptom:
          return other.says == Says::Absent && other.when && present.when &&
                 other.when->earliest > present.when->latest + contradiction_;
        case Conflict::Sign:
          return other.says == Says::Absent && !other.subjective && other.when && present.when &&
                 before(*present.when, *other.when);
        case Conflict::Diagnosis:
        case Conflict::Ever:
          return other.refuted && other.when && present.when && before(*present.when, *other.when);
        case Conflict::Newest:
          return (other.says == Says::Present || other.says == Says::Absent) && other.when &&
                 (!present.when || before(*present.when, *other.when));
        case Conflict::Measurement:
          return !finding_.anyInWindow && present.quantity && other.quantity == present.quantity &&
                 other.when && (other.says == Says::Absent || other.says == Says::Present) && present.when &&
                 before(*present.when, *other.when);
      }
      return false;
    });
  }

  Grade gradeOf(const Evidence& each) const {
    if (finding_.conflict == Conflict::Ever) return Grade::Active;
    if (each.resolved) return resolvedGrade(each);
    if (finding_.conflict == Conflict::Diagnosis && !finding_.staleRaises && each.current)
      return Grade::Active;
    if (!each.when) return undatedGrade();
    if (within(*each.when, finding_.activeDays)) return Grade::Active;
    if (within(*each.when, finding_.staleDays)) return finding_.staleRaises ? Grade::Stale : Grade::History;
    const bool ages = finding_.undated == Undated::Active || finding_.undated == Undated::Soon;
    return ages && (!episode_ || before(*each.when, *episode_)) ? Grade::Baseline : Grade::History;
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
  fhir::Instant now_;
  const EpisodeStart& episode_;
  std::chrono::seconds contradiction_;
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
  Decision(finding, state.evidence, time).fill(state);
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
