#pragma once

#include <string_view>
#include <vector>

#include "rules/sentences.h"

namespace plumbline::rules {

/// The words a concept has for a reader: its text, or else, where the pack knows none of its codes, a
/// display.
std::string_view wordsOf(const Pack& pack, const fhir::CodeableConcept& concept_);

/// Hands the words of notes, reports, impressions and orders to `sentences`: of those in force, for this
/// patient. What is not final is suspected and rules nothing out. A document no attachment of which can be
/// read (text/plain.h says why one cannot) is added to `unread`.
void readNotes(const Pack& pack, const fhir::PatientRecord& record, fhir::Instant now, Sentences& sentences,
               std::vector<fhir::Unreadable>& unread);

}  // namespace plumbline::rules
