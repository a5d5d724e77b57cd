#include "rules/words.h"

#include <algorithm>

namespace plumbline::rules {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool isLetter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

}  // namespace

bool holdsWord(std::string_view text, std::string_view stem) {
  if (stem.size() > text.size() || stem.empty()) return false;
  for (std::size_t at = 0; at + stem.size() <= text.size(); ++at) {
    if (lower(text[at]) != stem[0] || (at > 0 && isLetter(text[at - 1]))) continue;
    const auto same = [](char ours, char theirs) { return ours == lower(theirs); };
    if (std::equal(stem.begin(), stem.end(), text.begin() + static_cast<std::ptrdiff_t>(at), same))
      return true;
  }
  return false;
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

std::string_view siteOf(const fhir::CodeableConcept& site) {
  return site.text.empty() && !site.coding.empty() ? site.coding.front().display : site.text;
}

}  // namespace plumbline::rules
