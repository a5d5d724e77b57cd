#include "tests/support/generate.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "fhir/code_system.h"
#include "tests/support/case.h"

namespace plumbline::tests {
namespace {

using rules::Code;
using rules::Finding;
using rules::Pack;

constexpr std::array<const char*, 30> kTimes{
    "now",  "-1h",    "-6h",   "-23h",  "-1d",  "-1d date", "-2d",     "-5d",  "-7d",  "-10d",
    "-14d", "-14d1s", "-20d",  "-28d",  "-30d", "-40d",     "-42d",    "-61d", "-80d", "-90d",
    "-91d", "-120d",  "-181d", "-400d", "2026", "2026-11",  "2026-10", "2025", "+12h", "+3d"};
constexpr std::array<const char*, 6> kVerification{"confirmed",   "provisional", "differential",
                                                   "unconfirmed", "refuted",     "entered-in-error"};
constexpr std::array<const char*, 6> kClinical{"active",   "active",    "resolved",
                                               "inactive", "remission", "recurrence"};
constexpr std::array<const char*, 6> kObservation{"final",       "final",     "amended",
                                                  "preliminary", "cancelled", "entered-in-error"};
constexpr std::array<const char*, 5> kPriority{"routine", "urgent", "asap", "stat", "routine"};
constexpr std::array<const char*, 6> kHooks{
    "patient-view", "encounter-start",          "order-select",
    "order-sign",   "problem-list-item-create", "encounter-discharge"};

/// One chart in the making. Draws are made by arithmetic alone, since the distributions of <random> differ
/// between libraries.
class Maker {
 public:
  Maker(const Pack& pack, std::uint64_t seed) : pack_(pack), draw_(seed) { made_.seed = seed; }

  Generated make() {
    patient();
    if (chance(85)) pain();
    const bool screened = chance(12);
    if (screened) screen();
    const std::size_t entries = below(screened ? 3 : 9);
    for (std::size_t i = 0; i < entries; ++i) made_.chart.push_back(entry());
    if (chance(screened ? 80 : 40)) hook();
    if (chance(20)) key();
    return std::move(made_);
  }

  /// One entry that speaks to `finding`.
  std::string evidence(const Finding& finding) {
    if (!finding.measurements.empty() && (finding.codes.empty() || chance(50))) return measurement(finding);
    if (finding.codes.empty() || chance(25))
      return answers({finding.id}, chance(60) ? "yes" : "no", any(kTimes));
    const bool prefix =
        std::any_of(finding.codes.begin(), finding.codes.end(), [](const Code& code) { return code.prefix; });
    return prefix || chance(60) ? condition(finding) : observation(finding);
  }

  std::string stress() {
    const Finding& finding = pick([](const Finding& each) { return each.stress.has_value(); });
    std::vector<const Code*> own;
    for (const Code& code : finding.codes) {
      bool only = true;
      pack_.match(code.system, code.code, [&](std::size_t other, const Code&) {
        only = only && pack_.findings[other].stress.has_value();
      });
      if (only) own.push_back(&code);
    }
    if (!own.empty() && chance(50)) {
      return start("condition", spelled(*own[below(own.size())])) + R"(,"onset":"-2d"})";
    }
    if (chance(20)) return start("observation", "loinc 70274-6") + R"(,"value":15,"at":"-2d"})";
    return answers({finding.id}, "yes", "-2d");
  }

 private:
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(draw_() % limit); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <std::size_t N>
  std::string any(const std::array<const char*, N>& of) {
    return of[below(N)];
  }
  template <class Test>
  const Finding& pick(Test test) {
    while (true) {
      const Finding& finding = pack_.findings[below(pack_.findings.size())];
      if (test(finding)) return finding;
    }
  }

