#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/json.h"
#include "plugin/cards/compose.h"
#include "plugin/outcome.h"
#include "rules/engine.h"
#include "rules/pack.h"

namespace plumbline {

/// One request or patient found in a file, assessed; or why it was not (then `issues` is not empty and the
/// assessment is not set).
struct Chart {
  std::string_view patientId;
  cards::Call call;
  rules::Assessment assessment;
  std::vector<Issue> issues;
};

using UseChart = std::function<void(const Chart&)>;

/// By what charts are assessed. `depth`: see rules/engine.h.
struct Assessing {
  const rules::Pack& pack;
  fhir::Instant now;
  rules::Depth depth = rules::Depth::EveryRule;
};

/// What one JSON document of a file is to whoever gathers charts.
struct Document {
  enum class Kind {
    Chart,       ///< a CDS Hooks request or a Bundle: a chart of its own
    Patient,     ///< a Patient resource
    OfPatient,   ///< a resource about a patient
    Medication,  ///< about nobody, for those that refer to it
    Nameless,    ///< a resource that should say which patient it is about and does not
    Other,       ///< a resource that is about no patient, or of a type that nothing is read from
    Unknown,     ///< neither a request nor a resource
  };
  Kind kind = Kind::Unknown;
  std::string_view id;  ///< of the patient, or of the Medication
};
Document documentOf(fhir::Json root);

/// Assesses a document of kind Chart.
void assessDocument(fhir::Json root, const Assessing& by, const UseChart& use);

/// What came one by one about the patients of one id, and what it refers to.
struct Gathered {
  std::vector<fhir::Json> patients;
  std::vector<fhir::Json> resources;
  bool incomplete = false;  ///< something was lost that may have been about this patient: nothing is cleared
};
/// Assesses what was gathered; refused where there is no Patient.
void assessGathered(std::string_view id, const Gathered& gathered, const Assessing& by, const UseChart& use);

/// Hands over that something of a file could not be read; `patientId` may be empty.
void refuse(std::vector<Issue> issues, const UseChart& use, std::string_view patientId = {});

/// What is said of a line that is no JSON document. `where`: "line 7: ", or empty.
Issue issueOfLine(const fhir::Error& error, const std::string& where);
/// What is said of a document that nothing can be done with, of kind Nameless or Unknown.
Issue issueOfDocument(Document::Kind kind, const std::string& where);

/// Finds the charts in `text`, all of which is in memory, and hands each to `use`, in order, while its
/// documents live. For one file at a time; bulk/ does the same for exports of any size.
///
/// Read are: a CDS Hooks request; a FHIR Bundle of one patient, which counts as the whole record; NDJSON of
/// either, or of single resources (bulk export), which are gathered by patient. A byte order mark in front is
/// skipped. What cannot be read is handed over as a chart with issues, naming its line; where it could have
/// been about any patient of a bulk export, the charts of all are incomplete and none is cleared. Resources
/// of a patient who is not in the file are reported, once a patient.
void forEachChart(std::string_view text, const Assessing& by, const UseChart& use);

}  // namespace plumbline
