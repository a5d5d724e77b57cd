#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/code.h"
#include "rules/text/context.h"
#include "rules/text/phrase_index.h"
#include "rules/text/vocabulary.h"

/// What rules/content/phrases and rules/content/context say, ready for reading. The meaning of every list is
/// that of rules/content/schema/phrases.schema.json.
namespace plumbline::rules::text {

/// A stretch of words without a gap; phrases are one or more of them.
using Segment = std::uint32_t;

/// One way in which a text can speak of a finding.
struct Phrase {
  enum class Role : std::uint8_t {
    Whole,          ///< names the finding itself: its denial denies all of it
    Way,            ///< names one way of having it
    WholeIfDenied,  ///< as Whole where it is denied; affirmed it counts for nothing
    Absent,         ///< says that the finding is not there
    Examined,       ///< what is looked at: tells only that nobody did
    Unlike,         ///< looks like the finding and is not
  };

  std::size_t finding = 0;
  Role role = Role::Way;
  std::optional<std::size_t> part;  ///< index into Finding::parts
  std::optional<Region> region;
  std::optional<std::size_t> aspect;  ///< of the finding; see TextContent::aspects
  std::string words;                  ///< as content writes them
  std::vector<Segment> segments;
  std::vector<Segment> with;  ///< of which one must be in the same text; empty: none need be
};

/// A value that texts state as a number, such as a temperature.
struct Quantity {
  struct Unit {
    std::vector<WordId> words;  ///< as printed
    std::string ucum;
  };
  std::string name;  ///< of the thresholds it is held against
  std::string unit;  ///< UCUM, where none is printed
  std::vector<Unit> units;
  std::optional<double> otherFrom;  ///< where none is printed, a number from here on is in `otherUnit`
  std::string otherUnit;
  std::optional<int> outOf;  ///< of grades: the number behind the slash that makes it one, "3/5"
  std::vector<WordId>
      notBehind;       ///< words behind which it is something else's: white cells of the spinal fluid
  bool first = false;  ///< of two numbers around a slash the first is meant: blood pressure
};

/// What a word of a form says.
enum class FormAnswer : std::uint8_t { Yes, No, NotPerformed };

/// What words between the item of a form and its answer say: nothing that matters, "now or in the past"; or
/// that the answer is about its end, "resolved".
enum class LabelWord : std::uint8_t { Passed, Outcome };

struct TextContent {
  Vocabulary vocabulary;
  PhraseIndex groups;  ///< its meanings are groups of phrases
  PhraseIndex index;   ///< its meanings are segments
  std::vector<Phrase> phrases;
  /// The groups that phrases name in braces, as content writes them.
  std::map<std::string, std::vector<std::string>> classes;
  /// What is first asked of a phrase whose last segment was found.
  struct Ending {
    std::uint32_t phrase = 0;
    bool alone = false;      ///< it has no other segment
    bool supported = false;  ///< whatever else is in the text
  };
  /// By segment: where in `endings` those of the phrases begin whose last it is; one more ends the last.
  std::vector<std::uint32_t> endingsFrom;
  std::vector<Ending> endings;
  struct Naming {
    std::size_t quantity = 0;
    std::string words;  ///< as content writes them
    bool needsUnit = false;
  };
  std::vector<Naming> namings;
  std::vector<std::uint32_t> namingOf;  ///< by segment: 1 + the place of the naming it is, 0: none
  enum SegmentRole : std::uint8_t { kEndsPhrase = 1, kNamesQuantity = 2 };
  std::vector<std::uint8_t> roles;  ///< by segment: SegmentRole bits
  /// By finding: how many aspects it has. Where each of them is denied, the finding is.
  std::vector<std::size_t> aspects;
  ContextContent context;
  PhraseIndex answers;               ///< its meanings are FormAnswer
  PhraseIndex labels;                ///< its meanings are LabelWord
  WordId unanswered = kUnknownWord;  ///< "Y/N": what stands in a form that nobody filled in
  std::vector<Side> sides;           ///< by word that is kSided; others may be left out
  std::vector<Quantity> quantities;
  std::vector<int> days;     ///< by word: of a unit of time; -1: makes the length of time before it an age
  std::vector<int> numbers;  ///< by word that kCounts: what, "two"
  std::size_t gap = 0;       ///< words that may stand between the segments of a phrase
  std::size_t snippet = 0;   ///< bytes of the longest quotation
  std::size_t largest = 0;   ///< bytes of a text that is read; longer ones are unreadable

  [[nodiscard]] Side side(const Token& token) const {
    return token.is(kSided) ? sides[token.word] : Side::None;
  }

  [[nodiscard]] std::size_t segments() const { return namingOf.size(); }

  /// The phrases whose last segment it is.
  [[nodiscard]] std::span<const Ending> endingIn(Segment segment) const {
    return std::span(endings).subspan(endingsFrom[segment], endingsFrom[segment + 1] - endingsFrom[segment]);
  }

  /// The quantity that a segment names, or null.
  [[nodiscard]] const Naming* naming(Segment segment) const {
    return namingOf[segment] == 0 ? nullptr : &namings[namingOf[segment] - 1];
  }
};

}  // namespace plumbline::rules::text
