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

bool beginsWith(std::string_view text, std::string_view stem) {
  if (stem.empty() || text.size() < stem.size() || lower(text[0]) != stem[0]) return false;
  return std::equal(stem.begin(), stem.end(), text.begin(),
                    [](char ours, char theirs) { return ours == lower(theirs); });
}

}  // namespace

bool holdsWord(std::string_view text, std::string_view stem) {
  for (std::size_t at = 0; at + stem.size() <= text.size(); ++at) {
    if (beginsWith(text.substr(at), stem) && (at == 0 || !isLetter(text[at - 1]))) return true;
  }
  return false;
}

Words::Words(const fhir::CodeableConcept& concept_) {
  add(concept_.text);
  for (const fhir::Coding& coding : concept_.coding) add(coding.display);
}

void Words::add(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == 0 || !isLetter(text[at - 1])) from_.push_back(text.substr(at));
  }
}

bool Words::hold(std::string_view stem) const {
  return std::any_of(from_.begin(), from_.end(),
                     [&](std::string_view word) { return beginsWith(word, stem); });
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
