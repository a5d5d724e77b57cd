#include "fhir/parse.h"

#include <cmath>
#include <string>

#include "fhir/code_system.h"
#include "fhir/questionnaire.h"

namespace plumbline::fhir {
namespace {

std::string_view textOr(const Object& object, std::string_view key) {
  return text(object, key).value_or(std::string_view{});
}

std::vector<CodeableConcept> conceptsAt(const Object& object, std::string_view key) {
  std::vector<CodeableConcept> found;
  forEach(object, key, [&](Json each) {
    if (CodeableConcept one = parseConcept(each); !one.empty()) found.push_back(std::move(one));
  });
  return found;
}

/// The first of them that says anything.
CodeableConcept conceptAt(const Object& object, std::string_view key) {
  CodeableConcept first;
  forEach(object, key, [&](Json each) {
    if (first.empty()) first = parseConcept(each);
  });
  return first;
}

/// The code of a status that is a CodeableConcept in R4 and was a plain code in DSTU2 and STU3.
std::string_view statusCode(const Object& object, std::string_view key) {
  if (const auto plain = text(object, key)) return *plain;
  std::string_view code;
  if (const auto concept_ = member(object, key)) {
    forEach(*concept_, "coding", [&](Json coding) {
      if (code.empty()) code = text(coding, "code").value_or(code);
    });
  }
  return code;
}

std::optional<DateRange> dateAt(const Object& object, std::string_view key) {
  const auto found = text(object, key);
  return found ? parseDate(*found) : std::nullopt;
}

/// A Period as the time it may lie in: an open end counts as its start.
std::optional<DateRange> periodAt(const Object& object, std::string_view key) {
  const auto found = member(object, key);
  if (!found) return std::nullopt;
  const Object period(*found);
  const auto start = dateAt(period, "start");
  const auto end = dateAt(period, "end");
  if (start && end && end->latest >= start->earliest) return DateRange{start->earliest, end->latest};
  return start ? start : end;
}

/// The elements a FHIR choice of a time may be in, the finer first. Spelled out, because making names for
/// every resource costs more than looking them up.
struct TimeNames {
  std::string_view dateTime, instant, date, period;
};
constexpr TimeNames kOnset{"onsetDateTime", "onsetInstant", "onsetDate", "onsetPeriod"};
constexpr TimeNames kAbatement{"abatementDateTime", "abatementInstant", "abatementDate", "abatementPeriod"};
constexpr TimeNames kEffective{"effectiveDateTime", "effectiveInstant", "effectiveDate", "effectivePeriod"};
constexpr TimeNames kPerformed{"performedDateTime", "performedInstant", "performedDate", "performedPeriod"};

std::optional<DateRange> timeAt(const Object& object, const TimeNames& names) {
  for (const std::string_view name : {names.dateTime, names.instant, names.date}) {
    if (auto date = dateAt(object, name)) return date;
  }
  return periodAt(object, names.period);
}

bool flagAt(const Object& object, std::string_view key) {
  const auto found = member(object, key);
  bool flag = false;
  return found && found->get(flag) == simdjson::SUCCESS && flag;
}

bool isComparator(std::string_view text) {
  return text == "<" || text == "<=" || text == ">" || text == ">=";
}

/// Nothing for what is no number, or is compared in a way that is not known here: it could mean anything.
std::optional<Quantity> parseQuantity(const Object& quantity) {
  const auto value = member(quantity, "value");
  double figure = 0;
  if (!value || value->get(figure) != simdjson::SUCCESS || !std::isfinite(figure)) return std::nullopt;
  const std::string_view comparator = textOr(quantity, "comparator");
  if (member(quantity, "comparator") && !isComparator(comparator)) return std::nullopt;
  const std::string_view code = textOr(quantity, "code");
  const std::string_view printed = textOr(quantity, "unit");
  const auto system = text(quantity, "system");
  const bool ucum = !code.empty() && (!system || canonicalSystem(*system) == kUcum);
  if (!ucum && !printed.empty()) return Quantity{figure, printed, comparator, {}};
  return Quantity{figure, code, comparator, printed};
}

/// A value[x], read from `object` under names that begin with `stem` ("value" for R4; answers use it too).
Value valueAt(const Object& object) {
  Value found;
  if (const auto boolean = member(object, "valueBoolean")) {
    bool flag = false;
    if (boolean->get(flag) == simdjson::SUCCESS) {
      found.boolean = flag;
    } else {
      found.text = textOr(object, "valueBoolean");
      found.unreadable = found.text.empty();
    }
  } else if (const auto quantity = member(object, "valueQuantity")) {
    found.quantity = parseQuantity(*quantity);
    found.unreadable = !found.quantity;
  } else if (const auto concept_ = member(object, "valueCodeableConcept")) {
    found.concept_ = parseConcept(*concept_);
    found.unreadable = found.concept_.empty();
  } else if (const auto coding = member(object, "valueCoding")) {
    found.concept_.coding.push_back(parseCoding(*coding));
    found.ordinal = ordinalOf(*coding);
  } else if (const auto string = text(object, "valueString")) {
    found.text = *string;
  } else {
    for (const char* key : {"valueInteger", "valueDecimal"}) {
      double figure = 0;
      const auto number = member(object, key);
      if (number && number->get(figure) == simdjson::SUCCESS)
        found.quantity = Quantity{figure, "{score}", {}, {}};
    }
  }
  return found;
}

std::vector<std::string_view> notesOf(const Object& resource) {
  std::vector<std::string_view> notes;
  forEach(resource, "note", [&](Json note) {
    if (const auto words = text(note, "text")) notes.push_back(*words);
  });
  return notes;
}

Attachment parseAttachment(const Object& object) {
  Attachment found{textOr(object, "contentType"), textOr(object, "data"), textOr(object, "url"),
                   textOr(object, "title"),       std::nullopt,           dateAt(object, "creation")};
  std::uint64_t size = 0;
  if (const auto said = member(object, "size"); said && said->get(size) == simdjson::SUCCESS)
    found.size = size;
  return found;
}

Measurement parseMeasurement(const Object& object) {
  return {conceptAt(object, "code"), valueAt(object), conceptsAt(object, "interpretation"),
          conceptAt(object, "dataAbsentReason")};
}

std::vector<CodeableConcept> reasonsOf(const Object& resource) {
  auto reasons = conceptsAt(resource, "reasonCode");
  for (auto& older : conceptsAt(resource, "reason")) reasons.push_back(std::move(older));
  return reasons;
}

void collectAnswers(const Object& parent, std::vector<Answer>& answers) {
  forEach(parent, "item", [&](Json question) {
    const Object item(question);
    Answer answer{textOr(item, "linkId"), textOr(item, "text"), questionCode(question), {}};
    forEach(item, "answer", [&](Json each) { answer.values.push_back(valueAt(each)); });
    answers.push_back(std::move(answer));
    collectAnswers(item, answers);
    forEach(item, "answer", [&](Json each) { collectAnswers(each, answers); });
  });
}

}  // namespace

Coding parseCoding(Json coding) {
  simdjson::dom::object members;
  if (coding.get(members) != simdjson::SUCCESS) return {};
  std::string_view system, code, display;
  for (const auto& [key, value] : members) {
    std::string_view* const wanted = key == "code"      ? &code
                                     : key == "system"  ? &system
                                     : key == "display" ? &display
                                                        : nullptr;
    if (wanted && wanted->data() == nullptr && value.get(*wanted) != simdjson::SUCCESS) *wanted = {};
  }
  system = canonicalSystem(system);
  return {system, canonicalCode(system, code), display};
}

CodeableConcept parseConcept(Json concept_) {
  CodeableConcept found;
  if (std::string_view plain; concept_.get(plain) == simdjson::SUCCESS) {
    found.text = plain;
    return found;
  }
  simdjson::dom::object members;
  if (concept_.get(members) != simdjson::SUCCESS) return found;
  std::optional<Json> words, codings;  // of a key that occurs twice the first
  for (const auto& [key, value] : members) {
    if (key == "coding") {
      if (!codings) codings = value;
    } else if (key == "text") {
      if (!words) words = value;
    }
  }
  if (words && words->get(found.text) != simdjson::SUCCESS) found.text = {};
  const auto add = [&](Json each) {
    if (Coding coding = parseCoding(each); !coding.code.empty()) found.coding.push_back(std::move(coding));
  };
  simdjson::dom::array several;
  if (codings && codings->get(several) == simdjson::SUCCESS) {
    found.coding.reserve(several.size());
    for (const Json each : several) add(each);
  } else if (codings) {
    add(*codings);
  }
  return found;
}

Patient parsePatient(const Object& resource, const Source& source) {
  Patient patient{source, dateAt(resource, "birthDate"), textOr(resource, "gender"), false};
  patient.deceased = flagAt(resource, "deceasedBoolean") || dateAt(resource, "deceasedDateTime").has_value();
  return patient;
}

Encounter parseEncounter(const Object& resource, const Source& source) {
  Encounter encounter{source, textOr(resource, "status"), "", {}, {}, reasonsOf(resource)};
  if (const auto code = member(resource, "class")) {
    encounter.classCode =
        code->is_object() ? text(*code, "code").value_or(std::string_view{}) : textOr(resource, "class");
  }
  if (const auto found = member(resource, "period")) {
    const Object period(*found);
    encounter.start = dateAt(period, "start");
    encounter.end = dateAt(period, "end");
  }
  return encounter;
}

Condition parseCondition(const Object& resource, const Source& source) {
  Condition condition;
  condition.source = source;
  condition.clinicalStatus = statusCode(resource, "clinicalStatus");
  condition.verificationStatus = statusCode(resource, "verificationStatus");
  condition.code = conceptAt(resource, "code");
  condition.bodySites = conceptsAt(resource, "bodySite");
  condition.onset = timeAt(resource, kOnset);
  condition.recorded = dateAt(resource, "recordedDate");
  for (const char* older : {"assertedDate", "dateRecorded"}) {
    if (!condition.recorded) condition.recorded = dateAt(resource, older);
  }
  condition.abatement = timeAt(resource, kAbatement);
  condition.notes = notesOf(resource);
  return condition;
}

Observation parseObservation(const Object& resource, const Source& source) {
  Observation observation;
  observation.source = source;
  observation.status = textOr(resource, "status");
  observation.main = parseMeasurement(resource);
  forEach(resource, "component",
          [&](Json each) { observation.components.push_back(parseMeasurement(each)); });
  observation.bodySite = conceptAt(resource, "bodySite");
  observation.effective = timeAt(resource, kEffective);
  if (!observation.effective) observation.effective = dateAt(resource, "issued");
  observation.notes = notesOf(resource);
  if (const auto comment = text(resource, "comment")) observation.notes.push_back(*comment);
  return observation;
}

MedicationUse parseMedicationUse(const Object& resource, const Source& source, CodeableConcept medication) {
  MedicationUse use;
  use.source = source;
  use.status = textOr(resource, "status");
  use.intent = textOr(resource, "intent");
  use.medication = std::move(medication);
  use.authored = dateAt(resource, "authoredOn");
  if (!use.authored) use.authored = dateAt(resource, "dateWritten");
  if (!use.authored) use.authored = timeAt(resource, kEffective);
  if (!use.authored) use.authored = dateAt(resource, "dateAsserted");
  if (const auto period = member(resource, "effectivePeriod")) use.ended = dateAt(*period, "end");
  use.reasons = reasonsOf(resource);
  use.doNotPerform = flagAt(resource, "doNotPerform");
  return use;
}

Procedure parseProcedure(const Object& resource, const Source& source) {
  return {source, textOr(resource, "status"), conceptAt(resource, "code"), conceptsAt(resource, "bodySite"),
          timeAt(resource, kPerformed)};
}

ServiceRequest parseServiceRequest(const Object& resource, const Source& source) {
  ServiceRequest order;
  order.source = source;
  order.status = textOr(resource, "status");
  order.intent = textOr(resource, "intent");
  order.priority = textOr(resource, "priority");
  order.code = conceptAt(resource, "code");
  order.authored = dateAt(resource, "authoredOn");
  order.reasons = reasonsOf(resource);
  order.notes = notesOf(resource);
  order.doNotPerform = flagAt(resource, "doNotPerform");
  return order;
}

DiagnosticReport parseDiagnosticReport(const Object& resource, const Source& source) {
  DiagnosticReport report;
  report.source = source;
  report.status = textOr(resource, "status");
  report.code = conceptAt(resource, "code");
  report.effective = timeAt(resource, kEffective);
  if (!report.effective) report.effective = dateAt(resource, "issued");
  report.conclusion = textOr(resource, "conclusion");
  report.conclusionCodes = conceptsAt(resource, "conclusionCode");
  for (auto& older : conceptsAt(resource, "codedDiagnosis"))
    report.conclusionCodes.push_back(std::move(older));
  forEach(resource, "presentedForm", [&](Json each) { report.attachments.push_back(parseAttachment(each)); });
  return report;
}

QuestionnaireResponse parseQuestionnaireResponse(const Object& resource, const Source& source) {
  QuestionnaireResponse response{source,
                                 textOr(resource, "status"),
                                 textOr(resource, "questionnaire"),
                                 dateAt(resource, "authored"),
                                 {}};
  collectAnswers(resource, response.answers);
  describeQuestions(resource, response);
  return response;
}

DocumentReference parseDocumentReference(const Object& resource, const Source& source) {
  DocumentReference document;
  document.source = source;
  document.status = textOr(resource, "status");
  document.docStatus = statusCode(resource, "docStatus");
  document.type = conceptAt(resource, "type");
  document.categories = conceptsAt(resource, "category");
  for (auto& older : conceptsAt(resource, "class")) document.categories.push_back(std::move(older));
  for (const char* name : {"date", "indexed", "created"}) {
    if (!document.date) document.date = dateAt(resource, name);
  }
  if (const auto context = member(resource, "context")) document.period = periodAt(*context, "period");
  document.description = textOr(resource, "description");
  forEach(resource, "content", [&](Json content) {
    const auto attachment = member(content, "attachment");
    document.attachments.push_back(attachment ? parseAttachment(*attachment) : Attachment{});
  });
  return document;
}

ClinicalImpression parseClinicalImpression(const Object& resource, const Source& source) {
  ClinicalImpression impression;
  impression.source = source;
  impression.status = textOr(resource, "status");
  impression.effective = timeAt(resource, kEffective);
  if (!impression.effective) impression.effective = dateAt(resource, "date");
  impression.description = textOr(resource, "description");
  impression.summary = textOr(resource, "summary");
  forEach(resource, "finding", [&](Json finding) {
    for (const char* name : {"itemCodeableConcept", "item"}) {
      if (auto one = conceptAt(finding, name); !one.empty()) impression.findings.push_back(std::move(one));
    }
  });
  impression.notes = notesOf(resource);
  return impression;
}

FamilyMemberHistory parseFamilyMemberHistory(const Object& resource, const Source& source) {
  FamilyMemberHistory history{source, textOr(resource, "status"), {}};
  forEach(resource, "condition", [&](Json each) {
    if (auto code = conceptAt(each, "code"); !code.empty()) history.conditions.push_back(std::move(code));
  });
  return history;
}

Appointment parseAppointment(const Object& resource, const Source& source) {
  Appointment appointment{source, textOr(resource, "status"), dateAt(resource, "start"),
                          dateAt(resource, "created"), conceptsAt(resource, "serviceType")};
  for (auto& each : conceptsAt(resource, "specialty")) appointment.services.push_back(std::move(each));
  return appointment;
}

}  // namespace plumbline::fhir
