#include "fhir/code_system.h"
#include "rules/content_reader.h"

namespace plumbline::rules::content {
namespace {

std::optional<double> number(const Value& object, const char* key) {
  const Value* found = find(object, key);
  return found ? std::optional(found->GetDouble()) : std::nullopt;
}

Kind kindOf(std::string_view name) {
  if (name == "red-flag") return Kind::RedFlag;
  if (name == "risk-factor") return Kind::RiskFactor;
  if (name == "diagnosis") return Kind::Diagnosis;
  if (name == "stress") return Kind::Stress;
  return name == "mechanical" ? Kind::Mechanical : Kind::Context;
}

Conflict conflictOf(std::string_view name) {
  if (name == "symptom") return Conflict::Symptom;
  if (name == "sign") return Conflict::Sign;
  if (name == "measurement") return Conflict::Measurement;
  if (name == "ever") return Conflict::Ever;
  return name == "newest" ? Conflict::Newest : Conflict::Diagnosis;
}

Undated undatedOf(std::string_view name) {
  if (name == "active") return Undated::Active;
  if (name == "soon") return Undated::Soon;
  return name == "lower" ? Undated::Lower : Undated::NotNeeded;
}

Side sideOf(std::string_view name) {
  if (name == "left") return Side::Left;
  if (name == "right") return Side::Right;
  return name == "both" ? Side::Both : Side::None;
}

Needs readNeeds(const Value& value) {
  Needs needs;
  needs.words = texts(value, "words");
  needs.medication = text(value, "medication");
  needs.ageBelow = integer(value, "ageBelow");
  needs.procedureWithinDays = integer(value, "procedureWithinDays");
  needs.examination = flag(value, "examination");
  return needs;
}

Threshold readThreshold(const Value& value) {
  Threshold test;
  test.quantity = text(value, "quantity");
  test.codes = readCodes(value, "codes");
  test.words = texts(value, "words");
  test.unit = text(value, "unit");
  test.atLeast = number(value, "atLeast");
  test.above = number(value, "above");
  test.below = number(value, "below");
  test.atMost = number(value, "atMost");
  if (const Value* range = find(value, "plausible")) {
    test.plausibleLow = (*range)[0].GetDouble();
    test.plausibleHigh = (*range)[1].GetDouble();
  }
  test.interpretation = texts(value, "interpretation");
  return test;
}

StressWeight readStressWeight(const Value& value) {
  const std::string group = text(value, "group");
  return {integer(value, "weight").value_or(0), flag(value, "painSpecific"), flag(value, "anchor"),
          group == "diagnosis" || group == "instrument"};
}

}  // namespace

Code readCode(const Value& value) {
  Code code;
  const std::string system = text(value, "system");
  code.system = system == "snomed"    ? fhir::kSnomed
                : system == "icd10cm" ? fhir::kIcd10cm
                : system == "loinc"   ? fhir::kLoinc
                : system == "rxnorm"  ? fhir::kRxNorm
                : system == "cpt"     ? fhir::kCpt
                                      : std::string_view(system);
  code.code = fhir::canonicalCode(code.system, text(value, "code"));
  code.display = text(value, "display");
  code.prefix = text(value, "match") == "prefix";
  code.answerOnly = text(value, "match") == "answer";
  code.negative = text(value, "says") == "absent";
  code.weak = flag(value, "weak");
  if (const Value* needs = find(value, "needs")) code.needs = readNeeds(*needs);
  code.side = sideOf(text(value, "side"));
  code.region = regionOf(text(value, "region"));
  return code;
}

std::vector<Code> readCodes(const Value& object, const char* key) {
  std::vector<Code> codes;
  if (const Value* list = find(object, key)) {
    for (const auto& each : list->GetArray()) codes.push_back(readCode(each));
  }
  return codes;
}

Finding readFinding(const Value& document) {
  Finding finding;
  finding.id = text(document, "id");
  finding.name = text(document, "name");
  finding.ask = text(document, "ask");
  finding.definition = text(document, "definition");
  finding.kind = kindOf(text(document, "kind"));
  finding.conflict = conflictOf(text(document, "conflict"));
  if (const Value* window = find(document, "window")) {
    finding.activeDays = integer(*window, "activeDays");
    finding.staleDays = integer(*window, "staleDays");
  }
  finding.staleRaises = flag(document, "staleRaises");
  finding.undated = undatedOf(text(document, "undated"));
  finding.deficit = flag(document, "deficit");
  finding.anyInWindow = flag(document, "anyInWindow");
  finding.codes = readCodes(document, "codes");
  finding.excludedCodes = readCodes(document, "excludedCodes");
  if (const Value* tests = find(document, "measurements")) {
    for (const auto& each : tests->GetArray()) finding.measurements.push_back(readThreshold(each));
  }
  if (const Value* derived = find(document, "derived"); derived && find(*derived, "bothSidesOf")) {
    finding.bothSidesOf = text(*derived, "bothSidesOf");
  }
  if (const Value* stress = find(document, "stress")) finding.stress = readStressWeight(*stress);
  finding.sources = texts(document, "sources");
  return finding;
}

MedicationClass readMedication(const Value& document) {
  MedicationClass found{text(document, "id"), readCodes(document, "codes"), texts(document, "names"), {}};
  if (const Value* codes = find(document, "codes")) {
    for (const auto& each : codes->GetArray()) {
      if (flag(each, "onlyWithReason")) found.onlyWithReason.push_back(text(each, "code"));
    }
  }
  return found;
}

Imaging readImaging(const Value& document) {
  return {text(document, "id"),     text(document, "name"),    readCodes(document, "codes"),
          texts(document, "words"), texts(document, "covers"), text(document, "modality") == "mri"};
}

}  // namespace plumbline::rules::content
