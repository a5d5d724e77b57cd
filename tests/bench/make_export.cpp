/// Writes a bulk export of a hospital that never was: DIR/<Type>.ndjson, as `$export` writes it, until all
/// files together have about so many bytes. How many resources of which type and size a patient has follows
/// the 221 open synthetic charts of tests/corpus (means by type; between patients a log-normal factor with
/// their spread: a tenth above twice the mean). No two resources of a patient stand together, so that whoever
/// groups them has to look everywhere. The same arguments give the same bytes.
///   make_export DIR GIGABYTES
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "certs/base64url.h"

namespace {

using std::string;
using std::string_view;

/// Mean number a patient and mean bytes of one: the open charts' own.
struct Kind {
  string_view type;
  double perPatient;
  std::size_t bytes;
};

constexpr std::array<Kind, 13> kKinds{{{"Patient", 0, 2984},
                                       {"Condition", 14, 923},
                                       {"Observation", 126, 925},
                                       {"Encounter", 32, 1247},
                                       {"Procedure", 31, 761},
                                       {"MedicationRequest", 18, 957},
                                       {"DiagnosticReport", 26, 1804},
                                       {"DocumentReference", 19, 2777},
                                       {"Immunization", 13, 656},
                                       {"CarePlan", 2.4, 1466},
                                       {"Claim", 38, 1648},
                                       {"ExplanationOfBenefit", 26, 6227},
                                       {"Provenance", 0.3, 35957}}};
constexpr double kPatientBytes = 569'000;  // what the kinds above come to
constexpr double kSpread = 0.86;

struct Concept {
  string_view system, code, display;
};

constexpr string_view kSnomed = "http://snomed.info/sct", kLoinc = "http://loinc.org",
                      kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
constexpr std::array<Concept, 8> kConditions{{{kSnomed, "59621000", "Essential hypertension"},
                                              {kSnomed, "44054006", "Diabetes mellitus type 2"},
                                              {kSnomed, "195662009", "Acute viral pharyngitis"},
                                              {kSnomed, "279039007", "Low back pain"},
                                              {kSnomed, "64859006", "Osteoporosis"},
                                              {kSnomed, "444814009", "Viral sinusitis"},
                                              {kSnomed, "271737000", "Anemia"},
                                              {kSnomed, "197480006", "Anxiety disorder"}}};
constexpr std::array<Concept, 8> kMeasured{{{kLoinc, "8310-5", "Cel"},
                                            {kLoinc, "8867-4", "/min"},
                                            {kLoinc, "29463-7", "kg"},
                                            {kLoinc, "8302-2", "cm"},
                                            {kLoinc, "2339-0", "mg/dL"},
                                            {kLoinc, "718-7", "g/dL"},
                                            {kLoinc, "1988-5", "mg/L"},
                                            {kLoinc, "38483-4", "mg/dL"}}};
constexpr std::array<Concept, 4> kOther{{{kSnomed, "430193006", "Medication reconciliation"},
                                         {kSnomed, "162673000", "General examination of patient"},
                                         {kRxNorm, "314076", "lisinopril 10 MG Oral Tablet"},
                                         {kRxNorm, "310798", "hydrochlorothiazide 25 MG Oral Tablet"}}};
constexpr std::array<string_view, 5> kSentences{
    "Patient seen for a routine visit and feels well. ", "No fever, no weight loss, no night sweats. ",
    "Low back pain for two weeks after lifting boxes, no leg pain. ",
    "Denies numbness, bladder and bowel habits are unchanged. ", "Blood pressure and medication reviewed. "};

/// A number that depends on nothing but its arguments.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9E3779B97F4A7C15U + b * 0xC2B2AE3D27D4EB4FU;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

string coded(const Concept& concept_) {
  return R"({"coding":[{"system":")" + string(concept_.system) + R"(","code":")" + string(concept_.code) +
         R"(","display":")" + string(concept_.display) + "\"}]}";
}

string day(std::uint64_t random) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(2005 + random % 21),
                static_cast<int>(1 + random / 32 % 12), static_cast<int>(1 + random / 512 % 28));
  return text;
}

