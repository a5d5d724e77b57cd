#include <algorithm>

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

/// The part of its finding that an entry names; `value` may be a code, a value test or a derivation.
std::optional<std::size_t> partOf(const Finding& finding, const Value& value, const std::string& at,
                                  const File& file, const char* key = "part") {
  const std::string name = text(value, key);
  if (name.empty()) return std::nullopt;
  const auto found = std::find(finding.parts.begin(), finding.parts.end(), name);
  if (found == finding.parts.end()) {
    file.problem(at + "/" + key, "no part \"" + name + "\"");
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - finding.parts.begin());
}

Needs readNeeds(const Pack& pack, const Value& value, const std::string& at, const File& file) {
  Needs needs;
  needs.words = texts(value, "words");
  if (find(value, "medication")) {
    needs.medication = medicationOf(pack, text(value, "medication"), at + "/medication", file);
  }
  needs.ageBelow = integer(value, "ageBelow");
  needs.procedureWithinDays = integer(value, "procedureWithinDays");
  needs.examination = flag(value, "examination");
  return needs;
}

/// The codes of a finding, with the parts and needs that only findings have.
std::vector<Code> readFindingCodes(const Pack& pack, const Finding& finding, const Value& document,
                                   const File& file) {
  std::vector<Code> codes = readCodes(document, "codes");
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const Value& value = (*find(document, "codes"))[static_cast<rapidjson::SizeType>(i)];
    const std::string at = "/codes/" + std::to_string(i);
    codes[i].part = partOf(finding, value, at, file);
    if (const Value* needs = find(value, "needs"))
      codes[i].needs = readNeeds(pack, *needs, at + "/needs", file);
  }
  return codes;
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

Derived readDerived(const Pack& pack, const Finding& finding, const Value& value, const File& file) {
  Derived derived;
  const std::string at = "/derived";
  derived.bothSidesOf = findingsOf(pack, value, "bothSidesOf", at, file);
  derived.siteWords = texts(value, "siteWords");
  if (const Value* falling = find(value, "falling")) derived.falling = readThreshold(*falling);
  derived.by = number(value, "by").value_or(0);
  derived.byPercent = number(value, "byPercent").value_or(0);
  derived.withinDays = integer(value, "withinDays").value_or(0);
  for (const std::string& id : texts(value, "medications")) {
    if (const auto cls = medicationOf(pack, id, at + "/medications", file))
      derived.medications.push_back(*cls);
  }
  if (find(value, "takenFor"))
    derived.takenFor = medicationOf(pack, text(value, "takenFor"), at + "/takenFor", file);
  derived.takenForDays = integer(value, "takenForDays").value_or(0);
  derived.refilledWithinDays = integer(value, "refilledWithinDays").value_or(0);
  derived.ageFrom = integer(value, "ageFrom");
  derived.ageBelow = integer(value, "ageBelow");
  derived.painNew = flag(value, "painNew");
  derived.part = partOf(finding, value, at, file);
  return derived;
}

StressWeight readStressWeight(const Value& value) {
  const std::string group = text(value, "group");
  return {integer(value, "weight").value_or(0), flag(value, "painSpecific"),
          flag(value, "painSpecificFromText"), flag(value, "anchor"),
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
  code.whole = flag(value, "whole");
  code.weak = flag(value, "weak");
  code.history = flag(value, "history");
  code.contrast = flag(value, "contrast");
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

Finding readFinding(const Pack& pack, const Value& document, const File& file) {
  Finding finding;
  finding.id = text(document, "id");
  finding.name = text(document, "name");
  finding.ask = text(document, "ask");
  finding.definition = text(document, "definition");
  finding.questions = plainTexts(document, "questions");
  finding.partialQuestions = plainTexts(document, "partialQuestions");
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
  finding.parts = texts(document, "parts");
  finding.yesPart = partOf(finding, document, "", file, "yesMeans");
  finding.codes = readFindingCodes(pack, finding, document, file);
  finding.excludedCodes = readCodes(document, "excludedCodes");
  if (const Value* tests = find(document, "measurements")) {
    for (const auto& each : tests->GetArray()) {
      finding.measurements.push_back(readThreshold(each));
      const std::string at = "/measurements/" + std::to_string(finding.measurements.size() - 1);
      finding.measurements.back().part = partOf(finding, each, at, file);
    }
  }
  if (const Value* derived = find(document, "derived")) {
    finding.derived = readDerived(pack, finding, *derived, file);
  }
  if (const Value* stress = find(document, "stress")) finding.stress = readStressWeight(*stress);
  finding.notAskedWith = findingsOf(pack, document, "notAskedWith", "", file);
  finding.askedInPain = regionsOf(document, "askedInPain");
  if (const Value* figures = find(document, "evidence")) {
    for (const auto& each : figures->GetArray())
      finding.evidence.push_back({text(each, "figure"), text(each, "source"), text(each, "status")});
  }
  finding.sources = texts(document, "sources");
  return finding;
}

MedicationClass readMedication(const Value& document, const File& file) {
  MedicationClass found;
  found.id = text(document, "id");
  found.name = text(document, "name");
  found.codes = readCodes(document, "codes");
  found.names = texts(document, "names");
  if (const Value* brands = find(document, "brands")) {
    for (const auto& [ingredient, names] : brands->GetObject()) {
      const std::string of = ingredient.GetString();
      if (std::find(found.names.begin(), found.names.end(), of) == found.names.end())
        file.problem("/brands/" + of, "is not among the names");
      for (const auto& brand : names.GetArray()) found.brands[brand.GetString()] = of;
    }
  }
  found.notWords = texts(document, "notWords");
  found.onlyWithReason = texts(document, "onlyWithReason");
  return found;
}

Imaging readImaging(const Value& document) {
  Imaging found;
  found.id = text(document, "id");
  found.name = text(document, "name");
  found.codes = readCodes(document, "codes");
  found.words = texts(document, "words");
  found.covers = texts(document, "covers");
  found.coversOnlyWithContrast = texts(document, "coversOnlyWithContrast");
  found.contrastWords = texts(document, "contrastWords");
  found.plans = texts(document, "plans");
  found.mri = text(document, "modality") == "mri";
  return found;
}

}  // namespace plumbline::rules::content
