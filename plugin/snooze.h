#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "fhir/date.h"
#include "plugin/cards/card.h"
#include "plugin/store/recall.h"
#include "plugin/store/writer.h"
#include "rules/pack.h"

namespace plumbline {

/// Stands for the reasons that the content does not have.
inline constexpr std::string_view kOtherReasons = "other";

/// Longest time that content and configuration can ask for.
inline constexpr std::chrono::hours kLongestSnooze{2160};

/// A site's own times by the code of a reason, or by "other" for every reason that the content does not have;
/// what is not here is as the content says.
using SnoozeTimes = std::map<std::string, std::chrono::hours, std::less<>>;

/// How long an override keeps the same card away, by its reason and the card's tier. No site can go beyond
/// what the content lets a tier have.
std::chrono::hours snoozeTime(const rules::Pack& pack, const SnoozeTimes& site, const store::Override& last,
                              rules::Tier tier);

/// What of earlier answers keeps `card` away from a patient of a client: an override, or that it was told not
/// long ago. Asks no disk; what the store does not know keeps nothing away.
store::Held heldBack(const store::Writer& store, const rules::Pack& pack, const SnoozeTimes& site,
                     const std::string& client, std::string_view patient, const cards::Card& card,
                     fhir::Instant now);

/// Whether the last override of its picture still keeps `card` away: its time is not over, and the card is no
/// more pressing, by tier or mark, than the one that was overridden.
bool isSnoozed(const cards::Card& card, const store::Override& last, std::chrono::hours time,
               fhir::Instant now);

}  // namespace plumbline
