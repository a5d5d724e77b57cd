#pragma once

#include "fhir/json.h"
#include "fhir/resources.h"

/// One resource of JSON to its struct. None of these refuses: an element that is missing or mistyped is empty
/// in the result. Each tolerates what EHRs are known to send: one object where FHIR wants an array, and the
/// DSTU2 and STU3 spellings of dates, statuses and reasons.
namespace plumbline::fhir {

CodeableConcept parseConcept(Json concept_);
Patient parsePatient(Json resource, const Source& source);
Encounter parseEncounter(Json resource, const Source& source);
Condition parseCondition(Json resource, const Source& source);
Observation parseObservation(Json resource, const Source& source);
/// `medication` is resolved by the caller, since it may live in another resource.
MedicationUse parseMedicationUse(Json resource, const Source& source, CodeableConcept medication);
Procedure parseProcedure(Json resource, const Source& source);
ServiceRequest parseServiceRequest(Json resource, const Source& source);
DiagnosticReport parseDiagnosticReport(Json resource, const Source& source);
QuestionnaireResponse parseQuestionnaireResponse(Json resource, const Source& source);
DocumentReference parseDocumentReference(Json resource, const Source& source);
FamilyMemberHistory parseFamilyMemberHistory(Json resource, const Source& source);
Appointment parseAppointment(Json resource, const Source& source);

}  // namespace plumbline::fhir
