#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/resources.h"
#include "rules/code.h"

namespace plumbline::rules {

/// Whether `text` holds `stem` at the start of a word; letter case ignored, `stem` in lower case.
bool holdsWord(std::string_view text, std::string_view stem);

/// Whether the text or a display of `concept_` holds `stem` at the start of a word.
bool names(const fhir::CodeableConcept& concept_, std::string_view stem);

/// The places where a word begins in the text and displays of a concept, for asking about many stems.
class Words {
 public:
  /// `concept_` must outlive it.
  explicit Words(const fhir::CodeableConcept& concept_);

  /// As names().
  [[nodiscard]] bool hold(std::string_view stem) const;

 private:
  void add(std::string_view text);
  std::vector<std::string_view> from_;  ///< from the beginning of each word to the end of its text
};

/// Whether a coding of `concept_` is one of `codes`.
bool isAny(const std::vector<Code>& codes, const fhir::CodeableConcept& concept_);

/// Whether `text`, blanks around it and letter case aside, is one of `words` (in lower case).
bool isOneOf(const std::vector<std::string>& words, std::string_view text);

/// The words of a body site: its text, else its first display.
std::string_view siteOf(const fhir::CodeableConcept& site);

}  // namespace plumbline::rules
