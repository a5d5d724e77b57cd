#include "rules/pack.h"

#include <algorithm>

#include "rules/question.h"

namespace plumbline::rules {

bool contains(const std::vector<Code>& codes, std::string_view system, std::string_view code) {
  return std::any_of(codes.begin(), codes.end(), [&](const Code& each) {
    return each.system == system && (each.prefix ? code.starts_with(each.code) : code == each.code);
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
      if (!finding.measurements[m].words.empty()) worded_.push_back({f, m});
    }
  }
}

}  // namespace plumbline::rules
