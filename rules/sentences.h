#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/evidence.h"
#include "rules/text/reader.h"

namespace plumbline::rules {

/// Turns what is written in words into evidence. What sentences mean is read in rules/text; here it is
/// decided what that is worth: a family's, a past or a merely possible event speaks for no finding of today
/// (architecture §5 rules 1, 2 and 5).
class Sentences {
 public:
  Sentences(const Pack& pack, EvidenceTable& table) : pack_(pack), table_(table) {}

  /// Reads `words`. `base` is what the resource itself says: source, dates, status; `kind` is what the words
  /// are, for explanations ("Progress note", "Condition.note"), and outlives the table. `copies`: the words
  /// are of a note, where a sentence taken over from an earlier one keeps its first date.
  void read(const Evidence& base, std::string_view words, std::string_view kind, bool copies = false);

  /// What holds only once everything is read: dates of copied sentences, and that a code beside its own words
  /// is one piece of evidence and not two. Before derived evidence is added.
  void finish();

 private:
  void mentioned(const text::Mention& mention, const Evidence& base, std::string_view kind, bool copies);
  void measured(const text::Reading& reading, const Evidence& base, std::string_view kind);
  void denyByAspects(std::size_t finding);
  void dateOfPain(const text::Mention& mention, Evidence& evidence) const;

  const Pack& pack_;
  EvidenceTable& table_;
  FindingSet told_;  ///< of which some sentence speaks
};

}  // namespace plumbline::rules
