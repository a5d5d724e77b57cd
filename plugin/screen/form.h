#pragma once

#include "fhir/json.h"
#include "plugin/json_writer.h"
#include "rules/assessment.h"

namespace plumbline::screen {

/// Writes the members "title", "answers", "patient" and "groups": the pack's form for one chart. Each
/// question says whether this patient's screen needs it (`asked`), what the chart answers already (`chart`: a
/// code of the answers, only where it is in date for the screen) and from what (`recorded`, in the Markdown
/// of cards). `patient` is a Patient resource, of which name and date of birth are shown to who fills it in.
void writeForm(JsonWriter& out, const rules::Assessment& assessment, const fhir::PatientRecord& record,
               fhir::Json patient);

/// Name and date of birth of a Patient resource for a person to compare; empty where there are none.
std::string nameOf(fhir::Json patient);

}  // namespace plumbline::screen
