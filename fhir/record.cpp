#include "fhir/record.h"

#include <algorithm>
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

bool isError(Json outcome) {
  bool error = false;
  forEach(outcome, "issue", [&](Json issue) {
    const auto severity = text(issue, "severity");
    error = error || severity == "error" || severity == "fatal";
  });
  return error;
}

bool hasNextPage(Json bundle) {
  bool next = false;
  forEach(bundle, "link", [&](Json link) { next = next || text(link, "relation") == "next"; });
  return next;
}

}  // namespace

Coverage PatientRecord::of(std::string_view key) const {
  const auto found = coverage.find(key);
  return found == coverage.end() ? Coverage::Missing : found->second;
}

void RecordReader::setCoverage(std::string_view key, Coverage coverage) {
  auto [entry, fresh] = coverage_.try_emplace(std::string(key), coverage);
  if (!fresh) entry->second = std::max(entry->second, coverage);
}

void RecordReader::addKey(std::string_view key, Json value) {
  setCoverage(key, Coverage::Supplied);
  if (value.is_null()) return;
  if (simdjson::dom::array several; value.get(several) == simdjson::SUCCESS) {
    std::size_t index = 0;
    for (Json each : several) addResource(key, index++, each);
    return;
  }
  const auto type = text(value, "resourceType");
  if (!type) return setCoverage(key, Coverage::Failed);
  if (type == "Bundle") return addBundle(key, value);
  addResource(key, 0, value);
}

void RecordReader::addBundle(std::string_view key, Json bundle) {
  if (hasNextPage(bundle)) setCoverage(key, Coverage::Partial);
  std::size_t index = 0;
  forEach(bundle, "entry", [&](Json entry) {
    const auto resource = member(entry, "resource");
    if (resource) {
      if (const auto url = text(entry, "fullUrl")) targets_.push_back({*url, {}, *resource});
      addResource(key, index, *resource);
    }
    ++index;
  });
}

RecordReader::Item* RecordReader::addResource(std::string_view key, std::size_t index, Json resource) {
  const auto type = text(resource, "resourceType");
  if (!type) {
    unreadable_.push_back({"", placeOf(key, index)});
    return nullptr;
  }
  if (type == "OperationOutcome") {
    if (isError(resource)) setCoverage(key, Coverage::Failed);
    return nullptr;
  }
  if (const auto id = text(resource, "id")) {
    targets_.push_back({*type, *id, resource});
  }
  return &items_.emplace_back(Item{key, index, resource, false, std::nullopt});
}

void RecordReader::addContext(Json resource, std::size_t index, bool draft, Instant now) {
  if (Item* const item = addResource("context", index, resource)) {
    item->draft = draft;
    item->now = now;
  }
}

std::optional<Json> RecordReader::target(std::string_view type, std::string_view id) {
  if (!std::exchange(sorted_, true)) {
    std::stable_sort(targets_.begin(), targets_.end(), [](const Target& a, const Target& b) {
      return std::tie(a.type, a.id) < std::tie(b.type, b.id);
    });
  }
  const auto after = std::upper_bound(
      targets_.begin(), targets_.end(), std::tie(type, id),
      [](const auto& wanted, const Target& each) { return wanted < std::tie(each.type, each.id); });
  if (after == targets_.begin() || (after - 1)->type != type || (after - 1)->id != id) return std::nullopt;
  return (after - 1)->resource;
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
  auto subject = member(resource, "subject");
  if (!subject) subject = member(resource, "patient");
  if (!subject) return Subject::This;
  const auto reference = text(*subject, "reference");
  if (!reference) return Subject::This;
  if (const auto target = parseReference(*reference)) {
    if (target->type != "Patient") return Subject::NotAPatient;
    return target->id == patientId_ ? Subject::This : Subject::Other;
  }
  if (*reference == patientId_ || *reference == "urn:uuid:" + patientId_) return Subject::This;
  const auto found = resolve(resource, *reference);
  if (!found) return Subject::Unresolved;
  if (text(*found, "resourceType") != "Patient") return Subject::NotAPatient;
  if (reference->front() == '#') return Subject::Unresolved;
  return text(*found, "id") == patientId_ ? Subject::This : Subject::Other;
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
    if (!record.patient) record.patient = parsePatient(json, source);
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
  } else if (source.type == "MedicationRequest" || source.type == "MedicationStatement") {
    record.medications.push_back(parseMedicationUse(json, source, medicationOf(json)));
    record.medications.back().draft = item.draft;
    return !record.medications.back().medication.empty();
  } else if (source.type == "Procedure") {
    record.procedures.push_back(parseProcedure(json, source));
    return !record.procedures.back().code.empty();
  } else if (source.type == "ServiceRequest") {
    record.orders.push_back(parseServiceRequest(json, source));
    record.orders.back().draft = item.draft;
  } else if (source.type == "DiagnosticReport") {
    record.reports.push_back(parseDiagnosticReport(json, source));
  } else if (source.type == "QuestionnaireResponse") {
    record.responses.push_back(parseQuestionnaireResponse(json, source));
  } else if (source.type == "DocumentReference") {
    record.documents.push_back(parseDocumentReference(item.resource, source));
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
  for (const Item& item : items_) {
    const Object resource(item.resource);
    const Source source{item.key, item.index, text(resource, "resourceType").value_or(std::string_view{}),
                        text(resource, "id").value_or(std::string_view{})};
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
