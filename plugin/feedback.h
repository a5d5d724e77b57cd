#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/date.h"
#include "fhir/result.h"
#include "plugin/store/rows.h"

namespace plumbline {

/// Longest comment that is kept, in bytes; what is longer is cut at a character.
inline constexpr std::size_t kMaxComment = 2048;
/// Most entries of one delivery.
inline constexpr std::size_t kMaxFeedback = 10'000;

/// Reads the body of a feedback call on `service`. Refused as a whole when one entry is refused, so that what
/// was answered 400 has left nothing behind: no array `feedback` or one of more than kMaxFeedback entries; an
/// entry without card, outcome, outcomeTimestamp [Missing]; another outcome than accepted and overridden; a
/// card that is no identifier; a timestamp that is no full moment with its zone, or is more than five minutes
/// after `now`; `accepted` without acceptedSuggestions; a reason without code [WrongValue, WrongType].
/// Taken besides what the standard says, since EHRs send it: `overrideReasons` for `overrideReason`, an array
/// of one of them, reasons in Epic's extension, no reason at all, moments in another zone than UTC.
/// Sources: CDS Hooks 2.0 "Feedback"; conformance R162 to R169.
fhir::Result<std::vector<store::Feedback>> readFeedback(std::string_view body, std::string_view service,
                                                        fhir::Instant now);

}  // namespace plumbline
