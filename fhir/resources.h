#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/date.h"
#include "fhir/json.h"

/// The parts of FHIR R4 resources that findings are read from, as plain values. Strings are views into the
/// document they were parsed from. An element that is absent, null or of the wrong type is empty here;
/// whether that makes the resource unreadable is decided in fhir/parse.
namespace plumbline::fhir {

/// Where a resource came from: prefetch key (or "context"), its place there, its type and id. Shown on cards
/// and in explanations; holds no chart text.
struct Source {
  std::string_view key;
  std::size_t index = 0;
  std::string_view type;
  std::string_view id;
};

/// `system` and `code` in the form of fhir/code_system, so that they compare with ==.
struct Coding {
  std::string_view system;
  std::string code;
  std::string_view display;
};

struct CodeableConcept {
  std::vector<Coding> coding;
  std::string_view text;

  [[nodiscard]] bool empty() const { return coding.empty() && text.empty(); }
};

/// A number with its unit as sent: the UCUM code if there is one, else the printed unit.
struct Quantity {
  double value = 0;
  std::string_view unit;
  std::string_view comparator;   ///< "<", "<=", ">", ">=" or empty
  std::string_view printedUnit;  ///< beside a code, for when the code is none we know
};

/// A value[x] or answer: at most one member is set. `unreadable` is a value that is there but in no form
/// understood here.
struct Value {
  std::optional<bool> boolean;
  std::optional<Quantity> quantity;
  CodeableConcept concept_;
  std::string_view text;
  std::optional<double> ordinal;  ///< the score that a coded answer carries with it
  bool unreadable = false;

  [[nodiscard]] bool empty() const {
    return !boolean && !quantity && concept_.empty() && text.empty() && !unreadable;
  }
};

/// Of several Patients of one id it holds what they say in common; a birth date is then as wide as they
/// differ, a sex they differ about "unknown", and a death that not all know of none.
struct Patient {
  Source source;
  std::optional<DateRange> birthDate;
  std::string_view gender;
  bool deceased = false;
};

struct Encounter {
  Source source;
  std::string_view status;
  std::string_view classCode;
  std::optional<DateRange> start;
  std::optional<DateRange> end;
  std::vector<CodeableConcept> reasons;
};

struct Condition {
  Source source;
  std::string_view clinicalStatus;
  std::string_view verificationStatus;
  CodeableConcept code;
  std::vector<CodeableConcept> bodySites;
  std::optional<DateRange> onset;
  std::optional<DateRange> recorded;
  std::optional<DateRange> abatement;
  std::vector<std::string_view> notes;
};

/// One code with its value: an Observation or one of its components.
struct Measurement {
  CodeableConcept code;
  Value value;
  std::vector<CodeableConcept> interpretation;
  CodeableConcept dataAbsentReason;
};

struct Observation {
  Source source;
  std::string_view status;
  Measurement main;
  std::vector<Measurement> components;
  CodeableConcept bodySite;
  std::optional<DateRange> effective;
  std::vector<std::string_view> notes;
};

/// MedicationRequest, MedicationStatement or, of DSTU2, MedicationOrder; `source.type` tells which.
struct MedicationUse {
  Source source;
  std::string_view status;
  std::string_view intent;
  CodeableConcept medication;
  std::optional<DateRange> authored;
  std::optional<DateRange> ended;
  std::vector<CodeableConcept> reasons;
  bool doNotPerform = false;  ///< says that the drug is not to be given
  bool draft = false;         ///< from the hook's draftOrders
  bool selected = false;      ///< a draft the hook is about
};

struct Procedure {
  Source source;
  std::string_view status;
  CodeableConcept code;
  std::vector<CodeableConcept> bodySites;
  std::optional<DateRange> performed;
};

struct ServiceRequest {
  Source source;
  std::string_view status;
  std::string_view intent;
  std::string_view priority;
  CodeableConcept code;
  std::optional<DateRange> authored;
  std::vector<CodeableConcept> reasons;
  std::vector<std::string_view> notes;
  bool doNotPerform = false;  ///< says that it is not to be done
  bool draft = false;         ///< from the hook's draftOrders
  bool selected = false;      ///< a draft the hook is about
};

/// A text or file as it was sent: nothing is decoded, and what is not there is empty. What it says is read
/// from `data` alone; `url` tells where it would be.
struct Attachment {
  std::string_view contentType;  ///< with its parameters: "text/html; charset=utf-8"
  std::string_view data;         ///< base64
  std::string_view url;
  std::string_view title;
  std::optional<std::uint64_t> size;  ///< in bytes before base64, as the sender says
  std::optional<DateRange> creation;
};

struct DiagnosticReport {
  Source source;
  std::string_view status;
  CodeableConcept code;
  std::optional<DateRange> effective;
  std::string_view conclusion;
  std::vector<CodeableConcept> conclusionCodes;
  std::vector<Attachment> attachments;  ///< the report as its author laid it out
};

struct Answer {
  std::string_view linkId;
  std::string_view text;
  CodeableConcept code;  ///< of the question, where the response has it or contains its Questionnaire
  std::vector<Value> values;
};

struct QuestionnaireResponse {
  Source source;
  std::string_view status;
  std::string_view questionnaire;
  std::optional<DateRange> authored;
  std::vector<Answer> answers;  ///< nested items in document order
};

/// A note or letter. Whether it is in force is `status`, how finished it is `docStatus`. A content that has
/// no attachment is an empty one, so that a document is without attachments only where it is without content.
struct DocumentReference {
  Source source;
  std::string_view status;
  std::string_view docStatus;
  CodeableConcept type;
  std::vector<CodeableConcept> categories;
  std::optional<DateRange> date;    ///< when the reference was made
  std::optional<DateRange> period;  ///< when the care it describes took place
  std::string_view description;
  std::vector<Attachment> attachments;
};

/// What a clinician made of the patient's picture, in the clinician's words.
struct ClinicalImpression {
  Source source;
  std::string_view status;
  std::optional<DateRange> effective;
  std::string_view description;
  std::string_view summary;
  std::vector<CodeableConcept> findings;
  std::vector<std::string_view> notes;
};

struct FamilyMemberHistory {
  Source source;
  std::string_view status;
  std::vector<CodeableConcept> conditions;
};

struct Appointment {
  Source source;
  std::string_view status;
  std::optional<DateRange> start;
  std::optional<DateRange> created;
  std::vector<CodeableConcept> services;
};

}  // namespace plumbline::fhir
