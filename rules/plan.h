#pragma once

#include <optional>
#include <string_view>

#include "rules/criteria.h"

namespace plumbline::rules {

/// What is going to be done about a pathway: an order, referral or appointment on record.
struct Plan {
  std::string_view what;                ///< the pack's name for it
  std::optional<fhir::DateRange> made;  ///< when it was ordered or booked
};

/// The newest active order, or appointment that stands, which answers the pathway and was surely made after
/// everything in `because` was recorded; a tie of dates without a time is no after, and neither is a finding
/// or an order without a date. Drafts, proposals and orders not to perform are none. Architecture §5 rule 20.
std::optional<Plan> planFor(const Pathway& pathway, const FindingSet& because, const Facts& facts);

}  // namespace plumbline::rules
