#include "rules/age.h"

namespace plumbline::rules {

std::optional<fhir::AgeRange> ageOf(const fhir::PatientRecord& record, fhir::Instant now) {
  if (!record.patient || !record.patient->birthDate) return std::nullopt;
  const fhir::DateRange& birth = *record.patient->birthDate;
  if (birth.earliest > now) return std::nullopt;
  return fhir::ageAt(birth, now);
}

}  // namespace plumbline::rules