/// What the type has of its own, as members with a comma behind each.
string body(string_view type, const string& subject, std::uint64_t random, std::size_t bytes) {
  const string when = day(random);
  if (type == "Condition") {
    return R"("subject":)" + subject +
           R"(,"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":")" +
           (random % 3 == 0 ? "active" : "resolved") + R"("}]},"code":)" +
           coded(kConditions[random / 7 % 8]) + R"(,"onsetDateTime":")" + when + R"(",)";
  }
  if (type == "Observation") {
    const Concept& measured = kMeasured[random / 7 % 8];
    return R"("status":"final","subject":)" + subject + R"(,"code":{"coding":[{"system":")" +
           string(measured.system) + R"(","code":")" + string(measured.code) +
           R"("}]},"effectiveDateTime":")" + when + R"(","valueQuantity":{"value":)" +
           std::to_string(30 + random / 64 % 60) + R"(,"system":"http://unitsofmeasure.org","code":")" +
           string(measured.display) + R"("},)";
  }
  if (type == "DocumentReference") {
    string text;
    while (text.size() < bytes / 2) text += kSentences[mixed(random, text.size()) % kSentences.size()];
    return R"("status":"current","subject":)" + subject + R"(,"date":")" + when +
           R"(T10:00:00Z","content":[{"attachment":{"contentType":"text/plain","data":")" +
           plumbline::certs::toBase64(text) + R"("}}],)";
  }
  const string whose =
      type == "Claim" || type == "ExplanationOfBenefit" || type == "Immunization" ? "patient" : "subject";
  const string what = type == "MedicationRequest" ? "medicationCodeableConcept"
                      : type == "Encounter"       ? "serviceType"
                                                  : "code";
  return R"("status":"completed",")" + whose + "\":" + subject + ",\"" + what +
         "\":" + coded(kOther[random / 7 % 4]) + ',';
}

string resource(const Kind& kind, std::uint64_t patient, std::uint64_t index) {
  const std::uint64_t random = mixed(patient * 64 + index, kind.bytes);
  const string who = "p" + std::to_string(patient);
  string text = R"({"resourceType":")" + string(kind.type) + R"(","id":")";
  if (kind.type == "Patient") {
    text += who + R"(","gender":")" + (random % 2 ? "female" : "male") + R"(","birthDate":")" +
            day(random + patient) + R"(",)";
  } else if (kind.type == "Provenance") {
    text += who + "-" + std::to_string(index) + R"(","target":[{"reference":"Patient/)" + who + R"("}],)";
  } else {
    text += who + "-" + std::to_string(index) + "\"," +
            body(kind.type, R"({"reference":"Patient/)" + who + "\"}", random, kind.bytes);
  }
  // Sizes between half and one and a half of the mean; what is lacking is narrative, as in the open charts
  // billing and narrative are most of the bytes.
  const std::size_t wanted = kind.bytes / 2 + random / 1024 % kind.bytes;
  text += R"("text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">)";
  while (text.size() < wanted) text += "<p>A line of a generated summary, which nobody reads.</p>";
  return text + "</div>\"}}\n";
}

std::uint64_t countOf(const Kind& kind, std::uint64_t patient) {
  if (kind.type == "Patient") return 1;
  std::mt19937_64 random(patient);
  std::lognormal_distribution<double> factor(-kSpread * kSpread / 2, kSpread);
  const double wanted = kind.perPatient * factor(random);
  const auto whole = static_cast<std::uint64_t>(wanted);
  const double rest = wanted - static_cast<double>(whole);
  return whole + (static_cast<double>(mixed(patient, kind.bytes) % 1000) < rest * 1000 ? 1 : 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: make_export DIR GIGABYTES\n");
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  std::filesystem::create_directories(directory);
  const auto patients = static_cast<std::uint64_t>(std::stod(argv[2]) * 1e9 / kPatientBytes) + 1;
  std::uintmax_t written = 0;
  for (const Kind& kind : kKinds) {
    const auto path = directory / (string(kind.type) + ".ndjson");
    std::ofstream out(path, std::ios::binary);
    std::vector<std::uint64_t> counts(patients);
    for (std::uint64_t patient = 0; patient < patients; ++patient) counts[patient] = countOf(kind, patient);
    const std::uint64_t most = *std::max_element(counts.begin(), counts.end());
    for (std::uint64_t index = 0; index < most; ++index) {
      for (std::uint64_t patient = 0; patient < patients; ++patient) {
        if (index < counts[patient]) out << resource(kind, patient, index);
      }
    }
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
    written += std::filesystem::file_size(path);
  }
  std::printf("%llu patients, %.2f GB\n", static_cast<unsigned long long>(patients),
              static_cast<double>(written) / 1e9);
  return 0;
}
