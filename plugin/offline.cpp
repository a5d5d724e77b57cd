#include "plugin/offline.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <variant>

#include "fhir/json.h"
#include "fhir/record.h"
#include "fhir/reference.h"
#include "plugin/answer.h"
#include "plugin/hooks/gather.h"
#include "plugin/hooks/request.h"
#include "rules/engine.h"

namespace plumbline {
namespace {

using fhir::Json;

/// Types every resource of which is about a patient and is read (fhir/README.md).
bool isAboutPatients(std::string_view type) {
  constexpr std::array kTypes{"Encounter",         "Condition",           "Observation",
                              "MedicationRequest", "MedicationStatement", "Procedure",
                              "ServiceRequest",    "DiagnosticReport",    "QuestionnaireResponse",
                              "DocumentReference", "FamilyMemberHistory"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

/// What came one by one about the patients of one id.
struct Gathered {
  std::vector<Json> patients;
  std::vector<Json> resources;
};

/// Finds the charts in the documents of one file.
class Reader {
 public:
  Reader(const rules::Pack& pack, fhir::Instant now, const std::function<void(const Chart&)>& use,
         rules::Depth depth)
      : pack_(pack), now_(now), use_(use), depth_(depth) {}

  /// `line`: of the file, where it is read by lines; else 0.
  void document(Json root, std::size_t line) {
    line_ = line;
    if (fhir::has(root, "hook") && !fhir::has(root, "resourceType")) return request(root);
    if (fhir::text(root, "resourceType") == "Bundle") return bundle(root);
    loose(root);
  }

  /// Charts of resources that came one by one.
  void finish() {
    for (const std::string_view id : order_) {
      const Gathered& gathered = byId_.find(id)->second;
      fhir::RecordReader reader(id);
      for (const Json& each : gathered.patients) reader.addKey("patient", each);
      for (const Json& each : gathered.resources) reader.addKey("bulk", each);
      for (const Json& each : shared_) reader.addKey("bulk", each);
      if (lost_) reader.setCoverage("bulk", fhir::Coverage::Partial);
      assess(id, reader);
    }
    for (const auto& [id, gathered] : byId_) {
      if (gathered.patients.empty())
        refused({{"not-found", "resources of a patient who is not in this file", ""}}, id);
    }
  }

  /// What could not be read may have been about anyone of the file.
  void brokenLine(const fhir::Error& error, std::size_t line) {
    lost_ = true;
    Issue issue = issueOf(error);
    issue.diagnostics = "line " + std::to_string(line) + ": " + error.detail;
    refused({std::move(issue)});
  }

  void refused(std::vector<Issue> issues, std::string_view patientId = {}) {
    Chart chart;
    chart.patientId = patientId;
    chart.issues = std::move(issues);
    use_(chart);
  }

 private:
  void request(Json root) {
    const auto read = hooks::readRequest(root, nullptr);
    if (!read) return refused({issueOf(read.error())});
    const auto gathered = hooks::gather(*read, now_);
    Chart chart;
    chart.patientId = read->patientId;
    chart.call = {read->moment, read->patientId, read->encounterId, cards::Grouping::Single, {}};
    if (const auto* error = std::get_if<fhir::Error>(&gathered)) {
      chart.issues = {issueOf(*error)};
    } else if (const auto* lacking = std::get_if<hooks::Lacking>(&gathered)) {
      chart.issues = lackingIssues(lacking->keys);
    } else {
      chart.assessment = rules::assess(pack_, std::get<fhir::PatientRecord>(gathered), now_, depth_);
    }
    use_(chart);
  }

  void bundle(Json root) {
    std::vector<Json> patients;
    fhir::forEach(root, "entry", [&](Json entry) {
      const auto resource = fhir::member(entry, "resource");
      if (resource && fhir::text(*resource, "resourceType") == "Patient") patients.push_back(*resource);
    });
    if (patients.size() != 1) {
      return refused(
          {{"invalid",
            "a Bundle must hold exactly one Patient, this one holds " + std::to_string(patients.size()),
            "Bundle"}});
    }
    const std::string_view id = fhir::text(patients.front(), "id").value_or(std::string_view{});
    fhir::RecordReader reader(id);
    reader.addKey("bundle", root);
    assess(id, reader);
  }

  void loose(Json resource) {
    const auto type = fhir::text(resource, "resourceType");
    if (!type) return refused({{"invalid", "neither a CDS Hooks request nor a FHIR resource", ""}});
    if (type == "Patient") return addPatient(resource);
    if (type == "Medication") return shared_.push_back(resource);
    auto subject = fhir::member(resource, "subject");
    if (!subject) subject = fhir::member(resource, "patient");
    const auto text = subject ? fhir::text(*subject, "reference") : std::nullopt;
    const auto reference = text ? fhir::parseReference(*text) : std::nullopt;
    if (reference && reference->type == "Patient") {
      byId_[std::string(reference->id)].resources.push_back(resource);
    } else if (!reference && (subject || isAboutPatients(*type))) {
      lost_ = true;
      const std::string at = line_ == 0 ? "" : "line " + std::to_string(line_) + ": ";
      refused({{"invalid", at + "a resource that does not say which patient it is about", ""}});
    }
  }

  void addPatient(Json resource) {
    const auto entry = byId_.try_emplace(std::string(fhir::text(resource, "id").value_or(""))).first;
    if (entry->second.patients.empty()) order_.push_back(entry->first);
    entry->second.patients.push_back(resource);
  }

  void assess(std::string_view id, fhir::RecordReader& reader) {
    for (const auto& each : hooks::prefetch()) reader.setCoverage(each.key, fhir::Coverage::Supplied);
    const auto record = reader.build();
    Chart chart;
    chart.patientId = id;
    chart.call = {hooks::Hook::PatientView, id, "", cards::Grouping::Single, {}};
    if (record) {
      chart.assessment = rules::assess(pack_, *record, now_, depth_);
    } else {
      chart.issues = {issueOf(record.error())};
    }
    use_(chart);
  }

  const rules::Pack& pack_;
  fhir::Instant now_;
  const std::function<void(const Chart&)>& use_;
  rules::Depth depth_;
  std::size_t line_ = 0;
  bool lost_ = false;  ///< something of this file could be about any of its patients
  std::map<std::string, Gathered, std::less<>> byId_;
  std::vector<std::string_view> order_;  ///< of the patients in the file
  std::vector<Json> shared_;
};

}  // namespace

void forEachChart(std::string_view text, const rules::Pack& pack, fhir::Instant now,
                  const std::function<void(const Chart&)>& use, rules::Depth depth) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Reader reader(pack, now, use, depth);
  std::vector<fhir::JsonDocument> documents;
  auto whole = fhir::JsonDocument::parse(text);
  if (whole) {
    documents.push_back(*std::move(whole));
    reader.document(documents.back().root(), 0);
    return reader.finish();
  }
  // Lines are charts of their own only where the first one is a document; else the file is one broken
  // document.
  if (!fhir::JsonDocument::parse(text.substr(0, text.find('\n')))) {
    return reader.refused({issueOf(whole.error())});
  }
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    ++number;
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto document = fhir::JsonDocument::parse(line);
    if (!document) {
      reader.brokenLine(document.error(), number);
      continue;
    }
    documents.push_back(*std::move(document));
    reader.document(documents.back().root(), number);
  }
  reader.finish();
}

}  // namespace plumbline
