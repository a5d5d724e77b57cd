#include "plugin/explain.h"

#include <algorithm>
#include <sstream>

#include "plugin/explanation.h"

namespace plumbline {
namespace {

std::string listed(const std::vector<Explanation::Named>& findings) {
  std::string text;
  for (const auto& each : findings) text.append(text.empty() ? "" : ", ").append(each.id);
  return text;
}

/// Chart text without what could steer a terminal.
std::string printable(std::string_view text) {
  std::string all(text);
  std::replace_if(
      all.begin(), all.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }, ' ');
  return all;
}

void evidenceLine(std::ostream& out, const Explanation::Piece& each) {
  out << "      " << each.says << ", " << (each.when.empty() ? "undated" : each.when) << ", " << each.source;
  if (!each.words.empty()) out << ", " << each.words;
  for (const auto& mark : each.marks) out << ", " << mark;
  if (!each.aside.empty()) out << ", " << each.aside << ": not counted";
  if (each.fromText)
    out << "\n        from free text (" << printable(each.kind) << "): \"" << printable(each.quote) << "\"";
  out << "\n";
}

void findings(std::ostream& out, const Explanation& why) {
  out << "\nFindings with evidence\n";
  for (const auto& found : why.findings) {
    out << "  " << found.finding.id << ": " << found.state;
    if (!found.reason.empty()) out << " (" << found.reason << ")";
    out << ", " << found.grade;
    for (const auto& mark : found.marks) out << ", " << mark;
    out << "\n";
    for (const auto& each : found.evidence) evidenceLine(out, each);
  }
  out << "\nFindings nobody has documented\n ";
  for (const auto& finding : why.undocumented) out << " " << finding.id;
  out << "\n";
}

void pathways(std::ostream& out, const Explanation& why) {
  out << "\nPathways\n";
  for (const auto& pathway : why.pathways) {
    out << "  " << pathway.id << ": " << (pathway.tier.empty() ? "not raised" : pathway.tier);
    if (!pathway.acted.empty()) out << " (" << pathway.acted << ")";
    out << "\n";
    for (const auto& rule : pathway.rules) {
      out << "    " << rule.id << " [" << rule.tier << "] ";
      if (!rule.at.empty()) {
        out << "holds at " << rule.at << ": " << listed(rule.findings);
      } else if (rule.verdict == "open") {
        out << "open; would need: " << listed(rule.findings);
      } else {
        out << rule.verdict;
      }
      out << "\n      " << rule.because << "\n";
    }
  }
}

void pain(std::ostream& out, const Explanation& why) {
  out << "Pain: " << (why.painInPlay ? "in play" : "not in play");
  if (why.painInPlay) {
    out << ", since " << (why.painSince.empty() ? "an unknown date" : why.painSince) << ", region";
    if (why.painRegions.empty()) out << " unknown";
    for (const auto region : why.painRegions) out << " " << region;
  }
  out << "\n";
}

void gaps(std::ostream& out, const Explanation& why) {
  out << "\nStructural screen: " << (why.screen.empty() ? "complete" : "open") << "\n";
  for (const auto& item : why.screen) out << "  " << item.id << ": " << listed(item.findings) << "\n";
  for (const auto& key : why.unread) out << "Failed or read in part: " << key << "\n";
  for (const auto& key : why.missing) out << "Not supplied: " << key << "\n";
  for (const auto& each : why.unreadable) out << "Unreadable: " << each.what << " at " << each.where << "\n";
}

}  // namespace

std::string explain(const Chart& chart) {
  std::ostringstream out;
  out << "Patient " << (chart.patientId.empty() ? "unknown" : chart.patientId) << "\n";
  if (!chart.issues.empty()) {
    for (const Issue& issue : chart.issues) out << "Refused: " << issue.diagnostics << "\n";
    return out.str();
  }
  const Explanation why = explanationOf(chart.assessment);
  out << "As of " << why.asOf << ", pack " << why.version << " (" << why.digest << ")\nTier: " << why.tier;
  if (why.deceased) out << " (the patient has died)";
  if (!why.act.empty()) out << " (an act attributes the pain: " << why.act << ")";
  out << "\n";
  pain(out, why);
  out << "Stress pattern: " << why.stress << ", weight " << why.stressWeight << "\n";
  pathways(out, why);
  findings(out, why);
  gaps(out, why);
  return out.str();
}

}  // namespace plumbline
