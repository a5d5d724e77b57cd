#pragma once

#include <functional>
#include <string_view>
#include <vector>

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

/// Finds the charts in `text` and hands each to `use`, in order, while its documents live.
///
/// Read are: a CDS Hooks request; a FHIR Bundle of one patient, which counts as the whole record; NDJSON of
/// either, or of single resources (bulk export), which are gathered by patient. A byte order mark in front is
/// skipped. What cannot be read is handed over as a chart with issues, naming its line; where it could have
/// been about any patient of a bulk export, the charts of all are incomplete and none is cleared. Resources
/// of a patient who is not in the file are reported, once a patient. `depth`: see rules/engine.h.
void forEachChart(std::string_view text, const rules::Pack& pack, fhir::Instant now,
                  const std::function<void(const Chart&)>& use, rules::Depth depth = rules::Depth::EveryRule);

}  // namespace plumbline
