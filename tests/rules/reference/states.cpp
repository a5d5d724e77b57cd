#include "tests/rules/reference/states.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "tests/rules/reference/criteria.h"
#include "tests/rules/reference/known_differences.h"

namespace plumbline::tests::reference {
namespace {

using What = Said::What;

/// Of the code, else what the words of the site say: "left lower limb".
Hand handOf(const Said& each) {
  if (each.hand != Hand::Unsaid) return each.hand;
  bool left = false, right = false;
  std::istringstream site(each.site);
  for (std::string word; site >> word;) {
    for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    left = left || word == "left";
    right = right || word == "right";
  }
  if (left && right) return Hand::Both;
  return left ? Hand::Left : right ? Hand::Right : Hand::Unsaid;
}

bool oneSided(const Said& each) {
  return handOf(each) == Hand::Left || handOf(each) == Hand::Right;
}

/// Rule 2: a no to the left leg leaves the right one as it was, one to a code what other codes say.
bool deniesThat(const Said& no, const Said& present) {
  if (oneSided(no) && handOf(no) != handOf(present)) return false;
  const bool broad = no.whole && !no.refuted;
  if (broad) return !no.part || no.part == present.part;
  return no.quantity ? no.quantity == present.quantity : !no.code.empty() && no.code == present.code;
}

/// Whether `earlier` was surely over when `later` was said.
bool surelyBefore(const std::optional<Span>& earlier, const std::optional<Span>& later, Seconds grace = 0) {
  return earlier && later && earlier->to + grace < later->from;
}

bool newer(const Said& a, const Said& b) {
  if (!a.when || !b.when) return a.when.has_value() && !b.when;
  return std::pair(a.when->to, a.when->from) > std::pair(b.when->to, b.when->from);
}

/// All that has to be known to judge one finding, or one part of it.
class Judge {
 public:
  Judge(const Weighing& finding, const std::vector<Said>& evidence, const Moment& moment,
        std::optional<std::size_t> part)
      : finding_(finding), evidence_(evidence), moment_(moment), part_(part) {}

  [[nodiscard]] Judged verdict() const {
    Judged judged;
    const Said* deciding = best(false);
    const Said* weak = best(true);
    judged.age = deciding ? ageOf(*deciding) : Age::None;
    if (judged.age <= Age::History && weak && ageOf(*weak) > Age::History) {
      deciding = weak;
      judged.age = ageOf(*weak);
      judged.weakOnly = true;
    }
    if (judged.age > Age::History)
      present(judged, *deciding);
    else
      theRest(judged);
    return judged;
  }

 private:
  [[nodiscard]] bool within(const Span& when, const std::optional<Seconds>& window) const {
    return !window || maybeWithin(when, moment_.now, *window);
  }

  template <class Test>
  [[nodiscard]] bool any(const Test& test) const {
    return std::any_of(evidence_.begin(), evidence_.end(), test);
  }

  [[nodiscard]] Age undatedAge() const {
    if (finding_.undated == "soon") return Age::UndatedSoon;
    const bool needsNoDate = finding_.kind == "risk-factor" || finding_.kind == "context";
    return finding_.undated == "lower" && !needsNoDate ? Age::UndatedLower : Age::Active;
  }

  /// Rules 4 to 6, for one piece of evidence of presence.
  [[nodiscard]] Age ageOf(const Said& each) const {
    if (finding_.conflict == "ever") return Age::Active;
    if (each.resolved) {
      const auto& end = each.ended ? each.ended : each.when;
      const bool lately = !end || within(*end, finding_.active);
      return lately && finding_.active && finding_.staleRaises ? Age::Stale : Age::History;
    }
    if (finding_.conflict == "diagnosis" && each.current) return Age::Active;
    if (!each.when) return undatedAge();
    if (within(*each.when, finding_.active)) return Age::Active;
    if (!finding_.staleRaises) return Age::History;
    if (within(*each.when, finding_.stale)) return Age::Stale;
    const bool beforePain = !moment_.episode || surelyBefore(each.when, moment_.episode);
    return beforePain ? Age::Baseline : Age::History;
  }

  /// Rules 1 and 2: whether `other` takes `present` back.
  [[nodiscard]] bool takesBack(const Said& other, const Said& present) const {
    if (!other.when || other.listedOnly) return false;
    if (finding_.conflict == "measurement") {
      const bool reading = other.what == What::Present || other.what == What::Absent;
      const bool alike =
          present.quantity && other.quantity == present.quantity && handOf(other) == handOf(present);
      return !finding_.anyInWindow && reading && alike && surelyBefore(present.when, other.when);
    }
    const bool neverCloses = finding_.anyInWindow && other.quantity;
    if (other.what != What::Absent || neverCloses || !deniesThat(other, present)) return false;
    if (finding_.conflict == "ever" || finding_.conflict == "diagnosis")
      return other.refuted && surelyBefore(present.when, other.when);
    if (finding_.conflict == "newest") return !present.when || surelyBefore(present.when, other.when);
    const bool mayDeny = !other.told || present.told;
    const Seconds grace = finding_.conflict == "symptom" ? moment_.contradiction : 0;
    return mayDeny && surelyBefore(present.when, other.when, grace);
  }

  /// Presence of what is judged here that nothing takes back.
  [[nodiscard]] bool stands(const Said& each) const {
    if (each.what != What::Present || each.listedOnly || (part_ && each.part != part_)) return false;
    return !any([&](const Said& other) { return takesBack(other, each); });
  }

