#include "rules/state.h"

#include <algorithm>
#include <chrono>

namespace plumbline::rules {
namespace {

using fhir::DateRange;
using Says = Evidence::Says;

/// The last moment at which each thing that can be denied was denied. Gathered once, so that weighing takes
/// one pass however long the record is.
class Closings {
 public:
  Closings(const Finding& finding, const std::vector<Evidence>& evidence) : finding_(finding) {
    for (const Evidence& each : evidence) {
      if (!each.when || each.listedOnly) continue;
      const bool value = each.quantity && (each.says == Says::Present || each.says == Says::Absent);
      if (value) note(values_, each);
      if (each.says == Says::Absent && !(finding.anyInWindow && each.quantity)) note(denials_, each);
    }
  }

  /// Whether later evidence takes this presence back, by the finding's conflict class.
  [[nodiscard]] bool close(const Evidence& present, std::chrono::seconds contradiction) const {
    if (!present.when)
      return finding_.conflict == Conflict::Newest && latest(&Denial::absent, present) > kNever;
    const fhir::Instant said = present.when->latest;
    // What the patient answers takes back what the patient said, not what somebody examined or diagnosed.
    const auto denied = present.subjective ? &Denial::absent : &Denial::examinedAbsent;
    switch (finding_.conflict) {
      case Conflict::Symptom: return latest(denied, present) > said + contradiction;
      case Conflict::Sign: return latest(denied, present) > said;
      case Conflict::Diagnosis:
      case Conflict::Ever: return latest(&Denial::refuted, present) > said;
      case Conflict::Newest: return latest(&Denial::absent, present) > said;
      case Conflict::Measurement: return !finding_.anyInWindow && replaced(present, said);
    }
    return false;
  }

 private:
  static constexpr fhir::Instant kNever = fhir::Instant::min();
  /// What is said of one thing: `what` is the first evidence that said it.
  struct Denial {
    const Evidence* what;
    fhir::Instant absent = kNever, examinedAbsent = kNever, refuted = kNever;
  };

  static bool sameThing(const Evidence& a, const Evidence& b) {
    return a.whole == b.whole && a.part == b.part && a.quantity == b.quantity && sideOf(a) == sideOf(b) &&
           a.refuted == b.refuted && a.fromText == b.fromText &&
           ((a.whole && !a.refuted) || a.code == b.code);
  }

  static void note(std::vector<Denial>& all, const Evidence& each) {
    auto found = std::find_if(all.begin(), all.end(),
                              [&](const Denial& denial) { return sameThing(*denial.what, each); });
    if (found == all.end()) found = all.insert(all.end(), Denial{&each});
    const auto keep = [&](fhir::Instant& last) { last = std::max(last, each.when->earliest); };
    keep(found->absent);
    if (each.refuted) keep(found->refuted);
    if (!each.subjective) keep(found->examinedAbsent);
  }

  fhir::Instant latest(fhir::Instant Denial::*which, const Evidence& present) const {
    fhir::Instant last = kNever;
    for (const Denial& denial : denials_) {
      // A sentence completes a screen; it takes back no coded presence.
      if (denial.what->fromText && !present.fromText) continue;
      if (concerns(*denial.what, present)) last = std::max(last, denial.*which);
    }
    return last;
  }

  /// Whether a later value of the same kind from the same side is on record.
  [[nodiscard]] bool replaced(const Evidence& present, fhir::Instant said) const {
    return present.quantity && std::any_of(values_.begin(), values_.end(), [&](const Denial& value) {
             return value.what->quantity == present.quantity && sideOf(*value.what) == sideOf(present) &&
                    value.absent > said;
           });
  }

  const Finding& finding_;
  std::vector<Denial> denials_;
  std::vector<Denial> values_;
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
    state.current = standing() && std::any_of(evidence_.begin(), evidence_.end(), [&](const Evidence& each) {
                      return each.current && each.weak == deciding.weak && speaks(each, Says::Present) &&
                             !superseded(each);
                    });
    state.when = state.last = deciding.when;
    fillCourse(state);
    const bool stale = state.grade == Grade::Stale && !undatedToo();
    state.state = stale ? State::Unknown : State::Present;
    state.reason = stale ? Reason::Stale : Reason::None;
    state.contradicted = std::any_of(evidence_.begin(), evidence_.end(), [&](const Evidence& each) {
      return each.says == Says::Absent && !each.listedOnly && concerns(each, deciding) && each.when &&
             deciding.when && each.when->latest + time_.contradiction >= deciding.when->earliest;
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
      const bool counts = each.when && !(change && *each.when < *change->when);
      const bool over = grade == Grade::History && each.resolved;
      if (counts && !over && follows(each, state.began)) state.began = each.when;
      if (counts && grade > Grade::History && state.last && each.ended && *state.last < *each.ended)
        state.last = each.ended;
    }
    // What has no date may be new, whatever else was seen before: so it is while that ages, too.
    if (undated) state.began.reset();
  }

