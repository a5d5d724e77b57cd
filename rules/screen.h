#pragma once

#include <string>
#include <vector>

#include "fhir/record.h"
#include "rules/criteria.h"

namespace plumbline::rules {

/// A line of the structural screen that is not complete, and the findings in it that are not documented
/// absent.
struct OpenItem {
  const ScreenItem* item;
  FindingSet findings;
};

/// The items of the screen for the regions in pain (all of them where the region is unknown) that are not
/// complete, most dangerous first. Each finding must be specifically absent and surely in date; each
/// measurement must be there. Architecture §5 rules 16 and 17; knowledge "screen".
std::vector<OpenItem> openItems(const Facts& facts);

/// Whether the site asks for a completed red-flag questionnaire and there is none, in date, that answers what
/// this patient's screen asks (rules/questionnaire.h). Architecture §5 rule 17.
bool attestationLacks(const Facts& facts);

}  // namespace plumbline::rules
