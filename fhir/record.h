#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/json.h"
#include "fhir/resources.h"
#include "fhir/result.h"

namespace plumbline::fhir {

/// How much of what was asked for under one prefetch key is in the record.
///   Supplied  the key is there and whole; null and an empty Bundle are a whole answer without data
///   Missing   the key is not there
///   Partial   there, but not all: a further page (`link.next`) was not read, there are fewer matches than
///             `total`, an entry came without its resource, or a warning says that the search is incomplete
///   Failed    an OperationOutcome with an error, a Bundle no entry of which was answered, or no FHIR
///   resource
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
  std::vector<ClinicalImpression> impressions;
  std::vector<FamilyMemberHistory> family;
  std::vector<Appointment> appointments;

  std::map<std::string, Coverage, std::less<>> coverage;
  std::vector<Unreadable> unreadable;

  /// Coverage of `key`; Missing when it was never mentioned.
  [[nodiscard]] Coverage of(std::string_view key) const;
};

/// Where a resource of a hook's context stands there.
struct InContext {
  std::size_t index = 0;
  std::string_view fullUrl;  ///< by which others of the context may name it; may be empty
  bool draft = false;        ///< from draftOrders
  bool selected = false;     ///< of these, one the hook is about
};

/// Builds a PatientRecord out of prefetch values, search results and resources of a hook's context. Two
/// passes, so that references resolve whatever the order: add everything, then build().
class RecordReader {
 public:
  /// `patientId` is the FHIR id the request is about.
  explicit RecordReader(std::string_view patientId);

  /// A prefetch or search result: a Bundle (also of Bundles, as a batch is answered), one resource, an array
  /// of resources, or null. The element lives in a document that must outlive the record.
  void addKey(std::string_view key, Json value);

  /// The pages of one search that are here, in order: whole when the last names no further page and together
  /// they hold as many matches as the search says it has. Each is a Bundle.
  void addPages(std::string_view key, const std::vector<Json>& pages);

  /// A resource of the hook's context. Where a Condition has no date it counts as recorded `now`: the
  /// clinician is writing it at this moment.
  void addContext(Json resource, const InContext& place, Instant now);

  /// Marks a key nobody supplied or that could not be fetched.
  void setCoverage(std::string_view key, Coverage coverage);

  /// Refused with [OtherPatient], `where` naming key and index, when any resource is about another patient,
  /// by `subject`, `patient` or, of an Appointment, by patients among the participants who are all others.
  /// Resources without a subject are taken as the patient's (the search was for the patient); those about
  /// what FHIR R4 allows as another subject (a Group, a Device …) are left out; those whose subject is there
  /// and leads to none of these are unreadable. Several Patients of the one id are read together (Patient).
  Result<PatientRecord> build();

 private:
  struct Item {
    std::string_view key;
    std::size_t index;
    Json resource;
    std::string_view type{}, id{};
    bool draft = false;
    bool selected = false;
    std::optional<Instant> now{};
  };
  /// What a reference may lead to: a resource by its type and id, or (`type` its fullUrl, no `id`) by that.
  struct Target {
    std::string_view type;
    std::string_view id;
    Json resource;
    /// Whether all targets of this name say the same; found out once, of the first of them.
    std::optional<bool> unambiguous;
  };
  /// Whom a resource is about; where several elements say so, the greatest counts.
  enum class Subject { This, NotAPatient, Unresolved, Other };

  /// What the pages of a search hold, against what is said of them.
  struct Tally {
    std::size_t entries = 0;
    std::size_t lost = 0;
    std::size_t matches = 0;
    std::uint64_t total = 0;
    bool severalPages = false;
    /// Matches by type and id: pages that shift while they are read show one twice, which hides another.
    std::set<std::pair<std::string_view, std::string_view>> seen;
  };

  void addNested(const Item& bundle);
  void addEntries(const Item& bundle, Json page, bool nested, Tally& tally);
  static void count(Json match, Tally& tally);
  void judge(std::string_view key, const Tally& tally);
  void add(const Item& item);
  [[nodiscard]] Subject subjectOf(const Object& resource, std::string_view type);
  [[nodiscard]] Subject whose(const Object& resource, Json reference);
  [[nodiscard]] Subject whoseAppointment(const Object& resource);
  [[nodiscard]] std::optional<Json> target(std::string_view type, std::string_view id);
  [[nodiscard]] std::optional<Json> resolve(const Object& from, std::string_view reference);
  [[nodiscard]] CodeableConcept medicationOf(const Object& resource);
  bool place(const Item& item, const Object& json, const Source& source, PatientRecord& record);

  std::string patientId_;
  std::string patientReference_;  ///< as nearly all resources name the patient; empty: for an id that is none
  std::vector<Item> items_;
  std::vector<Target> targets_;  ///< sorted when a first reference is followed
  bool sorted_ = false;
  std::map<std::string, Coverage, std::less<>> coverage_;
  std::vector<Unreadable> unreadable_;
};

}  // namespace plumbline::fhir
