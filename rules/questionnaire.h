#pragma once

#include <cstddef>
#include <optional>

#include "fhir/resources.h"
#include "rules/criteria.h"
#include "rules/pack.h"

namespace plumbline::rules {

/// Whether somebody has finished the questionnaire: completed or amended (FHIR R4
/// QuestionnaireResponseStatus).
bool isComplete(const fhir::QuestionnaireResponse& response);

/// The finding that the question of `item` asks for as such: by a linkId that is the finding's id, or by its
/// words where it has no code that says something of its own. Nothing when the code speaks, or nothing does.
std::optional<AskedFor> findingAsked(const Pack& pack, const fhir::Answer& item);

/// The finding that a question of the project's own form asks for, where `code` names the question: the
/// system is the form's canonical, the code the linkId. So an answer that was recorded as an observation is
/// read as one in a response, and not by the words of the question.
std::optional<std::size_t> questionOfForm(const Pack& pack, const fhir::CodeableConcept& code);

/// Whether somebody went through the project's own red-flag screen: a complete response to it, surely no
/// older than `limit`, that answers the question of each of `findings`, be it "not examined".
bool isAttested(const Facts& facts, const std::vector<std::size_t>& findings, std::chrono::seconds limit);

}  // namespace plumbline::rules
