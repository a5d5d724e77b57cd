#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/resources.h"
#include "rules/evidence.h"
#include "rules/finding.h"

namespace plumbline::rules {

/// What one measured value says about a threshold.
struct MeasurementResult {
  Evidence::Says says;
  std::string label;  ///< "CRP 64 mg/L", for the card
};

/// Whether a result of this status stands: final, amended or corrected (FHIR R4 ObservationStatus,
/// DiagnosticReportStatus).
bool isFinal(std::string_view status);

/// Whether `code` names what the threshold measures, by code or by words.
bool isOf(const Threshold& threshold, const fhir::CodeableConcept& code);

/// The value in the threshold's unit; nothing when neither the unit nor the printed one is known to measure
/// the same, or the value is implausible.
std::optional<double> valueOf(const Threshold& threshold, const fhir::Quantity& quantity);

/// "64 mg/L".
std::string printedValue(const Threshold& threshold, std::string_view comparator, double value);

/// "CRP 64 mg/L".
std::string printed(const Threshold& threshold, std::string_view comparator, double value);

/// What `measured`, known to be of the threshold's quantity, says. Nothing when it carries neither a value
/// nor a reason for its absence. Present or Absent by the threshold, in its unit. Unreadable when the unit is
/// unknown, the value is outside the plausible range, or a comparator ("<5", ">100") leaves both answers
/// open.
std::optional<MeasurementResult> test(const Threshold& threshold, const fhir::Measurement& measured);

}  // namespace plumbline::rules
