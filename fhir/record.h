#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/json.h"
#include "fhir/resources.h"
#include "fhir/result.h"

namespace plumbline::fhir {

/// How much of what was asked for under one prefetch key is in the record.
///   Supplied  the key is there and whole; null and an empty Bundle are a whole answer without data
///   Missing   the key is not there
///   Partial   there, but a further page (`link.next`) was not read
///   Failed    an OperationOutcome with an error, or not a FHIR resource at all
enum class Coverage { Supplied, Missing, Partial, Failed };

/// Something that was there but could not be read. `what` is a FHIR resource type or "" when even that is
/// unknown; `where` is key and index. Neither holds chart text.
struct Unreadable {
  std::string what;
  std::string where;

  friend auto operator<=>(const Unreadable&, const Unreadable&) = default;
};

/// One patient's chart as far as this request shows it. A view: valid while the documents it was read from
/// live. Every resource in it belongs to the one patient; fhir/parse refuses all else.
struct PatientRecord {
  std::optional<Patient> patient;
  std::vector<Encounter> encounters;
  std::vector<Condition> conditions;
  std::vector<Observation> observations;
  std::vector<MedicationUse> medications;
  std::vector<Procedure> procedures;
  std::vector<ServiceRequest> orders;
  std::vector<DiagnosticReport> reports;
  std::vector<QuestionnaireResponse> responses;
  std::vector<DocumentReference> documents;
  std::vector<FamilyMemberHistory> family;
  std::vector<Appointment> appointments;

  std::map<std::string, Coverage, std::less<>> coverage;
  std::vector<Unreadable> unreadable;

  /// Coverage of `key`; Missing when it was never mentioned.
  [[nodiscard]] Coverage of(std::string_view key) const;
};

/// Builds a PatientRecord out of prefetch values, search results and resources of a hook's context. Two
/// passes, so that references resolve whatever the order: add everything, then build().
class RecordReader {
 public:
  /// `patientId` is the FHIR id the request is about.
  explicit RecordReader(std::string_view patientId) : patientId_(patientId) {}

  /// A prefetch or search result: a Bundle, one resource, an array of resources, or null. The element lives
  /// in a document that must outlive the record.
  void addKey(std::string_view key, Json value);

  /// A resource of the hook's context (`draft`: from draftOrders). Where a Condition has no date it counts as
  /// recorded `now`: the clinician is writing it at this moment.
  void addContext(Json resource, std::size_t index, bool draft, Instant now);

  /// Marks a key nobody supplied or that could not be fetched.
  void setCoverage(std::string_view key, Coverage coverage);

  /// Refused with [OtherPatient], `where` naming key and index, when any resource is about another patient.
  /// Resources without a subject are taken as the patient's (the search was for the patient); those about a
  /// Group, Device or Location are left out; those whose subject cannot be resolved are unreadable.
  Result<PatientRecord> build();

 private:
  struct Item {
    std::string_view key;
    std::size_t index;
    Json resource;
    bool draft = false;
    std::optional<Instant> now;
  };
  /// What a reference may lead to: a resource by its type and id, or (`type` its fullUrl, no `id`) by that.
  struct Target {
    std::string_view type;
    std::string_view id;
    Json resource;
  };
  enum class Subject { This, Other, NotAPatient, Unresolved };

  void addBundle(std::string_view key, Json bundle);
  Item* addResource(std::string_view key, std::size_t index, Json resource);
  [[nodiscard]] Subject subjectOf(const Object& resource, std::string_view type);
  [[nodiscard]] std::optional<Json> target(std::string_view type, std::string_view id);
  [[nodiscard]] std::optional<Json> resolve(const Object& from, std::string_view reference);
  [[nodiscard]] CodeableConcept medicationOf(const Object& resource);
  bool place(const Item& item, const Object& json, const Source& source, PatientRecord& record);

  std::string patientId_;
  std::vector<Item> items_;
  std::vector<Target> targets_;  ///< sorted when a first reference is followed; of equal ones the last counts
  bool sorted_ = false;
  std::map<std::string, Coverage, std::less<>> coverage_;
  std::vector<Unreadable> unreadable_;
};

}  // namespace plumbline::fhir
