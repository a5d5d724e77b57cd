#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plumbline::rules::text {

/// A word of content, by number. 0 is every word that no phrase knows.
using WordId = std::uint32_t;
constexpr WordId kUnknownWord = 0;

/// The words that phrases and cues are made of. Filled once, then read by any thread.
class Vocabulary {
 public:
  /// The number of `word`, which is in lower case and holds no blank; a new one where it is not known yet.
  WordId add(std::string_view word);

  /// From now on `variant` is read as `word`: another spelling of it.
  void addSpelling(std::string_view variant, std::string_view word);

  /// A full stop behind this word is part of it and ends no sentence: "Dr.", "approx.".
  void addAbbreviation(std::string_view word);
  [[nodiscard]] bool isAbbreviation(WordId word) const {
    return word < abbreviations_.size() && abbreviations_[word];
  }

  /// `word` without the -s of a plural, as phrases of findings are kept; words that only look like plurals
  /// ("pelvis", "less") stay.
  static std::string_view singular(std::string_view word);

  /// The number of the singular of a word by its number.
  [[nodiscard]] WordId singularOf(WordId word) const {
    return word < singulars_.size() ? singulars_[word] : word;
  }

  /// Also reads the plural in -s of every word so far, unless that is a word itself. The last step.
  void finish();

  /// The number of a word in lower case, or kUnknownWord.
  [[nodiscard]] WordId find(std::string_view word) const {
    std::size_t at = hash(word) & mask_;
    while (slots_[at].word != kUnknownWord) {
      if (slots_[at].letters == word) return slots_[at].word;
      at = (at + 1) & mask_;
    }
    return kUnknownWord;
  }

  [[nodiscard]] std::size_t size() const { return next_; }

 private:
  struct Slot {
    std::string_view letters;
    WordId word = kUnknownWord;
  };

  static std::size_t hash(std::string_view word) {
    std::uint64_t h = word.size() * 0x9E3779B97F4A7C15ULL;
    for (const char c : word) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return static_cast<std::size_t>(h ^ (h >> 32U));
  }

  std::unordered_map<std::string, WordId> words_;  ///< the slots point at its keys, which never move
  std::unordered_map<std::string, std::string> spellings_;
  std::vector<Slot> slots_ = std::vector<Slot>(1);
  std::size_t mask_ = 0;
  std::vector<bool> abbreviations_;
  std::vector<WordId> singulars_;  ///< by number
  WordId next_ = 1;
};

}  // namespace plumbline::rules::text
