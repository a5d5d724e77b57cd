#include "plugin/offline.h"

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

class Reader {
 public:
  Reader(const rules::Pack& pack, fhir::Instant now, const std::function<void(const Chart&)>& use,
         rules::Depth depth)
      : pack_(pack), now_(now), use_(use), depth_(depth) {}

  void document(Json root) {
    if (fhir::has(root, "hook") && !fhir::has(root, "resourceType")) return request(root);
    if (fhir::text(root, "resourceType") == "Bundle") return bundle(root);
    loose(root);
  }

  /// Charts of resources that came one by one.
  void finish() {
    for (const Json& patient : patients_) {
      const std::string_view id = fhir::text(patient, "id").value_or(std::string_view{});
      fhir::RecordReader reader(id);
      reader.addKey("patient", patient);
      for (const Json& each : resources_[std::string(id)]) reader.addKey("bulk", each);
      for (const Json& each : shared_) reader.addKey("bulk", each);
      assess(id, reader);
    }
  }

  void refused(std::vector<Issue> issues) {
    Chart chart;
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
    chart.call = {read->service->hook, read->patientId, read->encounterId, cards::Grouping::Single};
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
    if (type == "Patient") return patients_.push_back(resource);
    auto subject = fhir::member(resource, "subject");
    if (!subject) subject = fhir::member(resource, "patient");
    const auto text = subject ? fhir::text(*subject, "reference") : std::nullopt;
    const auto reference = text ? fhir::parseReference(*text) : std::nullopt;
    if (reference && reference->type == "Patient") {
      resources_[std::string(reference->id)].push_back(resource);
    } else if (type == "Medication") {
      shared_.push_back(resource);
    }
  }

  void assess(std::string_view id, fhir::RecordReader& reader) {
    for (const auto& each : hooks::prefetch()) reader.setCoverage(each.key, fhir::Coverage::Supplied);
    const auto record = reader.build();
    Chart chart;
    chart.patientId = id;
    chart.call = {hooks::Hook::PatientView, id, "", cards::Grouping::Single};
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
  std::vector<Json> patients_;
  std::map<std::string, std::vector<Json>> resources_;
  std::vector<Json> shared_;
};

}  // namespace

void forEachChart(std::string_view text, const rules::Pack& pack, fhir::Instant now,
                  const std::function<void(const Chart&)>& use, rules::Depth depth) {
  Reader reader(pack, now, use, depth);
  std::vector<fhir::JsonDocument> documents;
  auto whole = fhir::JsonDocument::parse(text);
  if (whole) {
    documents.push_back(*std::move(whole));
    reader.document(documents.back().root());
    return reader.finish();
  }
  // Lines are charts of their own only where the first one is a document; else the file is one broken
  // document.
  if (!fhir::JsonDocument::parse(text.substr(0, text.find('\n')))) {
    return reader.refused({issueOf(whole.error())});
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto document = fhir::JsonDocument::parse(line);
    if (!document) {
      reader.refused({issueOf(document.error())});
      continue;
    }
    documents.push_back(*std::move(document));
    reader.document(documents.back().root());
  }
  reader.finish();
}

}  // namespace plumbline
