#include "plugin/explanation.h"

namespace plumbline {
namespace {

using rules::Assessment;
using rules::Evidence;
using Named = Explanation::Named;

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

std::string_view kindName(rules::Kind kind) {
  switch (kind) {
    case rules::Kind::RedFlag: return "red-flag";
    case rules::Kind::RiskFactor: return "risk-factor";
    case rules::Kind::Diagnosis: return "diagnosis";
    case rules::Kind::Stress: return "stress";
    case rules::Kind::Mechanical: return "mechanical";
    case rules::Kind::Context: break;
  }
  return "context";
}

std::string_view regionName(rules::Region region) {
  return region == rules::Region::Neck ? "neck" : region == rules::Region::Thoracic ? "thoracic" : "lumbar";
}

Named named(const Assessment& assessment, std::size_t finding) {
  const rules::Finding& found = assessment.pack->findings[finding];
  return {found.id, found.name};
}

std::vector<Named> named(const Assessment& assessment, const rules::FindingSet& findings) {
  std::vector<Named> all;
  findings.forEach([&](std::size_t finding) { all.push_back(named(assessment, finding)); });
  return all;
}

Explanation::Piece piece(const Evidence& each) {
  Explanation::Piece piece;
  piece.says = says(each.says);
  if (each.when) piece.when = fhir::print(*each.when);
  piece.source = each.type;
  if (!each.id.empty()) piece.source.append("/").append(each.id);
  piece.words = std::string(each.label) + each.value;
  for (const auto& [flag, word] : {std::pair{each.suspected, "suspected"},
                                   {each.resolved, "resolved"},
                                   {each.refuted, "refuted"},
                                   {each.weak, "weak code"},
                                   {each.listedOnly, "code needs more: not counted"},
                                   {each.longstanding, "longstanding or unchanged"},
                                   {each.subjective, "as told"},
                                   {each.fromContext, "being written now"}}) {
    if (flag) piece.marks.emplace_back(word);
  }
  piece.aside = each.aside;
  piece.fromText = each.fromText;
  piece.kind = each.kind;
  piece.quote = each.snippet;
  return piece;
}

Explanation::Found found(const Assessment& assessment, const rules::FindingState& state) {
  Explanation::Found found;
  found.finding = named(assessment, state.finding);
  found.kind = kindName(assessment.pack->findings[state.finding].kind);
  found.state = name(state.state);
  if (state.reason != rules::Reason::None) found.reason = name(state.reason);
  found.grade = gradeName(state.grade);
  if (state.weakOnly) found.marks.emplace_back("by weak codes only");
  if (state.contradicted) found.marks.emplace_back("contradicted");
  for (const Evidence& each : state.evidence) found.evidence.push_back(piece(each));
  return found;
}

Explanation::Weighed weighed(const Assessment& assessment, const rules::RuleOutcome& outcome) {
  Explanation::Weighed weighed;
  weighed.id = outcome.rule->id;
  weighed.tier = rules::name(outcome.rule->tier);
  weighed.because = outcome.rule->because;
  switch (outcome.verdict.holds) {
    case rules::Tri::Yes:
      weighed.verdict = "holds";
      weighed.at = rules::name(outcome.verdict.tier);
      weighed.findings = named(assessment, outcome.verdict.because);
      break;
    case rules::Tri::Unknown:
      weighed.verdict = "open";
      weighed.findings = named(assessment, outcome.verdict.missing);
      break;
    case rules::Tri::No: weighed.verdict = "does not hold"; break;
  }
  return weighed;
}

Explanation::Considered considered(const Assessment& assessment, const rules::PathwayOutcome& outcome) {
  Explanation::Considered considered;
  considered.id = outcome.pathway->id;
  considered.title = outcome.pathway->title;
  if (outcome.tier != rules::Tier::None) considered.tier = rules::name(outcome.tier);
  const rules::Acted& acted = outcome.acted;
  if (acted == rules::Acted::Imaged) considered.acted = "imaged after the findings";
  if (acted == rules::Acted::Requested) considered.acted = "urgent imaging requested";
  if (acted.when) considered.acted.append(": ").append(acted.study).append(", ") += fhir::print(*acted.when);
  for (const auto& each : outcome.rules) considered.rules.push_back(weighed(assessment, each));
  return considered;
}

}  // namespace

Explanation explanationOf(const Assessment& assessment,
                          const std::function<bool(std::string_view pathway)>& told) {
  Explanation why;
  why.asOf = fhir::print(assessment.now);
  why.version = assessment.pack->version;
  why.digest = assessment.pack->digest;
  why.tier = rules::name(assessment.tier);
  why.deceased = assessment.deceased;
  why.act = assessment.act;
  why.painInPlay = assessment.pain.inPlay;
  if (assessment.pain.start) why.painSince = fhir::print(*assessment.pain.start);
  for (const auto region : assessment.pain.regions) why.painRegions.push_back(regionName(region));
  why.stress = name(assessment.stress.strength);
  why.stressWeight = assessment.stress.weight;
  for (const auto& outcome : assessment.considered) {
    if (!told || told(outcome.pathway->id)) why.pathways.push_back(considered(assessment, outcome));
  }
  for (const auto& state : assessment.findings) {
    if (!state.evidence.empty()) {
      why.findings.push_back(found(assessment, state));
    } else if (assessment.pack->findings[state.finding].isRedFlag()) {
      why.undocumented.push_back(named(assessment, state.finding));
    }
  }
  for (const auto& open : assessment.open)
    why.screen.push_back({open.item->id, open.item->label, named(assessment, open.findings)});
  why.unread.assign(assessment.unread.begin(), assessment.unread.end());
  why.missing.assign(assessment.missing.begin(), assessment.missing.end());
  for (const auto& each : assessment.unreadable) why.unreadable.push_back({each.what, each.where});
  return why;
}

}  // namespace plumbline