  static std::string quoted(const std::string& text) { return "\"" + text + "\""; }
  std::string spelled(const Code& code) const {
    const std::string word = code.system == fhir::kSnomed    ? "snomed"
                             : code.system == fhir::kIcd10cm ? "icd10cm"
                             : code.system == fhir::kLoinc   ? "loinc"
                                                             : code.system;
    return word + " " + code.code;
  }
  std::string start(const std::string& kind, const std::string& what) {
    return "{\"id\":\"g" + std::to_string(++ids_) + "\"," + quoted(kind) + ":" + quoted(what);
  }
  std::string time(const char* name) {
    return chance(7) ? "" : "," + quoted(name) + ":" + quoted(any(kTimes));
  }
  std::string answers(const std::vector<std::string>& ids, const std::string& said, const std::string& at) {
    std::string out = "{\"id\":\"g" + std::to_string(++ids_) + "\",\"answers\":{";
    for (std::size_t i = 0; i < ids.size(); ++i)
      out += (i == 0 ? "" : ",") + quoted(ids[i]) + ":" + quoted(said);
    const std::array<const char*, 4> unfinished{"in-progress", "stopped", "amended", "entered-in-error"};
    out += "},\"at\":" + quoted(at);
    return out + (chance(10) ? ",\"status\":" + quoted(any(unfinished)) : "") + "}";
  }

  void patient() {
    const std::array<const char*, 6> born{"1980-05-01", "1980-05-01", "1950-01-01",
                                          "2016-06-01", "2008",       "1976-11-20"};
    made_.patient = chance(4)   ? R"({"born":null})"
                    : chance(2) ? R"({"deceased":true})"
                                : R"({"born":")" + any(born) + "\"}";
  }

  void pain() {
    const std::array<const char*, 5> codes{"snomed 279039007", "snomed 81680005", "snomed 279038004",
                                           "snomed 161891005", "icd10cm M54.31"};
    made_.chart.push_back(start("condition", any(codes)) + time("onset") + "}");
    if (chance(30)) {
      made_.chart.push_back(start("encounter", "finished") + time("at") +
                            ",\"reason\":" + quoted(any(codes)) + "}");
    }
  }

  void screen() {
    std::set<std::string> ids;
    for (const auto& [region, items] : pack_.screen.items) {
      for (const auto& item : items) {
        for (const std::size_t finding : item.all) ids.insert(pack_.findings[finding].id);
      }
    }
    made_.chart.push_back(answers({ids.begin(), ids.end()}, "no", chance(80) ? "-1d" : any(kTimes)));
    for (const char* vital : {"8310-5|36.8 Cel", "8867-4|72 /min", "9279-1|14 /min", "59408-5|98 %"}) {
      const std::string both = vital;
      const auto bar = both.find('|');
      made_.chart.push_back(start("observation", "loinc " + both.substr(0, bar)) +
                            ",\"value\":" + quoted(both.substr(bar + 1)) + ",\"at\":\"-6h\"}");
    }
  }

  std::string condition(const Finding& finding) {
    std::string out = start("condition", spelled(finding.codes[below(finding.codes.size())]));
    out += time(chance(70) ? "onset" : "recorded");
    if (chance(20)) out += ",\"verification\":" + quoted(any(kVerification));
    if (chance(30)) out += ",\"clinical\":" + quoted(any(kClinical));
    if (chance(8)) out += time("abated");
    return out + "}";
  }

  std::string measurement(const Finding& finding) {
    const auto& test = finding.measurements[below(finding.measurements.size())];
    const double edge =
        test.atLeast.value_or(test.above.value_or(test.below.value_or(test.atMost.value_or(1))));
    std::ostringstream value;
    value << edge + static_cast<double>(below(5)) - 2;
    if (chance(90)) value << " " << test.unit;
    const std::string code = test.codes.empty() ? "text " + test.words.front() : spelled(test.codes.front());
    std::string out = start("observation", code) + ",\"value\":" + quoted(value.str()) + time("at");
    if (!test.interpretation.empty() && chance(50)) out += R"(,"interpretation":"H")";
    return out + ",\"status\":" + quoted(any(kObservation)) + "}";
  }

  std::string observation(const Finding& finding) {
    std::string out = start("observation", spelled(finding.codes[below(finding.codes.size())]));
    out += chance(5)    ? R"(,"absentReason":"not-performed")"
           : chance(50) ? ",\"value\":true"
                        : ",\"value\":false";
    return out + time("at") + ",\"status\":" + quoted(any(kObservation)) + "}";
  }

