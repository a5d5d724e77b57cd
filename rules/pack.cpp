#include "rules/pack.h"

#include <algorithm>

#include "rules/question.h"

namespace plumbline::rules {
namespace {

FindingSet deficits(const Pack& pack) {
  FindingSet found;
  for (std::size_t f = 0; f < pack.findings.size(); ++f) {
    if (pack.findings[f].deficit) found.insert(f);
  }
  return found;
}

/// See Rule::needs. Where all parts must hold, one part's findings are enough to know it cannot; where some
/// must, it can while any part can.
std::optional<FindingSet> needsOf(const Criterion& criterion, const Pack& pack) {
  FindingSet needs;
  switch (criterion.kind) {
    case Criterion::Kind::Present:
    case Criterion::Kind::Weak: needs.insert(criterion.finding); return needs;
    case Criterion::Kind::Deficit: return deficits(pack);
    case Criterion::Kind::All:
      for (const Criterion& part : criterion.of) {
        if (const auto of = needsOf(part, pack)) return of;
      }
      return std::nullopt;
    case Criterion::Kind::Any:
    case Criterion::Kind::AtLeast:
      for (const Criterion& part : criterion.of) {
        const auto of = needsOf(part, pack);
        if (!of) return std::nullopt;
        needs.insert(*of);
      }
      return needs;
    case Criterion::Kind::Unless:
    case Criterion::Kind::Pain:
    case Criterion::Kind::PainNew:
    case Criterion::Kind::PainWithin:
    case Criterion::Kind::Age:
    case Criterion::Kind::Sex:
    case Criterion::Kind::Medication:
    case Criterion::Kind::Measured: break;
  }
  return std::nullopt;
}

}  // namespace

bool contains(const std::vector<Code>& codes, std::string_view system, std::string_view code) {
  return std::any_of(codes.begin(), codes.end(), [&](const Code& each) {
    // The code first: systems are long and mostly the same.
    return (each.prefix ? code.starts_with(each.code) : code == each.code) && each.system == system;
  });
}

std::optional<std::size_t> Pack::find(std::string_view findingId) const {
  const auto found = places_.find(std::string(findingId));
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> Pack::findMedication(std::string_view classId) const {
  const auto found = std::find_if(medications.begin(), medications.end(),
                                  [&](const MedicationClass& each) { return each.id == classId; });
  if (found == medications.end()) return std::nullopt;
  return static_cast<std::size_t>(found - medications.begin());
}

std::optional<AskedFor> Pack::asked(std::string_view question) const {
  const std::string plain = plainWords(question);
  for (const std::string_view words : {std::string_view(plain), withoutLeadIn(plain, answers.leadIns)}) {
    const auto found = questions_.find(std::string(words));
    if (found != questions_.end()) return found->second;
  }
  return std::nullopt;
}

const Pathway* Pack::pathway(std::string_view id) const {
  const auto found =
      std::find_if(pathways.begin(), pathways.end(), [&](const Pathway& p) { return p.id == id; });
  return found == pathways.end() ? nullptr : &*found;
}

void Pack::nameFindings(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    places_.emplace(id, findings.size());
    findings.emplace_back().id = id;
  }
}

void Pack::index() {
  for (std::size_t f = 0; f < findings.size(); ++f) {
    const Finding& finding = findings[f];
    questions_.emplace(plainWords(finding.name), AskedFor{f, true});
    for (const std::string& each : finding.questions) questions_.emplace(each, AskedFor{f, true});
    for (const std::string& each : finding.partialQuestions) questions_.emplace(each, AskedFor{f, false});
    for (std::size_t c = 0; c < finding.codes.size(); ++c) codes_.add(finding.codes[c], {f, c});
    for (std::size_t m = 0; m < finding.measurements.size(); ++m) {
      for (const Code& code : finding.measurements[m].codes) measured_.add(code, {f, m});
      for (const std::string& word : finding.measurements[m].words) measuredWords_.add(word, worded_.size());
      worded_.push_back({f, m});
    }
  }
  for (std::size_t m = 0; m < medications.size(); ++m) {
    for (const Code& code : medications[m].codes) drugs_.add(code, {m, 0});
    for (const std::string& name : medications[m].names) drugNames_.add(name, m);
    for (const auto& [brand, ingredient] : medications[m].brands) drugNames_.add(brand, m);
    for (const std::string& word : medications[m].notWords) drugNotWords_.add(word, m);
  }
  for (Pathway& pathway : pathways) {
    for (Rule& rule : pathway.rules) rule.needs = needsOf(rule.when, *this);
  }
}

}  // namespace plumbline::rules
