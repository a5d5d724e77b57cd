#include "rules/text/vocabulary.h"

namespace plumbline::rules::text {

WordId Vocabulary::add(std::string_view word) {
  const auto spelled = spellings_.find(word);
  if (spelled != spellings_.end()) word = spelled->second;
  const auto known = words_.find(word);
  return known == words_.end() ? words_.emplace(word, next_++).first->second : known->second;
}

std::string_view Vocabulary::singular(std::string_view word) {
  constexpr std::size_t kShortest = 4;
  const bool letters = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
  const bool plural = letters && word.size() >= kShortest && word.ends_with('s') && !word.ends_with("ss") &&
                      !word.ends_with("us") && !word.ends_with("is");
  return plural ? word.substr(0, word.size() - 1) : word;
}

void Vocabulary::addSpelling(std::string_view variant, std::string_view word) {
  spellings_.emplace(variant, word);
}

void Vocabulary::addAbbreviation(std::string_view word) {
  const WordId number = add(word);
  if (abbreviations_.size() <= number) abbreviations_.resize(number + 1);
  abbreviations_[number] = true;
}

void Vocabulary::addLeadsOn(std::string_view word) {
  const WordId number = add(word);
  if (leadsOn_.size() <= number) leadsOn_.resize(number + 1);
  leadsOn_[number] = true;
}

void Vocabulary::finish() {
  std::vector<std::pair<std::string, WordId>> variants;
  for (const auto& [word, number] : words_) {
    if (singular(word + 's') == word) variants.emplace_back(word + 's', number);
  }
  for (const auto& [variant, word] : spellings_) {
    const auto known = words_.find(word);
    if (known != words_.end()) variants.emplace_back(variant, known->second);
  }
  for (auto& [variant, number] : variants) words_.emplace(std::move(variant), number);

  singulars_.resize(next_);
  for (const auto& [word, number] : words_) {
    const auto known = words_.find(singular(word));
    singulars_[number] = known == words_.end() ? number : known->second;
  }

  std::vector<std::pair<std::uint64_t, Known>> shorter;
  std::vector<std::pair<Letters, Known>> longer;
  for (const auto& [word, number] : words_) {
    if (word.size() > Letters::kMost) continue;
    const Letters letters = Letters::of(word);
    const Known known{number, singulars_[number]};
    if (letters.rest == 0) {
      shorter.emplace_back(letters.first, known);
    } else {
      longer.emplace_back(letters, known);
    }
  }
  short_.fill(shorter);
  long_.fill(longer);
}

}  // namespace plumbline::rules::text
