#include <array>
#include <sstream>

#include "fhir/code_system.h"
#include "plugin/pages/criteria_words.h"
#include "plugin/pages/knowledge.h"
#include "rules/text/content.h"

namespace plumbline::pages {
namespace {

using rules::Code;
using rules::Finding;
using rules::Pack;
using rules::Threshold;

std::string_view systemName(std::string_view system) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNames{{
      {fhir::kSnomed, "SNOMED CT"},
      {fhir::kLoinc, "LOINC"},
      {fhir::kIcd10cm, "ICD-10-CM"},
      {fhir::kRxNorm, "RxNorm"},
      {fhir::kCpt, "CPT"},
  }};
  for (const auto& [uri, name] : kNames) {
    if (uri == system) return name;
  }
  return system;
}

Html needs(const Pack& pack, const rules::Needs& needs) {
  Html html;
  html << "counts only with one of: ";
  std::string_view between;
  const auto also = [&]() -> Html& {
    html << between;
    between = ", ";
    return html;
  };
  for (const std::string& word : needs.words) also() << "“" << word << "” beside it";
  if (needs.medication) also() << "a drug of " << pack.medications[*needs.medication].name;
  if (needs.ageBelow) also() << "age under " << *needs.ageBelow;
  if (needs.procedureWithinDays) also() << "a procedure within " << *needs.procedureWithinDays << " days";
  if (needs.examination) also() << "an examination on record";
  return html;
}

Html codeNotes(const Pack& pack, const Finding& finding, const Code& code) {
  Html html;
  std::string_view between;
  const auto also = [&]() -> Html& {
    html << between;
    between = "; ";
    return html;
  };
  if (code.prefix) also() << "and all codes below it";
  if (code.answerOnly) also() << "only with a yes or no";
  if (code.negative) also() << "says that it is absent";
  if (code.whole) also() << "names the finding itself";
  if (code.weak) also() << "says little alone";
  if (code.history) also() << "about the past";
  if (code.side == rules::Side::Left) also() << "left";
  if (code.side == rules::Side::Right) also() << "right";
  if (code.side == rules::Side::Both) also() << "both sides";
  if (code.region) also() << regionName(*code.region);
  if (code.part) also() << "part: " << finding.parts[*code.part];
  if (code.needs) also() << needs(pack, *code.needs);
  return html;
}

Html codes(const Pack& pack, const Finding& finding) {
  Html html;
  if (finding.codes.empty()) return html;
  html << "<details><summary>" << finding.codes.size()
       << (finding.codes.size() == 1 ? std::string_view(" code") : std::string_view(" codes"))
       << R"(</summary><div class="scroll" tabindex="0" role="region" aria-label="Codes of )" << finding.name
       << R"("><table><thead><tr><th scope="col">Code</th><th scope="col">Meaning</th>)"
       << R"(<th scope="col">How it counts</th></tr></thead><tbody>)";
  for (const Code& code : finding.codes) {
    html << "<tr><td>" << systemName(code.system) << " <code>" << code.code << "</code></td><td>"
         << code.display << "</td><td>" << codeNotes(pack, finding, code) << "</td></tr>";
  }
  html << "</tbody></table></div>";
  if (!finding.excludedCodes.empty()) {
    html << "<p>Not these: ";
    for (std::size_t i = 0; i < finding.excludedCodes.size(); ++i) {
      if (i > 0) html << ", ";
      html << "<code>" << finding.excludedCodes[i].code << "</code>";
    }
    html << "</p>";
  }
  return html << "</details>";
}

std::string number(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

Html threshold(const Finding& finding, const Threshold& test) {
  Html html;
  html << test.quantity;
  if (test.atLeast) html << " at least " << number(*test.atLeast);
  if (test.above) html << " above " << number(*test.above);
  if (test.below) html << " below " << number(*test.below);
  if (test.atMost) html << " at most " << number(*test.atMost);
  if (!test.unit.empty()) html << " " << test.unit;
  if (!test.interpretation.empty()) {
    html << " flagged ";
    for (std::size_t i = 0; i < test.interpretation.size(); ++i)
      html << (i == 0 ? std::string_view() : std::string_view(" or ")) << test.interpretation[i];
  }
  if (test.plausibleLow && test.plausibleHigh)
    html << " (read from " << number(*test.plausibleLow) << " to " << number(*test.plausibleHigh) << ")";
  if (test.part) html << ", part: " << finding.parts[*test.part];
  for (const Code& code : test.codes) html << " <code>" << code.code << "</code>";
  return html;
}

Html derived(const Pack& pack, const Finding& finding, const rules::Derived& from) {
  Html html;
  html << "<li>";
  if (!from.bothSidesOf.empty()) html << "Left and right of: " << toFindings(pack, from.bothSidesOf);
  if (from.falling) {
    html << "A fall of " << from.falling->quantity << " by ";
    if (from.by > 0) html << number(from.by) << " " << from.falling->unit;
    if (from.by > 0 && from.byPercent > 0) html << " or ";
    if (from.byPercent > 0) html << number(from.byPercent) << " %";
  }
  for (std::size_t i = 0; i < from.medications.size(); ++i) {
    const auto& drugs = pack.medications[from.medications[i]];
    html << (i == 0 ? std::string_view("Takes one of: ") : std::string_view(", ")) << R"(<a href="#drugs-)"
         << drugs.id << R"(">)" << drugs.name << "</a>";
  }
  if (from.takenFor) {
    const auto& drugs = pack.medications[*from.takenFor];
    html << R"(Has taken <a href="#drugs-)" << drugs.id << R"(">)" << drugs.name << "</a> for at least "
         << from.takenForDays << " days";
  }
  if (from.ageFrom) html << "Aged " << *from.ageFrom << " or over";
  if (from.ageBelow) html << "Aged under " << *from.ageBelow;
  if (from.painNew) html << ", and the episode of pain is new";
  if (from.withinDays > 0) html << ", within " << from.withinDays << " days";
  if (from.part) html << ", part: " << finding.parts[*from.part];
  return html << "</li>";
}

