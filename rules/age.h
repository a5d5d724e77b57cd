#pragma once

#include <optional>

#include "fhir/record.h"

namespace plumbline::rules {

/// How old the patient can be at `now`. None without a birth date, and for one in the future, as
/// de-identified charts have: a newborn's rules must not come from a shifted date.
std::optional<fhir::AgeRange> ageOf(const fhir::PatientRecord& record, fhir::Instant now);

}  // namespace plumbline::rules
