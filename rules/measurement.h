#pragma once

#include <optional>
#include <string>

#include "fhir/resources.h"
#include "rules/evidence.h"
#include "rules/finding.h"

namespace plumbline::rules {

/// What one measured value says about a threshold.
struct MeasurementResult {
  Evidence::Says says;
  std::string label;  ///< "CRP 64 mg/L", for the card
};

/// Nothing when `measured` is of another quantity, or carries neither a value nor a reason for its absence.
/// Present or Absent by the threshold, in its unit. Unreadable when the unit is unknown, the value is outside
/// the plausible range, or a comparator ("<5", ">100") leaves both answers open.
std::optional<MeasurementResult> test(const Threshold& threshold, const fhir::Measurement& measured);

}  // namespace plumbline::rules
