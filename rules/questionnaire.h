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

/// Whether somebody went through the project's own red-flag screen: a complete response to it, surely no
/// older than `limit`, that answers the question of each of `findings`, be it "not examined".
bool isAttested(const Facts& facts, const std::vector<std::size_t>& findings, std::chrono::seconds limit);

}  // namespace plumbline::rules
