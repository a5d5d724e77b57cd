#include <algorithm>
#include <map>

#include "tests/rules/reference/answer.h"
#include "tests/rules/reference/known_differences.h"

namespace plumbline::tests::reference {
namespace {

bool holdsOneOf(const Named& named, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::any_of(named.words.begin(), named.words.end(),
                       [&](const std::string& text) { return text.find(word) != std::string::npos; });
  });
}

bool covers(const Json& kind, const std::string& pathway, const Named& done) {
  const auto names = [&](const char* list) {
    const auto covered = strings(kind, list);
    return std::find(covered.begin(), covered.end(), pathway) != covered.end();
  };
  if (!names("covers")) return false;
  if (!hasCode(done, kind["codes"]) && !holdsOneOf(done, strings(kind, "words"))) return false;
  if (!names("coversOnlyWithContrast") || holdsOneOf(done, strings(kind, "contrastWords"))) return true;
  const Json& codes = kind["codes"];
  return std::any_of(codes.Begin(), codes.End(), [&](const Json& code) {
    Json one(rapidjson::kArrayType);
    rapidjson::Document::AllocatorType memory;
    one.PushBack(Json(code, memory), memory);
    return flag(code, "contrast") && hasCode(done, one);
  });
}

bool before(const Span& moment, const std::optional<Span>& when) {
  return when && when->to < moment.from;
}

/// How long nobody may have written a code down before it is news again; none: however long.
std::optional<Seconds> silence(const Json& finding) {
  if (!finding.HasMember("window")) return std::nullopt;
  const Json& window = finding["window"];
  return window[window.HasMember("staleDays") ? "staleDays" : "activeDays"].GetInt64() * kDay;
}

/// Oldest first. What was written on one day and may be the end of a run is taken for its end, and what may
/// be its start for its start, since the later date is the cautious one.
bool earlierInRun(const Trace* a, const Trace* b) {
  const auto date = [](const Trace* each) { return std::pair(each->when->to, each->when->from); };
  if (date(a) != date(b)) return date(a) < date(b);
  if (!kTiesInRunsAreReadCautiously) return a->resource > b->resource;
  const auto rank = [](const Trace* each) { return each->changed ? 0 : each->resolved ? 2 : 1; };
  return rank(a) < rank(b);
}

/// Rule 5: a code that is recorded again keeps its first date, unless it is said to have come back, was over,
/// or was left alone for too long without being active. Gives each trace that is such an entry its first
/// date.
std::vector<Trace> withFirstDates(std::vector<Trace> traces, const Json& finding) {
  std::map<std::string, std::vector<Trace*>> codes;
  for (Trace& trace : traces) {
    const bool entry = trace.type == "Condition" && trace.present && trace.when && !trace.code.empty();
    if (entry) codes[trace.code].push_back(&trace);
  }
  const auto tooLong = silence(finding);
  for (auto& [code, entries] : codes) {
    std::stable_sort(entries.begin(), entries.end(), earlierInRun);
    std::optional<Span> first, last;
    bool going = false;
    for (Trace* entry : entries) {
      const Span own = *entry->when;
      const bool silent = first && !going && tooLong && own.from - last->to > *tooLong;
      if (!first || entry->changed || silent) {
        first = own;
        going = false;
      }
      last = own;
      going = going || entry->current;
      entry->when = first;
      if (entry->resolved) first.reset();
    }
  }
  return traces;
}

/// Whether everything a rule rests on was surely on record, and there, before `moment`.
bool allBefore(const Span& moment, const Outcome& outcome, const Chart& chart, const Content& content) {
  if (outcome.because.empty()) return false;
  return std::all_of(outcome.because.begin(), outcome.because.end(), [&](const std::string& id) {
    const Json& finding = content.finding(id);
    const std::string kind = finding["kind"].GetString(), undated = finding["undated"].GetString();
    if (kind == "diagnosis") return false;
    const bool datesMatter = undated == "active" || undated == "soon";
    auto traces = chart.findings.at(id).traces;
    if (kEveryCodeKeepsItsFirstDate || datesMatter) traces = withFirstDates(std::move(traces), finding);
    return std::all_of(traces.begin(), traces.end(), [&](const Trace& trace) {
      const bool standing = kind == "risk-factor" && !trace.when;  // "risk factors need no date", rule 6
      if (!trace.present || standing) return true;
      return before(moment, trace.when) && (!trace.onset || before(moment, trace.onset));
    });
  });
}

