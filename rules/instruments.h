#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fhir/resources.h"
#include "rules/code.h"

namespace plumbline::rules {

/// One way to answer and what it scores.
struct ScoredAnswer {
  double score = 0;
  std::vector<Code> codes;
  std::vector<std::string> words;  ///< whole answers, as plain words
  std::optional<bool> boolean;     ///< the boolean that stands for it
};

struct InstrumentItem {
  Code code;                           ///< its LOINC code; empty where LOINC has none that was verified
  std::vector<std::string> linkIds;    ///< besides the LOINC code
  std::vector<std::string> questions;  ///< whole questions, as plain words
  std::vector<ScoredAnswer> answers;
};

/// A questionnaire whose answers add up to a score, such as the GAD-7. The meaning of every member is that of
/// rules/content/schema/instrument.schema.json.
struct Instrument {
  std::string id;
  std::string name;
  Code total;  ///< LOINC
  std::vector<InstrumentItem> items;
  std::vector<std::size_t> shortOf;  ///< longer instruments with some of the same items; indexes
};

/// What a set of answers comes to, each as a measurement under a LOINC code.
struct Scores {
  /// Of answered items: the number the answer scores, or the value as it was sent where that is no answer of
  /// the item.
  std::vector<fhir::Measurement> items;
  /// Totals as somebody wrote them.
  std::vector<fhir::Measurement> written;
  /// Totals added up where none was written and every item is answered in exactly one way. A form that is
  /// short of another is not carved out of it: it has no sum in a set that holds further items of the longer
  /// one.
  std::vector<fhir::Measurement> sums;
};

/// Every instrument, found by what its items and its total are called. Filled once, then read by any thread.
class Instruments {
 public:
  void add(Instrument instrument);

  [[nodiscard]] const std::vector<Instrument>& all() const { return all_; }

  /// What one set of answers (of one questionnaire, or of observations of one moment) comes to.
  [[nodiscard]] Scores scores(const std::vector<fhir::Answer>& answers) const;

  /// `measured` with the number its coded or worded answer scores, when its code is that of an item; nothing
  /// when it is not, is a number already, or is no answer of the item.
  [[nodiscard]] std::optional<fhir::Measurement> scored(const fhir::Measurement& measured) const;

  /// Whether a coding of `code` is an item or a total of an instrument.
  [[nodiscard]] bool knows(const fhir::CodeableConcept& code) const;

 private:
  /// A place in an instrument: an item, or (`item` is its number of items) its total.
  struct Use {
    std::size_t instrument;
    std::size_t item;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Tally;

  [[nodiscard]] const std::vector<Use>* named(std::string_view name) const;
  [[nodiscard]] const std::vector<Use>* named(const fhir::CodeableConcept& code) const;
  [[nodiscard]] const std::vector<Use>* askedBy(const fhir::Answer& answer) const;
  [[nodiscard]] const InstrumentItem* itemAt(const Use& use) const;
  void count(const fhir::Answer& answer, const std::vector<Use>& uses, std::vector<Tally>& tallies,
             Scores& scores) const;

  std::vector<Instrument> all_;
  std::unordered_map<std::string, std::vector<Use>, Hash, std::equal_to<>> uses_;
};

}  // namespace plumbline::rules
