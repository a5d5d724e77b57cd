#include "plugin/explain.h"

#include <algorithm>
#include <sstream>

namespace plumbline {
namespace {

using rules::Assessment;
using rules::Evidence;

std::string_view says(Evidence::Says what) {
  switch (what) {
    case Evidence::Says::Present: return "present";
    case Evidence::Says::Absent: return "absent";
    case Evidence::Says::NotPerformed: return "not performed";
    case Evidence::Says::NotDocumented: return "not documented";
    case Evidence::Says::Unreadable: break;
  }
  return "unreadable";
}

std::string_view gradeName(rules::Grade grade) {
  switch (grade) {
    case rules::Grade::Active: return "active";
    case rules::Grade::Stale: return "stale or resolved lately: raises at urgent";
    case rules::Grade::UndatedLower: return "undated: one tier lower";
    case rules::Grade::UndatedSoon: return "undated: soon";
    case rules::Grade::Baseline: return "longstanding: soon";
    case rules::Grade::History: return "history: raises nothing";
    case rules::Grade::None: break;
  }
  return "no evidence of presence";
}

std::string listed(const Assessment& assessment, const rules::FindingSet& findings) {
  std::string text;
  findings.forEach([&](std::size_t finding) {
    text += (text.empty() ? "" : ", ") + assessment.pack->findings[finding].id;
  });
  return text;
}

/// Chart text without what could steer a terminal.
std::string printable(std::string_view text) {
  std::string all(text);
  std::replace_if(
      all.begin(), all.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }, ' ');
  return all;
}

void evidenceLine(std::ostream& out, const Evidence& each) {
  out << "      " << says(each.says) << ", " << (each.when ? fhir::print(*each.when) : "undated") << ", "
      << each.type;
  if (!each.id.empty()) out << "/" << each.id;
  if (!each.label.empty() || !each.value.empty()) out << ", " << each.label << each.value;
  for (const auto& [flag, word] : {std::pair{each.suspected, "suspected"},
                                   {each.resolved, "resolved"},
                                   {each.refuted, "refuted"},
                                   {each.weak, "weak code"},
                                   {each.listedOnly, "code needs more: not counted"},
                                   {each.longstanding, "longstanding or unchanged"},
                                   {each.subjective, "as told"},
                                   {each.fromContext, "being written now"}}) {
    if (flag) out << ", " << word;
  }
  if (!each.aside.empty()) out << ", " << each.aside << ": not counted";
  if (each.fromText)
    out << "\n        from free text (" << printable(each.kind) << "): \"" << printable(each.snippet) << "\"";
  out << "\n";
}

void findings(std::ostream& out, const Assessment& assessment) {
  out << "\nFindings with evidence\n";
  for (const auto& state : assessment.findings) {
    if (state.evidence.empty()) continue;
    out << "  " << assessment.pack->findings[state.finding].id << ": " << name(state.state);
    if (state.reason != rules::Reason::None) out << " (" << name(state.reason) << ")";
    out << ", " << gradeName(state.grade);
    if (state.weakOnly) out << ", by weak codes only";
    if (state.contradicted) out << ", contradicted";
    out << "\n";
    for (const Evidence& each : state.evidence) evidenceLine(out, each);
  }
  out << "\nFindings nobody has documented\n ";
  for (const auto& state : assessment.findings) {
    const auto& finding = assessment.pack->findings[state.finding];
    if (state.evidence.empty() && finding.isRedFlag()) out << " " << finding.id;
  }
  out << "\n";
}

void pathways(std::ostream& out, const Assessment& assessment) {
  out << "\nPathways\n";
  for (const auto& outcome : assessment.considered) {
    out << "  " << outcome.pathway->id << ": "
        << (outcome.tier == rules::Tier::None ? "not raised" : rules::name(outcome.tier));
    const rules::Acted& acted = outcome.acted;
    if (acted == rules::Acted::Imaged) out << " (imaged after the findings";
    if (acted == rules::Acted::Requested) out << " (urgent imaging requested";
    if (acted.when) out << ": " << acted.study << ", " << fhir::print(*acted.when) << ")";
    out << "\n";
    for (const auto& each : outcome.rules) {
      out << "    " << each.rule->id << " [" << rules::name(each.rule->tier) << "] ";
      switch (each.verdict.holds) {
        case rules::Tri::Yes:
          out << "holds at " << rules::name(each.verdict.tier) << ": "
              << listed(assessment, each.verdict.because);
          break;
        case rules::Tri::Unknown:
          out << "open; would need: " << listed(assessment, each.verdict.missing);
          break;
        case rules::Tri::No: out << "does not hold"; break;
      }
      out << "\n      " << each.rule->because << "\n";
    }
  }
}

void pain(std::ostream& out, const Assessment& assessment) {
  out << "Pain: " << (assessment.pain.inPlay ? "in play" : "not in play");
  if (assessment.pain.inPlay) {
    out << ", since " << (assessment.pain.start ? fhir::print(*assessment.pain.start) : "an unknown date")
        << ", region";
    if (assessment.pain.regions.empty()) out << " unknown";
    for (const auto region : assessment.pain.regions) {
      out << (region == rules::Region::Neck       ? " neck"
              : region == rules::Region::Thoracic ? " thoracic"
                                                  : " lumbar");
    }
  }
  out << "\n";
}

void gaps(std::ostream& out, const Assessment& assessment) {
  out << "\nStructural screen: " << (assessment.open.empty() ? "complete" : "open") << "\n";
  for (const auto& item : assessment.open) {
    out << "  " << item.item->id << ": " << listed(assessment, item.findings) << "\n";
  }
  for (const auto& key : assessment.unread) out << "Failed or read in part: " << key << "\n";
  for (const auto& key : assessment.missing) out << "Not supplied: " << key << "\n";
  for (const auto& each : assessment.unreadable)
    out << "Unreadable: " << each.what << " at " << each.where << "\n";
}

}  // namespace

std::string explain(const Chart& chart) {
  std::ostringstream out;
  out << "Patient " << (chart.patientId.empty() ? "unknown" : chart.patientId) << "\n";
  if (!chart.issues.empty()) {
    for (const Issue& issue : chart.issues) out << "Refused: " << issue.diagnostics << "\n";
    return out.str();
  }
  const Assessment& assessment = chart.assessment;
  out << "As of " << fhir::print(assessment.now) << ", pack " << assessment.pack->version << " ("
      << assessment.pack->digest << ")\nTier: " << rules::name(assessment.tier);
  if (assessment.deceased) out << " (the patient has died)";
  if (!assessment.act.empty()) out << " (an act attributes the pain: " << assessment.act << ")";
  out << "\n";
  pain(out, assessment);
  out << "Stress pattern: " << name(assessment.stress.strength) << ", weight " << assessment.stress.weight
      << "\n";
  pathways(out, assessment);
  findings(out, assessment);
  gaps(out, assessment);
  return out.str();
}

}  // namespace plumbline
