#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/store/rows.h"
#include "rules/pack.h"

/// What a filled-in red-flag screen becomes: FHIR R4 resources, and words for a note.
namespace plumbline::screen {

/// A form that somebody filled in, about whom and when. Ids are bare FHIR ids.
struct Filled {
  std::string_view patient, encounter;  ///< no encounter: empty
  std::string_view author;              ///< a reference; empty: not known
  std::string_view at;                  ///< an instant as FHIR writes it
  std::string_view submission;          ///< by which a server tells that it has it already
  const std::vector<store::ScreenAnswer>& answers;
};

/// The system of the identifier that every resource of a submission bears.
inline constexpr std::string_view kSubmissionSystem = "urn:plumbline:screen";

/// A completed QuestionnaireResponse to the pack's form: a question that nobody answered is not in it, so
/// that it stays as the chart has it. Answers to questions that the form does not ask are left out.
std::string questionnaireResponse(const rules::Pack& pack, const Filled& filled);

/// One final Observation whose components are the answers: one, so that it is written whole or not at all.
/// What nobody examined has a dataAbsentReason instead of a value.
std::string observation(const rules::Pack& pack, const Filled& filled);

/// A current DocumentReference that holds `note` as plain text.
std::string documentReference(const rules::Pack& pack, const Filled& filled, std::string_view note);

/// The answers as lines that a clinician, and this service, can read in a note: "No: Fever or rigors".
std::string noteText(const rules::Pack& pack, const Filled& filled);

/// The answer of this code among those the form offers, or null.
const rules::Code* offered(const rules::ScreenForm& form, std::string_view code);

}  // namespace plumbline::screen
