#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/cards/card.h"
#include "plugin/hooks/profiles.h"
#include "plugin/outcome.h"
#include "rules/assessment.h"

/// All JSON Plumbline writes, in a fixed order of keys. Optional members without a value are left out, except
/// inside the assessment, whose lists are always there.
namespace plumbline::wire {

/// An indicator as a card carries it.
std::string_view name(cards::Indicator indicator);

std::string operationOutcome(const std::vector<Issue>& issues);

/// {"cards": […]}, each card with the assessment in extension["org.plumbline.assessment"].
std::string response(const std::vector<cards::Card>& cards, const rules::Assessment& assessment);

/// One line of `evaluate`: {"patient", "assessment", "cards"}, with a newline.
std::string evaluation(std::string_view patientId, const std::vector<cards::Card>& cards,
                       const rules::Assessment& assessment);

/// One line of `evaluate` for input that was refused: {"patient"?, "error": OperationOutcome}, with a
/// newline.
std::string refusedEvaluation(std::string_view patientId, const std::vector<Issue>& issues);

/// The body of GET /cds-services for a client of this kind.
std::string discovery(const hooks::Profile& client = hooks::standardProfile());

}  // namespace plumbline::wire