Seconds shorter(Seconds limit, const Json& finding) {
  if (!finding.HasMember("window")) return limit;
  return std::min(limit, finding["window"]["activeDays"].GetInt64() * kDay);
}

Seconds usualAge(const Chart& chart, const Content& content) {
  return duration(content.screen()[chart.emergencyDepartment ? "maxAgeEmergency" : "maxAge"].GetString());
}

/// The items of the screen that this patient is asked.
std::vector<const Json*> asked(const Chart& chart, const Content& content) {
  const auto& regions = chart.pain.regions;
  const bool any = regions.empty(), neck = any || regions.count("neck") > 0;
  std::vector<const char*> lists{"spine"};
  if (any || regions.count("lumbar") > 0) lists.push_back("lumbar");
  if (neck || regions.count("thoracic") > 0) lists.push_back("thoracic");
  if (neck) lists.push_back("neck");
  std::vector<const Json*> items;
  for (const char* list : lists) {
    for (const Json& item : content.screen()[list].GetArray()) {
      const bool tooYoung =
          item.HasMember("ageFrom") && chart.years && chart.years->second < item["ageFrom"].GetInt();
      if (!tooYoung) items.push_back(&item);
    }
  }
  return items;
}

/// What one item of the screen has open; nothing when it is complete.
std::optional<OpenItem> openOf(const Json& item, Seconds usual, const Chart& chart, const Content& content) {
  const Seconds limit = item.HasMember("maxAge") ? duration(item["maxAge"].GetString()) : usual;
  OpenItem open{item["id"].GetString(), {}};
  for (const std::string& id : strings(item, "all")) {
    Seconds own = limit;
    if (item.HasMember("maxAgeOf") && item["maxAgeOf"].HasMember(id.c_str()))
      own = duration(item["maxAgeOf"][id.c_str()].GetString());
    const Standing& seen = chart.findings.at(id).whole;
    const bool closed = seen.state == State::Absent && seen.when &&
                        surelyWithin(*seen.when, chart.now, shorter(own, content.finding(id)));
    if (!closed) open.findings.insert(id);
  }
  bool lacking = false;
  if (item.HasMember("measured")) {
    for (const Json& each : item["measured"].GetArray()) {
      lacking = lacking || std::none_of(chart.values.begin(), chart.values.end(), [&](const Value& value) {
                  return value.final && value.given && hasCode(value.of, each["codes"]) && value.at &&
                         surelyWithin(*value.at, chart.now, limit);
                });
    }
  }
  return open.findings.empty() && !lacking ? std::nullopt : std::optional(open);
}

struct Indicator {
  int weight = 0;
  bool anchor = false, painSpecific = false, diagnosis = false;
  std::set<std::string> resources;
};

struct Assigned {
  int weight = 0;
  std::size_t count = 0;
  bool anchor = false, painSpecific = false, diagnosis = false;
};

std::vector<Indicator> indicatorsOf(const Chart& chart, const Content& content) {
  std::vector<Indicator> list;
  for (const std::string& id : content.findings()) {
    const Json& finding = content.finding(id);
    const auto& seen = chart.findings.at(id);
    if (!finding.HasMember("stress") || seen.whole.state != State::Present) continue;
    const Json& stress = finding["stress"];
    const std::string group = stress.HasMember("group") ? stress["group"].GetString() : "";
    Indicator one;
    one.weight = stress["weight"].GetInt();
    one.anchor = flag(stress, "anchor");
    one.painSpecific = flag(stress, "painSpecific");
    one.diagnosis = group == "diagnosis" || group == "instrument";
    for (const Trace& trace : seen.traces) {
      if (!trace.present || trace.listedOnly) continue;
      one.resources.insert(trace.resource);
      one.painSpecific |= trace.written && flag(stress, "painSpecificFromText");
    }
    if (one.weight > 0) list.push_back(std::move(one));
  }
  return list;
}

