#pragma once

#include <string>
#include <variant>
#include <vector>

#include "fhir/record.h"
#include "fhir/result.h"
#include "plugin/hooks/request.h"

namespace plumbline::hooks {

/// Required prefetch keys nobody supplied, or whose search failed: answered with 412.
struct Lacking {
  std::vector<std::string_view> keys;
};

/// The record, what it lacks, or why the request is refused ([OtherPatient], fhir/record.h).
using Gathered = std::variant<fhir::PatientRecord, Lacking, fhir::Error>;

/// Reads prefetch and the resources of the hook's context into the patient's record. Of the draft orders
/// those that `selections` names are marked as selected; each, where the hook has no selections or the list
/// is empty. Every published key that was not supplied is in the record as Coverage::Missing. A required key
/// counts as supplied when a resource of its type came under any other key.
Gathered gather(const HookRequest& request, fhir::Instant now);

}  // namespace plumbline::hooks
