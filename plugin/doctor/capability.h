#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "fhir/json.h"

/// What a site's FHIR server can say, held against what Plumbline asks for: before the first call, and after
/// each upgrade of the EHR.
namespace plumbline::doctor {

/// What a FHIR R4 CapabilityStatement says of its server (rest of mode "server").
struct Capability {
  struct Type {
    std::set<std::string, std::less<>> interactions;  ///< "read", "search-type" and others
    std::set<std::string, std::less<>> parameters;    ///< of searches, by name
  };
  std::string software;     ///< name and version; empty: it does not say
  std::string fhirVersion;  ///< "4.0.1"
  std::map<std::string, Type, std::less<>> types;
};

/// Nothing where it is no CapabilityStatement or tells of no server.
std::optional<Capability> readCapability(fhir::Json root);

}  // namespace plumbline::doctor