  /// Whether what `each` tells of is the beginning of what is told of since `began`: no longer a silence lies
  /// between them than the finding stays stale. Asked of the newest first; the clock has no part in it, so
  /// that nothing becomes new by growing old.
  bool follows(const Evidence& each, const std::optional<DateRange>& began) const {
    const auto& days = finding_.staleDays ? finding_.staleDays : finding_.activeDays;
    if (!began) return true;
    return *each.when < *began && (!days || began->earliest - each.when->latest <= std::chrono::days(*days));
  }

  void fillOther(Standing& state) const {
    const Evidence* negative = specificNegative();
    const auto doubt = [&] {
      return doubted(*negative, Says::Unreadable, false) || doubted(*negative, Says::Present, true);
    };
    if (negative && !doubt()) {
      state.state = State::Absent;
      state.reason = Reason::None;
      state.when = negative->when;
    } else if (newest(Says::Unreadable)) {
      state.reason = Reason::Unreadable;
    } else if (newest(Says::NotPerformed)) {
      state.reason = Reason::NotPerformed;
    } else if (const Evidence* old = newest(Says::Present); old && state.grade == Grade::History) {
      state.reason = Reason::Stale;
      state.when = old->when;
    } else if (const Evidence* absent = outOfDate()) {
      state.reason = Reason::Stale;
      state.when = absent->when;
    }
  }

  /// The newest evidence that surely says no, on both sides, to all that is decided here; where each side is
  /// denied for itself, the older of the two.
  const Evidence* specificNegative() const {
    const Evidence* left = nullptr;
    const Evidence* right = nullptr;
    for (const Evidence& each : evidence_) {
      if (!speaks(each, Says::Absent) || !each.whole || !inDate(each)) continue;
      const Side side = sideOf(each);
      if (side != Side::Left && side != Side::Right) return &each;
      const Evidence*& newest = side == Side::Left ? left : right;
      if (!newest) newest = &each;
      if (left && right) return &each;
    }
    return nullptr;
  }

  /// Whether something else than a no came in that may be newer than `negative`: what nobody could read, or a
  /// code that alone is no evidence (`listed`). What it meant is unknown, and unknown is never no.
  bool doubted(const Evidence& negative, Says says, bool listed) const {
    return std::any_of(evidence_.begin(), evidence_.end(), [&](const Evidence& each) {
      const bool here = !part_ || !each.part || each.part == part_;
      return each.says == says && each.listedOnly == listed && here &&
             !(each.when && each.when->latest < negative.when->earliest);
    });
  }

  bool standing() const {
    return finding_.conflict == Conflict::Ever || finding_.conflict == Conflict::Diagnosis;
  }

  /// The newest no to all that is decided here that counts no more.
  const Evidence* outOfDate() const {
    const auto found = std::find_if(evidence_.begin(), evidence_.end(), [&](const Evidence& each) {
      return speaks(each, Says::Absent) && each.whole && !inDate(each);
    });
    return found == evidence_.end() ? nullptr : &*found;
  }

  bool inDate(const Evidence& absent) const { return absent.when && surelyActive(*absent.when); }

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
    if (each.longstanding) return finding_.staleRaises ? Grade::Baseline : Grade::History;
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
        return finding_.kind == Kind::RiskFactor || finding_.kind == Kind::Context ? Grade::Active
                                                                                   : Grade::UndatedLower;
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
  decide(finding, std::move(evidence), time, state);
  return state;
}

void decide(const Finding& finding, std::vector<Evidence> evidence, const Timeline& time,
            FindingState& state) {
  state.evidence = std::move(evidence);
  if (state.evidence.empty()) return;
  state.parts.resize(finding.parts.size());
  const Closings closings(finding, state.evidence);
  Decision(finding, state.evidence, closings, time, std::nullopt).fill(state);
  for (std::size_t part = 0; part < state.parts.size(); ++part) {
    Decision(finding, state.evidence, closings, time, part).fill(state.parts[part]);
  }
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
