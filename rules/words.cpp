#include "rules/words.h"

#include <algorithm>

namespace plumbline::rules {

bool beginsWith(std::string_view text, std::string_view stem) {
  if (stem.empty() || text.size() < stem.size() || lower(text[0]) != stem[0]) return false;
  return std::equal(stem.begin(), stem.end(), text.begin(),
                    [](char ours, char theirs) { return ours == lower(theirs); });
}

bool holdsWord(std::string_view text, std::string_view stem) {
  for (std::size_t at = 0; at + stem.size() <= text.size(); ++at) {
    if (beginsWith(text.substr(at), stem) && (at == 0 || !isLetter(text[at - 1]))) return true;
  }
  return false;
}

void StemIndex::add(std::string_view stem, std::size_t meaning) {
  if (!stem.empty())
    byFirst_[static_cast<unsigned char>(stem.front())].push_back({std::string(stem), meaning});
}

bool names(const fhir::CodeableConcept& concept_, std::string_view stem) {
  return holdsWord(concept_.text, stem) ||
         std::any_of(concept_.coding.begin(), concept_.coding.end(),
                     [&](const fhir::Coding& coding) { return holdsWord(coding.display, stem); });
}

bool isAny(const std::vector<Code>& codes, const fhir::CodeableConcept& concept_) {
  return std::any_of(concept_.coding.begin(), concept_.coding.end(),
                     [&](const fhir::Coding& coding) { return contains(codes, coding.system, coding.code); });
}

bool isOneOf(const std::vector<std::string>& words, std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return false;
  text = text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return word.size() == text.size() && beginsWith(text, word);
  });
}

std::string_view siteOf(const fhir::CodeableConcept& site) {
  return site.text.empty() && !site.coding.empty() ? site.coding.front().display : site.text;
}

}  // namespace plumbline::rules
