#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace plumbline::rules::text {

/// A word of content, by number. 0 is every word that no phrase knows.
using WordId = std::uint32_t;
constexpr WordId kUnknownWord = 0;

/// Up to 16 bytes of a word as two numbers that can be compared at once; zeros follow the last byte.
struct Letters {
  static constexpr std::size_t kMost = 16;
  std::uint64_t first = 0, rest = 0;

  bool operator==(const Letters&) const = default;

  /// The eight bytes at `bytes`, the first of them lowest.
  static std::uint64_t eightAt(const char* bytes) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes, sizeof eight);
    return std::endian::native == std::endian::big ? __builtin_bswap64(eight) : eight;
  }

  /// `word` has at most kMost bytes.
  static Letters of(std::string_view word) {
    std::array<char, kMost> bytes{};
    std::memcpy(bytes.data(), word.data(), word.size());
    return {eightAt(bytes.data()), eightAt(bytes.data() + 8)};
  }
};

/// The words that phrases and cues are made of. Filled once, then read by any thread.
class Vocabulary {
 public:
  /// The number of a word and that of its singular.
  struct Known {
    WordId word = kUnknownWord, base = kUnknownWord;
  };

  /// The number of `word`, which is in lower case and holds no blank; a new one where it is not known yet.
  WordId add(std::string_view word);

  /// From now on `variant` is read as `word`: another spelling of it.
  void addSpelling(std::string_view variant, std::string_view word);

  /// A full stop behind this word is part of it and ends no sentence: "Dr.", "approx.".
  void addAbbreviation(std::string_view word);
  [[nodiscard]] bool isAbbreviation(WordId word) const {
    return word < abbreviations_.size() && abbreviations_[word];
  }

  /// A line does not end behind this word: "of", "the".
  void addLeadsOn(std::string_view word);
  [[nodiscard]] bool leadsOn(WordId word) const { return word < leadsOn_.size() && leadsOn_[word]; }

  /// `word` without the -s of a plural, as phrases of findings are kept; words that only look like plurals
  /// ("pelvis", "less") stay.
  static std::string_view singular(std::string_view word);

  /// The number of the singular of a word by its number.
  [[nodiscard]] WordId singularOf(WordId word) const {
    return word < singulars_.size() ? singulars_[word] : word;
  }

  /// Also reads the plural in -s of every word so far, unless that is a word itself. The last step.
  void finish();

  /// A word in lower case; unknown, both of its numbers are kUnknownWord.
  [[nodiscard]] Known known(Letters letters) const {
    return letters.rest == 0 ? short_.find(letters.first) : long_.find(letters);
  }

  /// The number of a word in lower case, or kUnknownWord.
  [[nodiscard]] WordId find(std::string_view word) const {
    if (word.size() <= Letters::kMost) return known(Letters::of(word)).word;
    const auto found = words_.find(word);
    return found == words_.end() ? kUnknownWord : found->second;
  }

  [[nodiscard]] std::size_t size() const { return next_; }

 private:
  /// A hash table with open addressing. Most words of a text are short: those have a table of their own that
  /// fits the cache.
  template <class Letters>
  class Table {
   public:
    void fill(const std::vector<std::pair<Letters, Known>>& words) {
      std::size_t size = 2;
      for (shift_ = 63; size < words.size() * 2; --shift_) size *= 2;
      slots_.assign(size, {});
      for (const auto& [letters, known] : words) {
        std::size_t at = placeOf(letters);
        while (slots_[at].known.word != kUnknownWord) at = (at + 1) & (size - 1);
        slots_[at] = {letters, known};
      }
    }
    [[nodiscard]] Known find(Letters letters) const {
      const Slot* const slots = slots_.data();
      for (std::size_t at = placeOf(letters);; at = (at + 1) & (slots_.size() - 1)) {
        if (slots[at].letters == letters || slots[at].known.word == kUnknownWord) return slots[at].known;
      }
    }

   private:
    struct Slot {
      Letters letters;
      Known known;
    };
    [[nodiscard]] std::size_t placeOf(Letters letters) const {
      return static_cast<std::size_t>(mixed(letters) >> shift_);
    }
    std::vector<Slot> slots_ = std::vector<Slot>(2);  ///< a power of two, at most half of them taken
    int shift_ = 63;                                  ///< leaves the bits that number a slot
  };
  static std::uint64_t mixed(std::uint64_t letters) { return letters * 0x9E3779B97F4A7C15ULL; }
  static std::uint64_t mixed(Letters letters) {
    return mixed(letters.first ^ (letters.rest * 0xC2B2AE3D27D4EB4FULL));
  }
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>()(word); }
  };
  template <class Value>
  using ByWord = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  ByWord<WordId> words_;
  ByWord<std::string> spellings_;
  Table<std::uint64_t> short_;  ///< words of at most eight bytes
  Table<Letters> long_;         ///< of the others those that fit Letters
  std::vector<bool> abbreviations_;
  std::vector<bool> leadsOn_;
  std::vector<WordId> singulars_;  ///< by number
  WordId next_ = 1;
};

}  // namespace plumbline::rules::text
