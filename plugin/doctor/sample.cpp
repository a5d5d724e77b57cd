#include "plugin/doctor/sample.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "fhir/code_system.h"
#include "plugin/file.h"
#include "plugin/lines.h"
#include "plugin/offline.h"

namespace plumbline::doctor {
namespace {

using fhir::Json;
using std::string;

/// The elements whose codes say what a resource is about.
constexpr std::array<std::string_view, 4> kTelling{"code", "valueCodeableConcept",
                                                   "medicationCodeableConcept", "reasonCode"};

/// The resources whose codes speak for findings (fhir/README.md).
bool isRead(std::string_view type) {
  constexpr std::array kTypes{"Condition",         "Observation",          "Encounter",  "Procedure",
                              "MedicationRequest", "MedicationStatement",  "Medication", "ServiceRequest",
                              "DiagnosticReport",  "QuestionnaireResponse"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

bool isCommon(std::string_view system) {
  constexpr std::array kSystems{fhir::kSnomed, fhir::kLoinc, fhir::kIcd10cm, fhir::kRxNorm, fhir::kCpt};
  return std::find(kSystems.begin(), kSystems.end(), system) != kSystems.end() ||
         system.starts_with("http://terminology.hl7.org/") || system.starts_with("http://hl7.org/fhir/");
}

bool isOfContent(const rules::Pack& pack, std::string_view system, const string& code) {
  bool found = system == pack.form.url;
  pack.match(system, code, [&](std::size_t, const rules::Code&) { found = true; });
  pack.matchMeasurement(system, code, [&](std::size_t, std::size_t) { found = true; });
  pack.matchMedication(system, code, [&](std::size_t) { found = true; });
  for (const auto& each : pack.imaging) found = found || contains(each.codes, system, code);
  for (const auto& each : pack.orders) found = found || contains(each.codes, system, code);
  for (const auto* answers : {&pack.answers.present, &pack.answers.absent, &pack.answers.notPerformed})
    found = found || contains(*answers, system, code);
  return found;
}

/// Whether a text that was written as a code or system looks like one: nothing with blanks, as names have.
bool isPlain(std::string_view text, std::size_t longest) {
  return text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) {
           const bool alphanumeric =
               (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           return alphanumeric || std::string_view("-._:/#+").find(c) != std::string_view::npos;
         });
}

class Codes {
 public:
  Codes(const rules::Pack& pack, Sample& sample) : pack_(pack), sample_(sample) {}

  /// A Bundle, a request or a resource. Documents nest no deeper than fhir::kMaxJsonDepth.
  void walk(Json value, std::string_view type, std::string_view key) {
    simdjson::dom::array items;
    if (value.get(items) == simdjson::SUCCESS) {
      for (Json each : items) walk(each, type, key);
    }
    simdjson::dom::object members;
    if (value.get(members) != simdjson::SUCCESS) return;
    type = fhir::text(value, "resourceType").value_or(type);
    if (isRead(type) && std::find(kTelling.begin(), kTelling.end(), key) != kTelling.end())
      concepts(value, type);
    for (const auto& member : members) walk(member.value, type, member.key);
  }

 private:
  struct Coding {
    string system, code;
  };

  void concepts(Json concept_, std::string_view type) {
    std::vector<Coding> codings;
    fhir::forEach(concept_, "coding", [&](Json each) {
      const string system(fhir::canonicalSystem(fhir::text(each, "system").value_or(std::string_view{})));
      codings.push_back({system, fhir::canonicalCode(system, fhir::text(each, "code").value_or(""))});
    });
    if (std::any_of(codings.begin(), codings.end(), [&](const Coding& each) {
          return isCommon(each.system) || isOfContent(pack_, each.system, each.code);
        }))
      return;
    for (const Coding& each : codings) {
      if (each.code.empty()) continue;
      constexpr std::size_t kCode = 64, kSystem = 128;
      if (isPlain(each.code, kCode) && isPlain(each.system, kSystem)) {
        ++sample_.local[{string(type), each.system.empty() ? "-" : each.system, each.code}];
      } else {
        ++sample_.otherLocal;
      }
    }
  }

  const rules::Pack& pack_;
  Sample& sample_;
};

void addCodes(std::string_view text, Codes& codes) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto whole = fhir::JsonDocument::parse(text)) return codes.walk(whole->root(), "", "");
  forEachLine(text, 1, [&](std::string_view line, std::size_t) {
    if (const auto document = fhir::JsonDocument::parse(line)) codes.walk(document->root(), "", "");
  });
}

void addText(std::string_view text, const rules::Pack& pack, fhir::Instant now, Sample& sample) {
  forEachChart(text, {pack, now, rules::Depth::Answer}, [&](const Chart& chart) {
    if (!chart.issues.empty()) {
      ++sample.refused;
      return;
    }
    ++sample.charts;
    for (const auto& each : chart.assessment.findings) {
      if (each.state == rules::State::Present) ++sample.findings[each.finding].present;
      if (each.state == rules::State::Absent) ++sample.findings[each.finding].absent;
    }
  });
  Codes codes(pack, sample);
  addCodes(text, codes);
}

/// The texts to read: each file, but that the lines of all .ndjson files are one.
std::vector<string> textsAt(const string& path) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  std::error_code failed;
  if (fs::is_directory(path, failed)) {
    for (const auto& each : fs::directory_iterator(path, failed)) files.push_back(each.path());
  } else {
    files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  std::vector<string> texts;
  string lines;
  for (const auto& file : files) {
    const string extension = file.extension();
    if (files.size() > 1 && extension != ".json" && extension != ".ndjson") continue;
    auto text = contentsOf(file);
    if (!text) continue;
    if (extension == ".ndjson") {
      lines.append(*text).append("\n");
    } else {
      texts.push_back(*std::move(text));
    }
  }
  if (!lines.empty()) texts.push_back(std::move(lines));
  return texts;
}

}  // namespace

bool readSample(const string& path, const rules::Pack& pack, fhir::Instant now, Sample& sample) {
  sample.findings.resize(pack.findings.size());
  const auto texts = textsAt(path);
  for (const string& each : texts) addText(each, pack, now, sample);
  return !texts.empty();
}

}  // namespace plumbline::doctor
