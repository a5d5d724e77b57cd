#pragma once

#include <string>
#include <variant>
#include <vector>

#include "fhir/record.h"
#include "fhir/result.h"
#include "plugin/hooks/lacking.h"
#include "plugin/hooks/request.h"

namespace plumbline::hooks {

/// A required prefetch key that nobody supplied and that could not be fetched, whose search failed, or of
/// which only a part is here that holds nothing: what the rest holds may be all there is to say.
struct LackingKey {
  std::string_view key;
  bool came = false;  ///< the client sent it
  fhir::Coverage coverage = fhir::Coverage::Missing;
  fetch::Why why = fetch::Why::Off;  ///< it was not fetched
};

/// All of them: answered with 412.
struct Lacking {
  std::vector<LackingKey> keys;
};

/// The record, what it lacks, or why the request is refused ([OtherPatient], fhir/record.h).
using Gathered = std::variant<fhir::PatientRecord, Lacking, fhir::Error>;

/// Reads prefetch, what was fetched beside it and the resources of the hook's context into the patient's
/// record, where how a key was supplied is told by its coverage alone: fetched whole is Supplied, fetched in
/// part or with a page that failed Partial, asked for in vain Failed. Of the draft orders
/// those that `selections` names are marked as selected; each, where the hook has no selections or the list
/// is empty. Every published key that was neither supplied nor asked for is in the record as
/// Coverage::Missing. A screen that is kept here counts once, where the EHR has been given it too. A required
/// key counts as supplied when a resource of its type came under any other key. `supplement` and the
/// request's document must outlive the record.
Gathered gather(const HookRequest& request, const Supplement& supplement, fhir::Instant now);

}  // namespace plumbline::hooks
