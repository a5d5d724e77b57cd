#pragma once

#include "fhir/record.h"
#include "rules/evidence.h"
#include "rules/medications.h"
#include "rules/pain.h"

namespace plumbline::rules {

/// Adds evidence that no single resource gives (Finding::derived): both sides of a one-sided finding, lost
/// weight, a fallen muscle grade, drugs by class and by duration. `table` holds what the resources gave.
void addDerived(const Pack& pack, const fhir::PatientRecord& record, const MedicationClasses& medications,
                fhir::Instant now, EvidenceTable& table);

/// Adds what follows from the patient's age, some of which needs to know since when there is pain. A birth
/// date that leaves the age open is read the dangerous way round; without one nothing is added.
void addAge(const Pack& pack, const fhir::PatientRecord& record, const Pain& pain, fhir::Instant now,
            EvidenceTable& table);

}  // namespace plumbline::rules
