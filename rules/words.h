#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/resources.h"
#include "rules/code.h"

namespace plumbline::rules {

inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
inline bool isLetter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

/// Whether `text` begins with `stem`, which is in lower case; letter case of `text` ignored.
bool beginsWith(std::string_view text, std::string_view stem);

/// Whether `text` holds `stem` at the start of a word; letter case ignored, `stem` in lower case.
bool holdsWord(std::string_view text, std::string_view stem);

/// Whether the text or a display of `concept_` holds `stem` at the start of a word.
bool names(const fhir::CodeableConcept& concept_, std::string_view stem);

/// Many stems, looked for in one pass over a text. Filled once, then read by any thread.
class StemIndex {
 public:
  /// `stem` as for holdsWord(); `meaning` is handed back where it is found.
  void add(std::string_view stem, std::size_t meaning);

  /// Calls `visit(meaning)` for each stem that names() would find in `concept_`; more than once for one that
  /// is there more than once.
  template <class Visit>
  void find(const fhir::CodeableConcept& concept_, Visit visit) const {
    findIn(concept_.text, visit);
    for (const fhir::Coding& coding : concept_.coding) findIn(coding.display, visit);
  }

 private:
  struct Stem {
    std::string letters;
    std::size_t meaning;
  };

  template <class Visit>
  void findIn(std::string_view text, Visit& visit) const {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (at > 0 && isLetter(text[at - 1])) continue;
      for (const Stem& stem : byFirst_[static_cast<unsigned char>(lower(text[at]))]) {
        if (beginsWith(text.substr(at), stem.letters)) visit(stem.meaning);
      }
    }
  }

  std::array<std::vector<Stem>, 256> byFirst_;
};

/// Whether a coding of `concept_` is one of `codes`.
bool isAny(const std::vector<Code>& codes, const fhir::CodeableConcept& concept_);

/// Whether `text`, blanks around it and letter case aside, is one of `words` (in lower case).
bool isOneOf(const std::vector<std::string>& words, std::string_view text);

/// The words of a body site: its text, else its first display.
std::string_view siteOf(const fhir::CodeableConcept& site);

}  // namespace plumbline::rules