/// Tries every way to give each indicator a resource of its own, or none.
void assign(const std::vector<Indicator>& list, std::size_t at, std::set<std::string>& used,
            const Assigned& sofar, std::vector<Assigned>& ways) {
  if (at == list.size()) {
    ways.push_back(sofar);
    return;
  }
  assign(list, at + 1, used, sofar, ways);
  const Indicator& one = list[at];
  for (const std::string& resource : one.resources) {
    if (!used.insert(resource).second) continue;
    Assigned more = sofar;
    more.weight += one.weight;
    ++more.count;
    more.anchor |= one.anchor;
    more.painSpecific |= one.painSpecific;
    more.diagnosis |= one.diagnosis;
    assign(list, at + 1, used, more, ways);
    used.erase(resource);
  }
}

}  // namespace

bool maybeChild(const Chart& chart, const Content& content) {
  return chart.years && chart.years->first < content.pack()["limits"]["adultFromYears"].GetInt();
}

Tier afterImaging(const std::string& pathway, const Outcome& outcome, const Chart& chart,
                  const Content& content) {
  const Seconds holds = content.pack()["limits"]["urgentRequestHoldsHours"].GetInt64() * kHour;
  Tier left = outcome.tier;
  for (const Imaging& done : chart.imaging) {
    const bool covered = std::any_of(content.imaging().begin(), content.imaging().end(),
                                     [&](const Json* kind) { return covers(*kind, pathway, done.of); });
    if (!covered || !done.at || done.at->from > chart.now || !allBefore(*done.at, outcome, chart, content))
      continue;
    const bool examined = !holdsOneOf(done.of, strings(content.words(), "notDone"));
    if (done.report && done.final && examined) left = std::min(left, Tier::Soon);
    const bool pressing = done.priority == "urgent" || done.priority == "asap" || done.priority == "stat";
    if (done.active && pressing && surelyWithin(*done.at, chart.now, holds))
      left = std::min(left, Tier::Urgent);
  }
  return left;
}

std::vector<OpenItem> openItems(const Chart& chart, const Content& content) {
  const Seconds usual = usualAge(chart, content);
  std::vector<OpenItem> open;
  for (const Json* item : asked(chart, content)) {
    if (auto one = openOf(*item, usual, chart, content)) open.push_back(*std::move(one));
  }
  return open;
}

bool attested(const Chart& chart, const Content& content) {
  std::vector<std::string> wanted;
  for (const Json* item : asked(chart, content)) {
    for (const std::string& id : strings(*item, "all")) wanted.push_back(id);
  }
  return std::any_of(chart.forms.begin(), chart.forms.end(), [&](const Form& form) {
    return form.finished && form.at && surelyWithin(*form.at, chart.now, usualAge(chart, content)) &&
           std::all_of(wanted.begin(), wanted.end(),
                       [&](const std::string& id) { return form.answered.count(id) > 0; });
  });
}

Stress weighStress(const Chart& chart, const Content& content) {
  if (maybeChild(chart, content)) return {};
  std::vector<Assigned> ways;
  std::set<std::string> used;
  assign(indicatorsOf(chart, content), 0, used, {}, ways);
  Stress stress;
  for (const Assigned& way : ways) stress.weight = std::max(stress.weight, way.weight);
  bool pattern = false, callsAlways = true, patternAlways = true;
  for (const Assigned& way : ways) {
    if (way.weight < stress.weight) continue;
    const bool heavy = way.weight >= content.stress()["patternWeight"].GetInt();
    const bool several = way.count >= content.stress()["patternIndicators"].GetUint();
    const bool strong = heavy && several && way.anchor;
    const bool calls = strong || (way.diagnosis && way.painSpecific);
    pattern = pattern || strong;
    stress.calls = stress.calls || calls;
    patternAlways = patternAlways && strong;
    callsAlways = callsAlways && calls;
  }
  stress.unsettled = pattern != patternAlways || stress.calls != callsAlways;
  stress.strength = pattern ? "strong" : stress.weight > 0 ? "some" : "none";
  return stress;
}

}  // namespace plumbline::tests::reference
