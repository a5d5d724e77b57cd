#pragma once

#include "fhir/json.h"
#include "fhir/resources.h"

/// One resource of JSON to its struct. None of these refuses: an element that is missing or mistyped is empty
/// in the result. Each tolerates what EHRs are known to send: one object where FHIR wants an array, and the
/// DSTU2 and STU3 spellings of dates, statuses and reasons.
namespace plumbline::fhir {

/// The first value of an element that occurs twice counts.
Coding parseCoding(Json coding);
CodeableConcept parseConcept(Json concept_);
Patient parsePatient(const Object& resource, const Source& source);
Encounter parseEncounter(const Object& resource, const Source& source);
Condition parseCondition(const Object& resource, const Source& source);
Observation parseObservation(const Object& resource, const Source& source);
/// `medication` is resolved by the caller, since it may live in another resource.
MedicationUse parseMedicationUse(const Object& resource, const Source& source, CodeableConcept medication);
Procedure parseProcedure(const Object& resource, const Source& source);
ServiceRequest parseServiceRequest(const Object& resource, const Source& source);
DiagnosticReport parseDiagnosticReport(const Object& resource, const Source& source);
QuestionnaireResponse parseQuestionnaireResponse(const Object& resource, const Source& source);
DocumentReference parseDocumentReference(const Object& resource, const Source& source);
ClinicalImpression parseClinicalImpression(const Object& resource, const Source& source);
FamilyMemberHistory parseFamilyMemberHistory(const Object& resource, const Source& source);
Appointment parseAppointment(const Object& resource, const Source& source);

}  // namespace plumbline::fhir
