#include "tests/rules/reference/criteria.h"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <vector>

#include "tests/rules/reference/known_differences.h"

namespace plumbline::tests::reference {
namespace {

struct Asked {
  Tier tier;
  const Chart& chart;
  const Content& content;

  [[nodiscard]] Outcome of(const Json& criterion) const { return evaluate(criterion, tier, chart, content); }
  [[nodiscard]] Outcome when(bool holds) const { return holds ? Outcome{Tri::Yes, tier, {}} : Outcome{}; }
};

Outcome unknown() {
  return {Tri::Unknown, Tier::None, {}};
}

/// What a finding comes to that is recorded, but by weak codes alone (rule 3: listed, never raised) or not so
/// lately or so often as is asked. What is unknown stays unknown.
Outcome otherwise(const Standing& seen) {
  return seen.state == State::Unknown ? unknown() : Outcome{};
}

Outcome standing(const Standing& seen, Age age, const std::string& id, Tier tier) {
  const Tier left = afterAge(tier, age);
  if (left != Tier::None) return {Tri::Yes, left, {id}};
  return otherwise(seen);
}

const Standing& partOf(const Json& criterion, const Finding& finding) {
  return criterion.HasMember("part") ? finding.parts.at(criterion["part"].GetString()) : finding.whole;
}

Outcome present(const std::string& id, const Json* more, const Asked& asked) {
  const Finding& finding = asked.chart.findings.at(id);
  const Standing& seen = more ? partOf(*more, finding) : finding.whole;
  const Outcome base = standing(seen, seen.weakOnly ? Age::None : seen.age, id, asked.tier);
  if (base.holds != Tri::Yes || !more) return base;
  const auto inTime = [&](const char* name, const std::optional<Span>& date) {
    const Seconds now = asked.chart.now;
    return !more->HasMember(name) || !date || maybeWithin(*date, now, (*more)[name].GetInt64() * kDay);
  };
  const bool recent =
      seen.current || (inTime("withinDays", seen.last) && (seen.last || !flag(*more, "dated")));
  const bool young = inTime("beganWithinDays", seen.began);
  const bool often = !more->HasMember("times") || seen.times >= (*more)["times"].GetUint();
  const bool active = !seen.resolved && (seen.age == Age::Active || seen.age == Age::UndatedLower);
  return recent && young && often && (active || !flag(*more, "activeOnly")) ? base : otherwise(seen);
}

Outcome any(const Json& list, const Asked& asked) {
  Outcome all;
  for (const Json& each : list.GetArray()) {
    const Outcome one = asked.of(each);
    all.holds = std::max(all.holds, one.holds);
    all.tier = std::max(all.tier, one.tier);
    all.because.insert(one.because.begin(), one.because.end());
  }
  return all;
}

Outcome all(const Json& list, const Asked& asked) {
  Outcome all{Tri::Yes, asked.tier, {}};
  for (const Json& each : list.GetArray()) {
    const Outcome one = asked.of(each);
    all.holds = std::min(all.holds, one.holds);
    all.tier = std::min(all.tier, one.tier);
    all.because.insert(one.because.begin(), one.because.end());
  }
  return all.holds == Tri::Yes ? all : Outcome{all.holds, Tier::None, {}};
}

/// The count-th best is what `count` of them stand at.
Outcome atLeast(std::size_t count, const Json& list, const Asked& asked) {
  std::vector<Tier> tiers;
  std::size_t open = 0;
  Outcome all;
  for (const Json& each : list.GetArray()) {
    const Outcome one = asked.of(each);
    if (one.holds == Tri::Yes) tiers.push_back(one.tier);
    if (one.holds == Tri::Unknown) ++open;
    all.because.insert(one.because.begin(), one.because.end());
  }
  if (tiers.size() < count) return tiers.size() + open < count ? Outcome{} : unknown();
  std::sort(tiers.begin(), tiers.end(), std::greater<>());
  all.holds = Tri::Yes;
  all.tier = tiers[count - 1];
  return all;
}

/// Adult rules where nobody knows the birth date; where only its year or month is known, the reading that
/// speaks for danger.
Outcome age(const Json& limits, const Asked& asked) {
  const auto& years = asked.chart.years;
  const int adult = asked.content.pack()["limits"]["adultFromYears"].GetInt();
  Tri holds = Tri::Yes;
  if (limits.HasMember("from")) {
    const int from = limits["from"].GetInt();
    if (!years)
      holds = from <= adult ? Tri::Yes : Tri::Unknown;
    else if (years->second < from)
      holds = Tri::No;
  }
  if (limits.HasMember("below")) {
    const int below = limits["below"].GetInt();
    if (!years)
      holds = std::min(holds, below <= adult ? Tri::No : kBelowAnAgeNobodyKnows);
    else if (years->first >= below)
      holds = Tri::No;
  }
  return {holds, holds == Tri::Yes ? asked.tier : Tier::None, {}};
}

/// Rule 7: present and not baseline, and not by weak codes alone.
Outcome deficit(const Asked& asked) {
  Outcome all;
  for (const std::string& id : asked.content.findings()) {
    if (!flag(asked.content.finding(id), "deficit")) continue;
    const Standing& seen = asked.chart.findings.at(id).whole;
    const bool counts = seen.state == State::Present && !seen.weakOnly && seen.age != Age::Baseline;
    const Outcome one = standing(seen, counts ? seen.age : Age::None, id, asked.tier);
    all.holds = std::max(all.holds, one.holds);
    all.tier = std::max(all.tier, one.tier);
    all.because.insert(one.because.begin(), one.because.end());
  }
  return all.holds == Tri::Unknown ? Outcome{kSilentDeficit, Tier::None, {}} : all;
}

/// A value that is surely recent enough; without a limit, surely of this episode of pain. What is dated ahead
/// is undated (rule 6).
bool measured(const Json& criterion, const Chart& chart) {
  return std::any_of(chart.values.begin(), chart.values.end(), [&](const Value& value) {
    if (!value.final || !value.given || !hasCode(value.of, criterion["measured"])) return false;
    if (!value.at || value.at->from > chart.now) return false;
    if (criterion.HasMember("withinHours"))
      return surelyWithin(*value.at, chart.now, criterion["withinHours"].GetInt64() * kHour);
    return chart.pain.start && value.at->from >= chart.pain.start->to;
  });
}

/// The episode began at most `days` ago; an undated one may have.
bool painWithin(Seconds days, const Chart& chart) {
  if (!chart.pain.inPlay) return false;
  return !chart.pain.start || maybeWithin(*chart.pain.start, chart.now, days * kDay);
}

}  // namespace

Tier tierNamed(const std::string& name) {
  if (name == "emergency") return Tier::Emergency;
  if (name == "urgent") return Tier::Urgent;
  if (name == "soon") return Tier::Soon;
  throw std::runtime_error("no tier of a pathway: " + name);
}

Tier afterAge(Tier rule, Age age) {
  switch (age) {
    case Age::Active: return rule;
    case Age::Stale: return std::min(rule, Tier::Urgent);
    case Age::UndatedLower: return rule == Tier::Emergency ? Tier::Urgent : Tier::Soon;
    case Age::UndatedSoon:
    case Age::Baseline: return Tier::Soon;
    case Age::History:
    case Age::None: break;
  }
  return Tier::None;
}

bool maybeWithin(const Span& when, Seconds now, Seconds window) {
  return when.to >= now - window;
}

bool surelyWithin(const Span& when, Seconds now, Seconds window) {
  return when.from >= now - window;
}

Outcome evaluate(const Json& criterion, Tier tier, const Chart& chart, const Content& content) {
  const Asked asked{tier, chart, content};
  if (criterion.IsString()) return present(criterion.GetString(), nullptr, asked);
  const auto has = [&](const char* name) { return criterion.HasMember(name); };
  if (has("present")) return present(criterion["present"].GetString(), &criterion, asked);
  if (has("weak")) {
    const std::string id = criterion["weak"].GetString();
    const Standing& seen = partOf(criterion, chart.findings.at(id));
    const Outcome outcome = standing(seen, seen.weakAge, id, tier);
    return outcome.holds == Tri::Unknown ? Outcome{kSilentWeakCode, Tier::None, {}} : outcome;
  }
  if (has("any")) return any(criterion["any"], asked);
  if (has("all")) return all(criterion["all"], asked);
  if (has("atLeast")) return atLeast(criterion["atLeast"].GetUint(), criterion["of"], asked);
  if (has("unless")) return asked.when(asked.of(criterion["unless"]).holds != Tri::Yes);
  if (has("pain")) {
    const auto& regions = chart.pain.regions;
    return asked.when(chart.pain.inPlay &&
                      (regions.empty() || regions.count(criterion["pain"].GetString()) > 0));
  }
  if (has("painNew")) return asked.when(painWithin(content.pain()["newWithinDays"].GetInt64(), chart));
  if (has("painWithinDays")) return asked.when(painWithin(criterion["painWithinDays"].GetInt64(), chart));
  if (has("age")) return age(criterion["age"], asked);
  if (has("sex")) {
    if (chart.sex != "female" && chart.sex != "male") return unknown();
    return asked.when(chart.sex == criterion["sex"].GetString());
  }
  if (has("medication")) return asked.when(chart.takes.count(criterion["medication"].GetString()) > 0);
  if (has("measured")) return asked.when(measured(criterion, chart));
  if (has("deficit")) return deficit(asked);
  throw std::runtime_error("a criterion of no known kind");
}

}  // namespace plumbline::tests::reference
