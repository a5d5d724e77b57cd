#pragma once

#include <optional>

#include "fhir/json.h"
#include "fhir/resources.h"

/// What a QuestionnaireResponse leaves to its Questionnaire, and the score an answer carries with it.
namespace plumbline::fhir {

/// The code of the question `item` (of a Questionnaire or of a response): Coding or CodeableConcept, one or
/// several, as one concept. Empty when there is none.
CodeableConcept questionCode(Json item);

/// Gives every answer of `response` that lacks a code or a text what its question has in the Questionnaire
/// contained in `resource`, by linkId. FHIR R4 keeps codes there alone. Only the Questionnaire that
/// `response.questionnaire` names by fragment or url counts, or any while it names none (STU3 had a Reference
/// there).
void describeQuestions(const Object& resource, QuestionnaireResponse& response);

/// The ordinal value or item weight that `coding` carries as an extension, whichever FHIR version named it.
std::optional<double> ordinalOf(Json coding);

}  // namespace plumbline::fhir
