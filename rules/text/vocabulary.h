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

/// What a word is known for besides being part of phrases: each a bit. The first are about how often the
/// small words around cues decide.
using Traits = std::uint32_t;
enum Trait : Traits {
  kBe = 1U << 0U,            ///< "is", "was": a cue behind one looks back
  kAfter = 1U << 1U,         ///< "on", "today": a cue before one looks back
  kJoins = 1U << 2U,         ///< "and", "or"
  kOr = 1U << 3U,            ///< "or", "nor": the list before it goes on
  kGoverns = 1U << 4U,       ///< "of", "for": a cue that ends in one speaks of what follows
  kNow = 1U << 5U,           ///< "since", "now": what stands with it is there, whatever was denied before
  kExcept = 1U << 6U,        ///< "except": not all of what was said is so
  kDescribes = 1U << 7U,     ///< "severe": the second of two items is there where it begins so, though a "no"
                             ///< stands before the first
  kTells = 1U << 8U,         ///< "noted", "found": behind a semicolon, no part of advice any more
  kAbbreviation = 1U << 9U,  ///< a full stop behind it is part of it and ends no sentence: "Dr.", "approx."
  kLeadsOn = 1U << 10U,      ///< a line does not end behind it: "of", "the"
  kSided = 1U << 11U,        ///< names a side
  kCounts = 1U << 12U,       ///< "two"
  kAsks = 1U << 13U,         ///< begins a question
  kBeginsCue = 1U << 14U,    ///< some cue or heading begins with it
  kBeginsAnswer = 1U << 15U,  ///< some answer of a form does, or what stands before one
  kBeginsGroup = 1U << 16U,   ///< some phrase of a group does, in the singular
  kBeginsPhrase = 1U << 17U,  ///< some phrase of a finding or quantity does, in the singular
  kFiller = 1U << 18U,        ///< its singular may stand between the words of such a phrase
};
/// What a word has from its singular.
constexpr Traits kOfSingular = kBeginsGroup | kBeginsPhrase | kFiller;

/// Up to 16 bytes of a word as two numbers that can be compared at once; zeros follow the last byte.
struct Letters {
  static constexpr std::size_t kMost = 16;
  std::uint64_t first = 0, rest = 0;

  /// Without a branch that nobody could foresee.
  bool operator==(const Letters& other) const { return ((first ^ other.first) | (rest ^ other.rest)) == 0; }

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
  /// The number of a word, that of its singular, and what it is known for.
  struct Known {
    WordId word = kUnknownWord, base = kUnknownWord;
    Traits traits = 0;
  };

  /// The number of `word`, which is in lower case and holds no blank; a new one where it is not known yet.
  WordId add(std::string_view word);

  /// From now on `variant` is read as `word`: another spelling of it.
  void addSpelling(std::string_view variant, std::string_view word);

  /// From now on `word` is known for `trait` too.
  void mark(WordId word, Trait trait);

  /// `word` without the -s of a plural, as phrases of findings are kept; words that only look like plurals
  /// ("pelvis", "less") stay.
  static std::string_view singular(std::string_view word);

  /// What is known of a word by its number.
  [[nodiscard]] const Known& of(WordId word) const { return words_.data()[word]; }

  /// Also reads the plural in -s of every word so far, unless that is a word itself. The last step.
  void finish();

  /// A word in lower case; of an unknown one all numbers are 0.
  [[nodiscard]] Known known(const Letters& letters) const {
    const std::uint64_t mix = mixed(letters);
    const Slot& slot = slots_.data()[placeOf(mix, turns_.data()[bucketOf(mix)])];
    const auto all = std::uint32_t{0} - std::uint32_t{slot.letters == letters};
    return {slot.known.word & all, slot.known.base & all, slot.known.traits & all};
  }

  /// The number of `word`, which is in lower case, or kUnknownWord.
  [[nodiscard]] WordId find(std::string_view word) const {
    if (word.size() <= Letters::kMost) return known(Letters::of(word)).word;
    const auto found = numbers_.find(word);
    return found == numbers_.end() ? kUnknownWord : found->second;
  }

  [[nodiscard]] std::size_t size() const { return next_; }

 private:
  /// Of a hash table that holds every word where it is looked for first, so that a look needs no branch that
  /// nobody could foresee: words of one bucket are turned by a number of the bucket's, which was chosen so
  /// that none of them meets another.
  struct Slot {
    Letters letters;
    Known known;
  };
  static std::uint64_t mixed(const Letters& letters) {
    return (letters.first ^ (letters.rest * 0xC2B2AE3D27D4EB4FULL)) * 0x9E3779B97F4A7C15ULL;
  }
  [[nodiscard]] std::size_t bucketOf(std::uint64_t mixed) const {
    return static_cast<std::size_t>(mixed >> bucketShift_);
  }
  [[nodiscard]] std::size_t placeOf(std::uint64_t mixed, std::uint16_t turn) const {
    return static_cast<std::size_t>(((mixed ^ turn) * 0xD6E8FEB86659FD93ULL) >> slotShift_);
  }
  void layOut();
  bool settle(const std::vector<Slot>& bucket);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>()(word); }
  };
  template <class Value>
  using ByWord = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  ByWord<WordId> numbers_;
  ByWord<std::string> spellings_;
  std::vector<Known> words_ = std::vector<Known>(1);                  ///< by number
  std::vector<Traits> traits_;                                        ///< by number, as marked
  std::vector<Slot> slots_ = std::vector<Slot>(2);                    ///< of the words that fit Letters
  std::vector<std::uint16_t> turns_ = std::vector<std::uint16_t>(2);  ///< by bucket
  int slotShift_ = 63, bucketShift_ = 63;  ///< leave the bits that number a slot, a bucket
  WordId next_ = 1;
};

}  // namespace plumbline::rules::text
