#include "plugin/offline.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "fhir/record.h"
#include "fhir/reference.h"
#include "plugin/answer.h"
#include "plugin/hooks/gather.h"
#include "plugin/hooks/request.h"
#include "plugin/lines.h"

namespace plumbline {
namespace {

using fhir::Json;
using Kind = Document::Kind;

/// Types every resource of which is about a patient and is read (fhir/README.md).
bool isAboutPatients(std::string_view type) {
  constexpr std::array kTypes{"Encounter",         "Condition",           "Observation",
                              "MedicationRequest", "MedicationStatement", "Procedure",
                              "ServiceRequest",    "DiagnosticReport",    "QuestionnaireResponse",
                              "DocumentReference", "FamilyMemberHistory"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

void assessRequest(Json root, const Assessing& by, const UseChart& use) {
  const auto read = hooks::readRequest(root, nullptr);
  if (!read) return refuse({issueOf(read.error())}, use);
  const auto gathered = hooks::gather(*read, {}, by.now);
  Chart chart;
  chart.patientId = read->patientId;
  chart.call = {read->moment, read->patientId, read->encounterId, cards::Grouping::Single, {}};
  if (const auto* error = std::get_if<fhir::Error>(&gathered)) {
    chart.issues = {issueOf(*error)};
  } else if (const auto* lacking = std::get_if<hooks::Lacking>(&gathered)) {
    chart.issues = lackingIssues(*lacking);
  } else {
    chart.assessment = rules::assess(by.pack, std::get<fhir::PatientRecord>(gathered), by.now, by.depth);
  }
  use(chart);
}

/// Assesses all that is known of a patient: nothing has to be asked for.
void assessRecord(std::string_view id, fhir::RecordReader& reader, const Assessing& by, const UseChart& use) {
  for (const auto& each : hooks::prefetch()) reader.setCoverage(each.key, fhir::Coverage::Supplied);
  const auto record = reader.build();
  if (!record) return refuse({issueOf(record.error())}, use, id);
  Chart chart;
  chart.patientId = id;
  chart.call = {hooks::Hook::PatientView, id, "", cards::Grouping::Single, {}};
  chart.assessment = rules::assess(by.pack, *record, by.now, by.depth);
  use(chart);
}

std::vector<Json> patientsOf(Json bundle) {
  std::vector<Json> patients;
  fhir::forEach(bundle, "entry", [&](Json entry) {
    const auto resource = fhir::member(entry, "resource");
    if (resource && fhir::text(*resource, "resourceType") == "Patient") patients.push_back(*resource);
  });
  return patients;
}

void assessBundle(Json root, const Assessing& by, const UseChart& use) {
  const std::vector<Json> patients = patientsOf(root);
  if (patients.size() != 1) {
    return refuse(
        {{"invalid",
          "a Bundle must hold exactly one Patient, this one holds " + std::to_string(patients.size()),
          "Bundle"}},
        use);
  }
  const std::string_view id = fhir::text(patients.front(), "id").value_or(std::string_view{});
  fhir::RecordReader reader(id);
  reader.addKey("bundle", root);
  assessRecord(id, reader, by, use);
}

bool isRequest(Json root) {
  return fhir::has(root, "hook") && !fhir::has(root, "resourceType");
}

/// The patient that a request or a Bundle is about, as far as can be told.
std::string_view patientOfChart(Json root) {
  if (isRequest(root)) {
    const auto context = fhir::member(root, "context");
    return context ? fhir::text(*context, "patientId").value_or("") : "";
  }
  const std::vector<Json> patients = patientsOf(root);
  return patients.empty() ? "" : fhir::text(patients.front(), "id").value_or("");
}

std::string atLine(std::size_t line) {
  return line == 0 ? "" : "line " + std::to_string(line) + ": ";
}

}  // namespace

Document documentOf(Json root) {
  const auto type = fhir::text(root, "resourceType");
  if (isRequest(root) || type == "Bundle") return {Kind::Chart, patientOfChart(root)};
  if (!type) return {Kind::Unknown, {}};
  const std::string_view id = fhir::text(root, "id").value_or(std::string_view{});
  if (type == "Patient") return {Kind::Patient, id};
  if (type == "Medication") return {Kind::Medication, id};
  auto subject = fhir::member(root, "subject");
  if (!subject) subject = fhir::member(root, "patient");
  const auto text = subject ? fhir::text(*subject, "reference") : std::nullopt;
  const auto reference = text ? fhir::parseReference(*text) : std::nullopt;
  if (reference && reference->type == "Patient")
    return {isAboutPatients(*type) ? Kind::OfPatient : Kind::Other, reference->id};
  const bool nameless = !reference && (subject || isAboutPatients(*type));
  return {nameless ? Kind::Nameless : Kind::Other, {}};
}

void assessDocument(Json root, const Assessing& by, const UseChart& use) {
  isRequest(root) ? assessRequest(root, by, use) : assessBundle(root, by, use);
}

void assessGathered(std::string_view id, const Gathered& gathered, const Assessing& by, const UseChart& use) {
  if (gathered.patients.empty())
    return refuse({{"not-found", "resources of a patient who is not in this file", ""}}, use, id);
  fhir::RecordReader reader(id);
  for (const Json& each : gathered.patients) reader.addKey("patient", each);
  for (const Json& each : gathered.resources) reader.addKey("bulk", each);
  if (gathered.incomplete) reader.setCoverage("bulk", fhir::Coverage::Partial);
  assessRecord(id, reader, by, use);
}

void refuse(std::vector<Issue> issues, const UseChart& use, std::string_view patientId) {
  Chart chart;
  chart.patientId = patientId;
  chart.issues = std::move(issues);
  use(chart);
}

Issue issueOfLine(const fhir::Error& error, const std::string& where) {
  Issue issue = issueOf(error);
  issue.diagnostics = where + error.detail;
  return issue;
}

Issue issueOfDocument(Kind kind, const std::string& where) {
  if (kind == Kind::Nameless)
    return {"invalid", where + "a resource that does not say which patient it is about", ""};
  return {"invalid", where + "neither a CDS Hooks request nor a FHIR resource", ""};
}

namespace {

/// Finds the charts in the documents of one file.
class Reader {
 public:
  Reader(const Assessing& by, const UseChart& use) : by_(by), use_(use) {}

  /// `line`: of the file, where it is read by lines; else 0.
  void document(Json root, std::size_t line) {
    const Document document = documentOf(root);
    switch (document.kind) {
      case Kind::Chart: return assessDocument(root, by_, use_);
      case Kind::Patient: {
        const auto entry = byId_.try_emplace(std::string(document.id)).first;
        if (entry->second.patients.empty()) order_.push_back(entry->first);
        return entry->second.patients.push_back(root);
      }
      case Kind::OfPatient: return byId_[std::string(document.id)].resources.push_back(root);
      case Kind::Medication: return shared_.push_back(root);
      case Kind::Nameless: lost_ = true; return refuse({issueOfDocument(document.kind, atLine(line))}, use_);
      case Kind::Unknown: return refuse({issueOfDocument(document.kind, atLine(line))}, use_);
      case Kind::Other: break;
    }
  }

  void brokenLine(const fhir::Error& error, std::size_t line) {
    lost_ = true;
    refuse({issueOfLine(error, atLine(line))}, use_);
  }

  /// Charts of resources that came one by one.
  void finish() {
    for (auto& [id, gathered] : byId_) {
      gathered.resources.insert(gathered.resources.end(), shared_.begin(), shared_.end());
      gathered.incomplete = lost_;
      if (gathered.patients.empty()) order_.push_back(id);
    }
    for (const std::string_view id : order_) assessGathered(id, byId_.find(id)->second, by_, use_);
  }

 private:
  const Assessing& by_;
  const UseChart& use_;
  bool lost_ = false;  ///< something of this file could be about any of its patients
  std::map<std::string, Gathered, std::less<>> byId_;
  std::vector<std::string_view> order_;  ///< of the patients in the file, then of those who are not
  std::vector<Json> shared_;
};

}  // namespace

void forEachChart(std::string_view text, const Assessing& by, const UseChart& use) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Reader reader(by, use);
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
    return refuse({issueOf(whole.error())}, use);
  }
  forEachLine(text, 1, [&](std::string_view line, std::size_t number) {
    auto document = fhir::JsonDocument::parse(line);
    if (!document) return reader.brokenLine(document.error(), number);
    documents.push_back(*std::move(document));
    reader.document(documents.back().root(), number);
  });
  reader.finish();
}

}  // namespace plumbline