  std::string imaging() {
    const auto& of = pack_.imaging[below(pack_.imaging.size())];
    const std::string code = of.codes.empty() ? "text " + of.words.front() : spelled(of.codes.front());
    if (chance(50)) return start("report", code) + time("at") + "}";
    return start("order", code) + time("from") + ",\"priority\":" + quoted(any(kPriority)) + "}";
  }

  /// Half of the findings are those that raise the pathways there are; the rest is the crowd around them.
  std::string entry() {
    const bool serious = chance(50);
    const Finding& finding = pick([&](const Finding& each) { return !serious || each.deficit; });
    if (chance(12)) return imaging();
    if (chance(4)) return start("medication", "rxnorm 3322") + time("from") + "}";
    return evidence(finding);
  }

  void hook() {
    made_.hook = any(kHooks);
    if (made_.hook.starts_with("order")) {
      const std::array<const char*, 3> drafts{"rxnorm 3322", "rxnorm 8787", "text ibuprofen 400 mg"};
      made_.context.push_back(start("medication", any(drafts)) + "}");
      if (chance(20)) made_.context.push_back(start("order", "loinc 24968-0") + R"(,"priority":"stat"})");
    } else if (made_.hook == "problem-list-item-create") {
      const std::array<const char*, 3> problems{"icd10cm F45.1", "icd10cm F41.1", "icd10cm I10"};
      made_.context.push_back(start("condition", any(problems)) + "}");
    }
  }

  void key() {
    const std::array<const char*, 5> keys{"labs", "notes", "surveys", "appointments", "vitals"};
    const std::array<Supply, 3> how{Supply::Without, Supply::Failed, Supply::Partial};
    made_.keys.push_back({any(keys), how[below(how.size())]});
  }

  const Pack& pack_;
  std::mt19937_64 draw_;
  Generated made_;
  std::size_t ids_ = 0;
};

void addAll(EhrCall& call, const std::vector<std::string>& entries, Place place, fhir::Instant now) {
  for (const std::string& text : entries) {
    rapidjson::Document entry;
    entry.Parse(text.data(), text.size());
    addEntry(call, entry, place, now);
  }
}

std::string listed(const std::vector<std::string>& entries) {
  std::string out = "[";
  for (std::size_t i = 0; i < entries.size(); ++i) out += (i == 0 ? "" : ",\n  ") + entries[i];
  return out + "]";
}

}  // namespace

EhrCall Generated::call(fhir::Instant now) const {
  EhrCall made;
  made.hook = hook;
  rapidjson::Document person;
  person.Parse(patient.data(), patient.size());
  addPatient(made, &person, now);
  addAll(made, chart, Place::Chart, now);
  addAll(made, context, Place::Context, now);
  for (const auto& key : keys) made.supply(key.name) = key.supply;
  return made;
}

std::string Generated::shorthand() const {
  std::string out = "{\"name\": \"seed " + std::to_string(seed) + "\", \"hook\": \"" + hook +
                    "\", \"patient\": " + patient + ",\n \"chart\": " + listed(chart) +
                    ",\n \"context\": " + listed(context);
  for (const auto& key : keys) {
    const char* const how = key.supply == Supply::Without  ? "without"
                            : key.supply == Supply::Failed ? "failed"
                                                           : "partial";
    out += std::string(",\n \"") + how + "\": [\"" + key.name + "\"]";
  }
  return out + "}";
}

Generated generate(const Pack& pack, std::uint64_t seed) {
  return Maker(pack, seed).make();
}

std::string stressEntry(const Pack& pack, std::uint64_t seed) {
  std::string entry = Maker(pack, seed).stress();
  return entry.replace(entry.find("\"g1\""), 4, "\"stress" + std::to_string(seed % 97) + "\"");
}

std::string evidenceEntry(const Pack& pack, const Finding& finding, std::uint64_t seed,
                          const std::string& id) {
  std::string entry = Maker(pack, seed).evidence(finding);
  return entry.replace(entry.find("\"g1\""), 4, "\"" + id + "\"");
}

}  // namespace plumbline::tests
