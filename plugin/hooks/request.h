#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/json.h"
#include "fhir/result.h"
#include "plugin/hooks/profiles.h"
#include "plugin/hooks/services.h"

namespace plumbline::hooks {

/// A CDS Hooks request whose envelope is sound. Views point into the document, which must outlive it.
struct HookRequest {
  const Service* service = nullptr;
  Hook moment = Hook::PatientView;  ///< what made the client call (hooks/profiles.h)
  std::string_view hookInstance;
  std::string_view patientId;  ///< a bare FHIR id
  std::string_view userId;
  std::string_view encounterId;
  fhir::Json root;
  fhir::Json context;
  std::optional<fhir::Json> prefetch;
};

/// Reads the envelope of a request of a client to `service`; null: whichever service the hook names.
/// Refusals, each naming the element: a key twice in the envelope [DuplicateKey]; an element that the hook
/// requires is missing [Missing] or of the wrong type [WrongType]; `hook` is not that of the service, a
/// patientId is no FHIR id, or the token's patient is not the context's [WrongValue].
/// Sources: CDS Hooks 2.0 "HTTP Request"; hook definitions of the CDS Hooks Library 1.0.
fhir::Result<HookRequest> readRequest(fhir::Json root, const Service* service,
                                      const Profile& client = standardProfile());

}  // namespace plumbline::hooks