  /// The presence that counts most, the newest of equals.
  [[nodiscard]] const Said* best(bool weak) const {
    const Said* found = nullptr;
    for (const Said& each : evidence_) {
      if (each.weak != weak || !stands(each)) continue;
      const Age age = ageOf(each), sofar = found ? ageOf(*found) : Age::None;
      if (!found || age > sofar || (age == sofar && newer(each, *found))) found = &each;
    }
    return found;
  }

  void present(Judged& judged, const Said& deciding) const {
    // Rule 6: what somebody recorded without a date may be of today, though what has one is old.
    const bool maybeNow = any([&](const Said& each) {
      return !each.weak && stands(each) &&
             (ageOf(each) == Age::UndatedSoon || ageOf(each) == Age::UndatedLower);
    });
    const bool stale = judged.age == Age::Stale && !maybeNow;
    judged.state = stale ? State::Unknown : State::Present;
    judged.reason = stale ? "stale" : "";
    judged.contradicted = any([&](const Said& each) {
      return each.what == What::Absent && !each.listedOnly && deniesThat(each, deciding) && each.when &&
             deciding.when && !surelyBefore(each.when, deciding.when, moment_.contradiction);
    });
    const bool lasts = finding_.conflict == "ever" || finding_.conflict == "diagnosis";
    judged.current = lasts && any([&](const Said& each) {
                       return each.current && each.weak == deciding.weak && stands(each);
                     });
    judged.when = judged.last = deciding.when;
    for (const Said& each : evidence_) {
      if (!judged.last || !each.when || !each.ended || !stands(each) || ageOf(each) <= Age::History) continue;
      const auto edges = [](const Span& span) { return std::pair(span.from, span.to); };
      if (edges(*each.ended) > edges(*judged.last)) judged.last = each.ended;
    }
  }

  /// A no to what is judged here. That to a part says nothing of the finding, unless it is nothing but
  /// values.
  [[nodiscard]] bool saysNo(const Said& each) const {
    if (each.what != What::Absent || each.listedOnly) return false;
    if (!each.part) return true;
    return part_ ? each.part == part_ : finding_.conflict == "measurement";
  }

  [[nodiscard]] bool inDate(const Said& no) const {
    return no.when && (!finding_.active || surelyWithin(*no.when, moment_.now, *finding_.active));
  }

  /// The newest no of those that `counts` picks.
  template <class Test>
  [[nodiscard]] std::optional<Span> newestNo(const Test& counts) const {
    std::optional<Span> newest;
    for (const Said& each : evidence_) {
      if (!saysNo(each) || !each.whole || !inDate(each) || !counts(each)) continue;
      const bool newer =
          !newest || std::pair(each.when->to, each.when->from) > std::pair(newest->to, newest->from);
      if (newer) newest = each.when;
    }
    return newest;
  }

  /// When all of it was denied, in date: at once, or each side for itself, which is as good as the older no.
  [[nodiscard]] std::optional<Span> denied() const {
    const auto of = [&](Hand hand) { return newestNo([&](const Said& no) { return handOf(no) == hand; }); };
    const auto older = [](const Span& a, const Span& b) {
      return std::pair(a.to, a.from) < std::pair(b.to, b.from);
    };
    std::optional<Span> all = newestNo([](const Said& no) { return !oneSided(no); });
    const auto left = of(Hand::Left), right = of(Hand::Right);
    if (!left || !right) return all;
    const Span both = older(*left, *right) ? *left : *right;
    return all && older(both, *all) ? all : both;
  }

  /// Rule 2: whether something that is no no, and may be newer, leaves open whether it is there.
  [[nodiscard]] bool leftOpenAfter(const Span& no) const {
    return any([&](const Said& each) {
      const bool open = each.listedOnly ? each.what == What::Present : each.what == What::Unreadable;
      const bool here = !part_ || !each.part || each.part == part_;
      return open && here && !surelyBefore(each.when, no);
    });
  }

  /// Whether it was once denied as a whole, too long ago or nobody knows when.
  [[nodiscard]] bool deniedBefore() const {
    return any([&](const Said& each) { return saysNo(each) && each.whole && !inDate(each); });
  }

  /// Rules 2 and 4, where nothing present counts any more.
  void theRest(Judged& judged) const {
    const auto says = [&](What what) {
      return any([&](const Said& each) {
        return each.what == what && !each.listedOnly && (!part_ || each.part == part_);
      });
    };
    const auto no = denied();
    if (no && !leftOpenAfter(*no)) {
      judged.state = State::Absent;
      judged.reason.clear();
      judged.when = no;
    } else if (says(What::Unreadable)) {
      judged.reason = "unreadable";
    } else if (says(What::NotPerformed)) {
      judged.reason = "not-performed";
    } else if (judged.age == Age::History || deniedBefore()) {
      judged.reason = "stale";
    }
  }

  const Weighing& finding_;
  const std::vector<Said>& evidence_;
  const Moment& moment_;
  std::optional<std::size_t> part_;
};

}  // namespace

Judged judge(const Weighing& finding, const std::vector<Said>& evidence, const Moment& moment,
             std::optional<std::size_t> part) {
  return Judge(finding, evidence, moment, part).verdict();
}

}  // namespace plumbline::tests::reference