Html window(const Finding& finding) {
  Html html;
  if (!finding.activeDays) {
    html << "Counts whatever its date.";
  } else {
    html << "Counts for " << *finding.activeDays << " days";
    if (finding.staleDays) {
      html << "; from then to day " << *finding.staleDays << " it is stale";
      if (finding.staleRaises) html << " and still raises its pathway, at urgent";
    }
    html << ".";
  }
  switch (finding.undated) {
    case rules::Undated::Active: return html << " Without a date it counts in full.";
    case rules::Undated::Soon: return html << " Without a date it raises at soon.";
    case rules::Undated::Lower: return html << " Without a date it raises one tier lower.";
    case rules::Undated::NotNeeded: break;
  }
  return html << " It needs no date.";
}

std::string_view conflict(rules::Conflict rule) {
  switch (rule) {
    case rules::Conflict::Symptom:
      return "A symptom: a later specific no closes it; a patient's no takes back only what a patient said.";
    case rules::Conflict::Sign: return "A sign: a later examination closes it.";
    case rules::Conflict::Measurement: return "A measurement: its value decides.";
    case rules::Conflict::Ever: return "Once on record it stays.";
    case rules::Conflict::Newest: return "The newest entry decides.";
    case rules::Conflict::Diagnosis: break;
  }
  return "A diagnosis: current while its clinical status is active.";
}

Html usedBy(const Pack& pack, std::size_t finding) {
  using Kind = rules::Criterion::Kind;
  Html html;
  std::string_view between;
  for (const rules::Pathway& pathway : pack.pathways) {
    bool uses = false;
    for (const rules::Rule& rule : pathway.rules) {
      uses = uses || anyPart(rule.when, [&](const rules::Criterion& part) {
               return ((part.kind == Kind::Present || part.kind == Kind::Weak) && part.finding == finding) ||
                      (part.kind == Kind::Deficit && pack.findings[finding].deficit);
             });
    }
    if (!uses) continue;
    html << between << R"(<a href="#pathway-)" << pathway.id << R"(">)" << pathway.title << "</a>";
    between = ", ";
  }
  return html;
}

Html behind(const Pack& pack, const Finding& finding) {
  Html html;
  if (!finding.evidence.empty()) {
    html << "<h5>Figures</h5><ul>";
    for (const rules::Figure& each : finding.evidence) {
      html << "<li>" << each.figure << R"( (<a href="#source-)" << each.source << R"(">)"
           << pack.sources.at(each.source).title << "</a>, " << each.status << ")</li>";
    }
    html << "</ul>";
  }
  if (!finding.sources.empty()) html << "<h5>Sources</h5>" << citations(pack, finding.sources);
  return html;
}

}  // namespace

Html findingArticle(const Pack& pack, std::size_t index) {
  const Finding& finding = pack.findings[index];
  Html html;
  html << R"(<article data-filter><h4 id="finding-)" << finding.id << R"(">)" << finding.name << " <code>"
       << finding.id << "</code></h4><p>" << finding.definition << "</p><p>" << window(finding) << " "
       << conflict(finding.conflict) << "</p>";
  if (finding.anyInWindow)
    html << "<p>A later normal value never closes an earlier abnormal one while that counts.</p>";
  if (finding.stress) {
    html << "<p>Weight in the stress pattern: " << finding.stress->weight;
    if (finding.stress->anchor) html << ", an anchor";
    html << ".</p>";
  }
  if (!finding.measurements.empty() || finding.derived) {
    html << "<h5>Values</h5><ul>";
    for (const Threshold& test : finding.measurements) html << "<li>" << threshold(finding, test) << "</li>";
    if (finding.derived) html << derived(pack, finding, *finding.derived);
    html << "</ul>";
  }
  html << codes(pack, finding);
  for (const rules::text::Phrase& each : pack.text->phrases) {
    if (each.finding != index) continue;
    html << R"(<p><a href="/knowledge/phrases#finding-)" << finding.id << R"(">How notes say it: )"
         << finding.name << "</a></p>";
    break;
  }
  if (const Html pathways = usedBy(pack, index); !pathways.empty())
    html << "<p>Weighed by: " << pathways << ".</p>";
  return html << behind(pack, finding) << "</article>";
}

}  // namespace plumbline::pages
