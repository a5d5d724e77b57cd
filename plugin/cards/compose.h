#pragma once

#include <string_view>
#include <vector>

#include "plugin/cards/audience.h"
#include "plugin/cards/card.h"
#include "plugin/hooks/services.h"
#include "plugin/uuid.h"
#include "rules/assessment.h"

namespace plumbline::cards {

/// Whether a call gets one card, the lead pathway first, or one for each raised pathway (at most 3).
enum class Grouping { Single, PerPathway };

/// What a card needs to know of the call beside the assessment.
struct Call {
  hooks::Hook hook = hooks::Hook::PatientView;  ///< what made the client call
  std::string_view patientId;
  std::string_view encounterId;
  Grouping grouping = Grouping::Single;
  Audience audience{};
};

/// The cards of an assessment: none for Tier::None. Pure but for `uuids`. Summary and detail keep the limits
/// of architecture §6 whatever the record holds, and hold no text of the chart: every word is of the pack.
std::vector<Card> compose(const rules::Assessment& assessment, const Call& call, const UuidSource& uuids);

/// Lengths as the readers of a card count them.
inline constexpr std::size_t kMaxSummary = 139;  ///< UTF-16 units
inline constexpr std::size_t kMaxDetail = 1500;  ///< UTF-16 units

}  // namespace plumbline::cards
