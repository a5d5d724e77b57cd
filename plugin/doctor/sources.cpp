#include "plugin/doctor/sources.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "fhir/code_system.h"
#include "rules/text/content.h"

namespace plumbline::doctor {
namespace {

struct Row {
  std::string_view type, category, name;
};
constexpr std::array<Row, kPlaces> kRows{{
    {"Patient", "", "Patient"},
    {"Condition", "", "Condition"},
    {"Encounter", "", "Encounter"},
    {"Procedure", "", "Procedure"},
    {"MedicationRequest", "", "MedicationRequest"},
    {"QuestionnaireResponse", "", "QuestionnaireResponse"},
    {"ServiceRequest", "", "ServiceRequest"},
    {"DiagnosticReport", "", "DiagnosticReport"},
    {"DocumentReference", "", "DocumentReference"},
    {"Observation", "exam", "Observation (exam)"},
    {"Observation", "social-history", "Observation (social history)"},
    {"Observation", "vital-signs", "Observation (vital signs)"},
    {"Observation", "laboratory", "Observation (laboratory)"},
    {"Observation", "survey", "Observation (survey)"},
}};

Places places(std::initializer_list<Place> all) {
  Places set;
  for (const Place each : all) set.set(static_cast<std::size_t>(each));
  return set;
}

/// Where yes and no, or a value in words, stand beside a name.
const Places kAsked = places({Place::Exam, Place::Survey, Place::Response});
const Places kCoded = places({Place::Condition, Place::Encounter, Place::Procedure, Place::Exam});
const Places kWritten = places({Place::Note, Place::Report, Place::Order, Place::Condition, Place::Exam});
const Places kDeniedInWords = places({Place::Note, Place::Report, Place::Order, Place::Exam});

void addCode(const rules::Code& code, Sources& sources) {
  const bool asked = code.answerOnly || code.system == fhir::kLoinc;
  const Places at = code.system == fhir::kCpt ? places({Place::Procedure}) : asked ? kAsked : kCoded | kAsked;
  if (code.negative) {
    sources.deny |= at;
    return;
  }
  sources.raise |= at;
  if (code.whole) sources.deny |= at & kAsked;
}

bool isOfInstrument(const rules::Pack& pack, const rules::Threshold& threshold) {
  return std::any_of(pack.instruments.all().begin(), pack.instruments.all().end(),
                     [&](const rules::Instrument& each) {
                       return contains(threshold.codes, each.total.system, each.total.code);
                     });
}

void addMeasurements(const rules::Pack& pack, const rules::Finding& finding, Sources& sources) {
  for (const rules::Threshold& each : finding.measurements) {
    const Places at = isOfInstrument(pack, each)
                          ? places({Place::Survey, Place::Response})
                          : places({Place::Vitals, Place::Laboratory, Place::Exam, Place::Note});
    sources.raise |= at;
    if (finding.conflict == rules::Conflict::Measurement) sources.deny |= at;
  }
}

/// What does not depend on other findings.
Sources ownSources(const rules::Pack& pack, std::size_t index) {
  const rules::Finding& finding = pack.findings[index];
  Sources sources;
  for (const rules::Code& each : finding.codes) addCode(each, sources);
  addMeasurements(pack, finding, sources);
  const auto& form = pack.form.asks;
  const bool asked = std::find(form.begin(), form.end(), index) != form.end() || !finding.questions.empty();
  if (asked || !finding.partialQuestions.empty()) sources.raise |= places({Place::Response});
  if (asked) sources.deny |= places({Place::Response});
  if (finding.kind == rules::Kind::RiskFactor && (sources.raise & kAsked).any())
    sources.raise |= places({Place::SocialHistory});
  const auto& painful = pack.pain.findings;
  if (std::find(painful.begin(), painful.end(), index) != painful.end())
    sources.raise |= places({Place::Medication, Place::Order});
  return sources;
}

void addPhrases(const rules::Pack& pack, std::vector<Sources>& all) {
  using Role = rules::text::Phrase::Role;
  for (const auto& phrase : pack.text->phrases) {
    Sources& sources = all[phrase.finding];
    if (phrase.role == Role::Whole || phrase.role == Role::Way) sources.raise |= kWritten;
    if (phrase.role == Role::Whole || phrase.role == Role::WholeIfDenied || phrase.role == Role::Absent)
      sources.deny |= kDeniedInWords;
  }
}

void addDerived(const rules::Finding& finding, std::size_t index, std::vector<Sources>& all) {
  if (!finding.derived) return;
  const rules::Derived& derived = *finding.derived;
  for (const std::size_t each : derived.bothSidesOf) all[index].raise |= all[each].raise;
  if (derived.falling) all[index].raise |= places({Place::Vitals, Place::Laboratory, Place::Exam});
  if (!derived.medications.empty() || derived.takenFor) all[index].raise |= places({Place::Medication});
  if (derived.ageFrom || derived.ageBelow) all[index].raise |= places({Place::Patient});
}

}  // namespace

std::string_view name(Place place) {
  return kRows[static_cast<std::size_t>(place)].name;
}

std::vector<Sources> sourcesOf(const rules::Pack& pack) {
  std::vector<Sources> all;
  for (std::size_t i = 0; i < pack.findings.size(); ++i) all.push_back(ownSources(pack, i));
  addPhrases(pack, all);
  for (std::size_t i = 0; i < pack.findings.size(); ++i) addDerived(pack.findings[i], i, all);
  return all;
}

Places reached(const std::vector<KeyServed>& keys) {
  Places places;
  for (const KeyServed& key : keys) {
    if (key.served == Served::No) continue;
    for (std::size_t i = 0; i < kPlaces; ++i) {
      const bool category =
          kRows[i].category.empty() ||
          std::find(key.categories.begin(), key.categories.end(), kRows[i].category) != key.categories.end();
      if (kRows[i].type == key.asks.type && category) places.set(i);
    }
  }
  return places;
}

}  // namespace plumbline::doctor
