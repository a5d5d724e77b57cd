#include "fhir/record.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <utility>

#include "fhir/parse.h"
#include "fhir/reference.h"

namespace plumbline::fhir {
namespace {

std::string placeOf(std::string_view key, std::size_t index) {
  const std::string room = key == "context" ? "context" : "prefetch." + std::string(key);
  return room + "[" + std::to_string(index) + "]";
}

/// What a search that answers with this outcome came to.
Coverage coverageOf(Json outcome) {
  // FHIR R4 issue types of a server that did not give all it has.
  constexpr std::array kIncomplete{"incomplete", "too-costly", "too-long", "throttled", "timeout",
                                   "transient",  "lock-error", "no-store", "exception", "suppressed",
                                   "forbidden",  "expired",    "security", "login"};
  Coverage coverage = Coverage::Supplied;
  forEach(outcome, "issue", [&](Json issue) {
    const auto severity = text(issue, "severity");
    const auto code = text(issue, "code");
    if (severity == "error" || severity == "fatal") {
      coverage = Coverage::Failed;
    } else if (std::find(kIncomplete.begin(), kIncomplete.end(), code) != kIncomplete.end()) {
      coverage = std::max(coverage, Coverage::Partial);
    }
  });
  return coverage;
}

bool hasNextPage(Json bundle) {
  bool next = false;
  forEach(bundle, "link", [&](Json link) { next = next || text(link, "relation") == "next"; });
  return next;
}

/// An entry of a Bundle, read in one walk over its members.
struct Entry {
  std::optional<Json> resource;
  std::string_view fullUrl;
  bool match = true;      ///< of the search, and not included beside it
  bool answered = false;  ///< a part of a batch that went well
};

Entry entryOf(Json value) {
  Entry entry;
  simdjson::dom::object members;
  if (value.get(members) != simdjson::SUCCESS) return entry;
  for (const auto& field : members) {
    if (field.key == "resource") {
      if (!entry.resource && !field.value.is_null()) entry.resource = field.value;
    } else if (field.key == "fullUrl") {
      entry.fullUrl = std::string_view(field.value.is_string() ? field.value.get_string().value() : "");
    } else if (field.key == "search") {
      const auto mode = text(field.value, "mode");
      entry.match = mode != "include" && mode != "outcome";
    } else if (field.key == "response") {
      entry.answered = text(field.value, "status").value_or("").starts_with('2');
    }
  }
  return entry;
}

/// What a subject of FHIR R4 may be instead of a patient.
bool isOtherSubject(std::string_view type) {
  constexpr std::array kTypes{"Group",        "Device",    "Location",      "Practitioner",
                              "Organization", "Specimen",  "Substance",     "PractitionerRole",
                              "Medication",   "Procedure", "RelatedPerson", "HealthcareService"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

/// Reads `other`, a further Patient of the same id, into `known`; false when they say different things.
bool agree(Patient& known, const Patient& other) {
  bool same = known.deceased == other.deceased;
  known.deceased = known.deceased && other.deceased;
  if (known.gender.empty()) known.gender = other.gender;
  if (!other.gender.empty() && other.gender != known.gender) {
    known.gender = "unknown";
    same = false;
  }
  if (!known.birthDate) known.birthDate = other.birthDate;
  if (other.birthDate && *other.birthDate != *known.birthDate) {
    known.birthDate = DateRange{std::min(known.birthDate->earliest, other.birthDate->earliest),
                                std::max(known.birthDate->latest, other.birthDate->latest)};
    same = false;
  }
  return same;
}

}  // namespace

Coverage PatientRecord::of(std::string_view key) const {
  const auto found = coverage.find(key);
  return found == coverage.end() ? Coverage::Missing : found->second;
}

RecordReader::RecordReader(std::string_view patientId)
    : patientId_(patientId), patientReference_(isId(patientId) ? "Patient/" + patientId_ : "") {}

void RecordReader::setCoverage(std::string_view key, Coverage coverage) {
  const auto known = coverage_.find(key);
  if (known == coverage_.end()) {
    coverage_.emplace(key, coverage);
  } else {
    known->second = std::max(known->second, coverage);
  }
}

void RecordReader::addKey(std::string_view key, Json value) {
  setCoverage(key, Coverage::Supplied);
  if (value.is_null()) return;
  Item item{.key = key, .index = 0, .resource = value};
  if (simdjson::dom::array several; value.get(several) == simdjson::SUCCESS) {
    for (Json each : several) {
      item.resource = each;
      add(item);
      ++item.index;
    }
    return;
  }
  const auto type = text(value, "resourceType");
  if (!type) return setCoverage(key, Coverage::Failed);
  if (type == "Bundle") return addPages(key, {value});
  add(item);
}

void RecordReader::addPages(std::string_view key, const std::vector<Json>& pages) {
  setCoverage(key, Coverage::Supplied);
  const Item item{.key = key, .index = 0, .resource = {}};
  Tally tally;
  tally.severalPages = pages.size() > 1;
  for (const Json page : pages) addEntries(item, page, false, tally);
  judge(key, tally);
  if (!pages.empty() && hasNextPage(pages.back())) setCoverage(key, Coverage::Partial);
}

void RecordReader::addNested(const Item& bundle) {
  Tally tally;
  addEntries(bundle, bundle.resource, true, tally);
  judge(bundle.key, tally);
  if (hasNextPage(bundle.resource)) setCoverage(bundle.key, Coverage::Partial);
}

void RecordReader::addEntries(const Item& bundle, Json page, bool nested, Tally& tally) {
  Item item = bundle;
  forEach(page, "entry", [&](Json each) {
    const Entry entry = entryOf(each);
    if (entry.resource) {
      if (!entry.fullUrl.empty()) targets_.push_back({entry.fullUrl, {}, *entry.resource, {}});
      item.resource = *entry.resource;
      if (!nested) item.index = tally.entries;
      add(item);
      if (entry.match) count(*entry.resource, tally);
    } else if (!entry.answered) {
      ++tally.lost;
    }
    ++tally.entries;
  });
  std::uint64_t total = 0;
  const auto said = member(page, "total");
  if (said && said->get(total) == simdjson::SUCCESS) tally.total = std::max(tally.total, total);
}

void RecordReader::count(Json match, Tally& tally) {
  const auto id = tally.severalPages ? text(match, "id") : std::nullopt;
  const auto type = text(match, "resourceType").value_or(std::string_view{});
  if (!id || tally.seen.emplace(type, *id).second) ++tally.matches;
}

void RecordReader::judge(std::string_view key, const Tally& tally) {
  const bool fewer = tally.total > tally.matches;
  if (fewer || tally.lost > 0) setCoverage(key, Coverage::Partial);
  if (tally.lost > 0 && tally.lost == tally.entries) setCoverage(key, Coverage::Failed);
}

void RecordReader::add(const Item& item) {
  const auto type = text(item.resource, "resourceType");
  if (!type) {
    unreadable_.push_back({"", placeOf(item.key, item.index)});
  } else if (type == "Bundle") {
    addNested(item);
  } else if (type == "OperationOutcome") {
    const Coverage coverage = coverageOf(item.resource);
    if (coverage != Coverage::Supplied) setCoverage(item.key, coverage);
  } else {
    const auto id = text(item.resource, "id");
    if (id) targets_.push_back({*type, *id, item.resource, {}});
    items_.push_back(item);
    items_.back().type = *type;
    items_.back().id = id.value_or(std::string_view{});
  }
}

void RecordReader::addContext(Json resource, const InContext& place, Instant now) {
  if (!place.fullUrl.empty()) targets_.push_back({place.fullUrl, {}, resource, {}});
  add({.key = "context",
       .index = place.index,
       .resource = resource,
       .draft = place.draft,
       .selected = place.selected,
       .now = now});
}

std::optional<Json> RecordReader::target(std::string_view type, std::string_view id) {
  const auto before = [](const Target& a, const Target& b) {
    return std::tie(a.type, a.id) < std::tie(b.type, b.id);
  };
  if (!std::exchange(sorted_, true)) std::sort(targets_.begin(), targets_.end(), before);
  const auto [first, last] =
      std::equal_range(targets_.begin(), targets_.end(), Target{type, id, {}, {}}, before);
  if (first == last) return std::nullopt;
  if (!first->unambiguous) {
    // Of two that differ nobody can tell which one is meant.
    const std::string one = last - first > 1 ? canonicalText(first->resource) : std::string();
    first->unambiguous =
        std::all_of(first + 1, last, [&](const Target& each) { return canonicalText(each.resource) == one; });
  }
  return *first->unambiguous ? std::optional(first->resource) : std::nullopt;
}

std::optional<Json> RecordReader::resolve(const Object& from, std::string_view reference) {
  if (!reference.empty() && reference.front() == '#') {
    std::optional<Json> found;
    forEach(from, "contained", [&](Json each) {
      if (text(each, "id") == reference.substr(1)) found = each;
    });
    return found;
  }
  if (const auto byUrl = target(reference, {})) return byUrl;
  const auto slash = std::min(reference.find('/'), reference.size());
  if (const auto byId =
          target(reference.substr(0, slash), reference.substr(std::min(slash + 1, reference.size()))))
    return byId;
  const auto elsewhere = parseReference(reference);
  return elsewhere ? target(elsewhere->type, elsewhere->id) : std::nullopt;
}

RecordReader::Subject RecordReader::subjectOf(const Object& resource, std::string_view type) {
  if (type == "Patient") return text(resource, "id") == patientId_ ? Subject::This : Subject::Other;
  Subject subject = Subject::This;
  for (const std::string_view element : {"subject", "patient"}) {
    resource.forEachAt(element, [&](Json named) { subject = std::max(subject, whose(resource, named)); });
  }
  if (type == "Appointment") subject = std::max(subject, whoseAppointment(resource));
  return subject;
}

RecordReader::Subject RecordReader::whose(const Object& resource, Json reference) {
  const auto named = text(reference, "reference");
  if (!named || named->empty()) return Subject::Unresolved;
  if (*named == patientReference_) return Subject::This;
  if (const auto target = parseReference(*named)) {
    if (target->type != "Patient")
      return isOtherSubject(target->type) ? Subject::NotAPatient : Subject::Unresolved;
    return target->id == patientId_ ? Subject::This : Subject::Other;
  }
  if (*named == patientId_ || *named == "urn:uuid:" + patientId_) return Subject::This;
  const auto found = resolve(resource, *named);
  const std::string_view type =
      found ? text(*found, "resourceType").value_or(std::string_view{}) : std::string_view{};
  if (isOtherSubject(type)) return Subject::NotAPatient;
  if (type != "Patient" || named->front() == '#') return Subject::Unresolved;
  return text(*found, "id") == patientId_ ? Subject::This : Subject::Other;
}

/// An appointment is of all its participants: it is the patient's as soon as one of them is the patient.
RecordReader::Subject RecordReader::whoseAppointment(const Object& resource) {
  bool ours = false;
  bool others = false;
  forEach(resource, "participant", [&](Json participant) {
    const auto actor = member(participant, "actor");
    if (!actor) return;
    const Subject subject = whose(resource, *actor);
    ours = ours || subject == Subject::This;
    others = others || subject == Subject::Other;
  });
  return others && !ours ? Subject::Other : Subject::This;
}

CodeableConcept RecordReader::medicationOf(const Object& resource) {
  if (const auto here = member(resource, "medicationCodeableConcept")) return parseConcept(*here);
  const auto reference = member(resource, "medicationReference");
  if (!reference) return {};
  CodeableConcept found;
  if (const auto target = text(*reference, "reference")) {
    if (const auto medication = resolve(resource, *target)) {
      if (const auto code = member(*medication, "code")) found = parseConcept(*code);
      forEach(*medication, "ingredient", [&](Json ingredient) {
        const auto item = member(ingredient, "itemCodeableConcept");
        if (!item) return;
        for (auto& coding : parseConcept(*item).coding) found.coding.push_back(std::move(coding));
      });
    }
  }
  if (found.text.empty()) found.text = text(*reference, "display").value_or(std::string_view{});
  return found;
}

bool RecordReader::place(const Item& item, const Object& json, const Source& source, PatientRecord& record) {
  if (source.type == "Patient") {
    Patient patient = parsePatient(json, source);
    if (record.patient) return agree(*record.patient, patient);
    record.patient = patient;
  } else if (source.type == "Encounter") {
    record.encounters.push_back(parseEncounter(json, source));
  } else if (source.type == "Condition") {
    record.conditions.push_back(parseCondition(json, source));
    auto& added = record.conditions.back();
    if (item.now && !added.onset && !added.recorded) added.recorded = DateRange{*item.now, *item.now};
    return !added.code.empty();
  } else if (source.type == "Observation") {
    record.observations.push_back(parseObservation(json, source));
    return !record.observations.back().main.code.empty();
  } else if (source.type == "MedicationRequest" || source.type == "MedicationStatement" ||
             source.type == "MedicationOrder") {
    record.medications.push_back(parseMedicationUse(json, source, medicationOf(json)));
    record.medications.back().draft = item.draft;
    record.medications.back().selected = item.selected;
    return !record.medications.back().medication.empty();
  } else if (source.type == "Procedure") {
    record.procedures.push_back(parseProcedure(json, source));
    return !record.procedures.back().code.empty();
  } else if (source.type == "ServiceRequest" || source.type == "ProcedureRequest") {
    record.orders.push_back(parseServiceRequest(json, source));
    record.orders.back().draft = item.draft;
    record.orders.back().selected = item.selected;
  } else if (source.type == "DiagnosticReport") {
    record.reports.push_back(parseDiagnosticReport(json, source));
  } else if (source.type == "QuestionnaireResponse") {
    record.responses.push_back(parseQuestionnaireResponse(json, source));
  } else if (source.type == "DocumentReference") {
    record.documents.push_back(parseDocumentReference(json, source));
  } else if (source.type == "ClinicalImpression") {
    record.impressions.push_back(parseClinicalImpression(json, source));
  } else if (source.type == "FamilyMemberHistory") {
    record.family.push_back(parseFamilyMemberHistory(json, source));
  } else if (source.type == "Appointment") {
    record.appointments.push_back(parseAppointment(json, source));
  }
  return true;
}

Result<PatientRecord> RecordReader::build() {
  PatientRecord record;
  record.unreadable = std::move(unreadable_);
  const auto count = [&](std::string_view type) {
    return static_cast<std::size_t>(
        std::count_if(items_.begin(), items_.end(), [&](const Item& each) { return each.type == type; }));
  };
  record.conditions.reserve(count("Condition"));  // the kinds that charts are full of
  record.observations.reserve(count("Observation"));
  for (const Item& item : items_) {
    const Object resource(item.resource);
    const Source source{item.key, item.index, item.type, item.id};
    const Subject subject = subjectOf(resource, source.type);
    if (subject == Subject::Other) {
      return Error{Error::Kind::OtherPatient, placeOf(item.key, item.index), "belongs to another patient"};
    }
    if (subject == Subject::NotAPatient) continue;
    if (subject == Subject::Unresolved || !place(item, resource, source, record)) {
      record.unreadable.push_back({std::string(source.type), placeOf(item.key, item.index)});
    }
  }
  record.coverage = std::move(coverage_);
  std::sort(record.unreadable.begin(), record.unreadable.end());
  return record;
}

}  // namespace plumbline::fhir
