#pragma once

#include <string>
#include <vector>

#include "plugin/cards/compose.h"

namespace plumbline::cards {

/// Adds the options of a raised pathway that are orders: as suggestions, each logical order once, by the
/// site's code, else by the pack's where the client takes that one. An order without a code the client takes
/// is no suggestion; its label goes to `asText`. None below Urgent, and no MRI while one is being ordered.
void addOrders(Card& card, const rules::Assessment& assessment, const rules::PathwayOutcome& outcome,
               const Call& call, const UuidSource& uuids, std::vector<std::string>& asText);

/// Adds a task to complete the red-flag screen, where items of it are open and there is time for it: on a
/// card that is not pressing, or where the visit begins.
void addScreenTask(Card& card, const rules::Assessment& assessment, rules::Tier tier, const Call& call,
                   const UuidSource& uuids);

/// Adds the links a site has set up.
void addSiteLinks(Card& card, const rules::Assessment& assessment, const Call& call);

}  // namespace plumbline::cards
