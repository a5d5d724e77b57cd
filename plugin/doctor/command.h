#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "fhir/date.h"

namespace plumbline {

/// What `doctor` was asked for; empty where nothing was said.
struct DoctorOptions {
  std::optional<std::string>
      configFile;                     ///< whose content, networks and authorities count; none: the default
  std::string url;                    ///< base of the FHIR server whose /metadata is asked, without a token
  std::string capability;             ///< file of a CapabilityStatement, instead
  std::optional<std::string> scopes;  ///< that were granted
  std::string sample;                 ///< file or directory of charts
  std::string profile = "spec";       ///< a name of hooks/profiles.h
  std::string format = "text";        ///< or json
  fhir::Instant now{};
};

/// Why these options do not go together; empty when they do.
std::string problemOf(const DoctorOptions& options);

/// Prints what a site can serve of what Plumbline asks for, and which findings can never be known there:
/// codes and counts, nothing of a patient. The server is asked by the rules of plugin/fetch: TLS, no
/// redirect, no address that the configuration does not permit. False where something cannot be read,
/// where a required prefetch key is not served or the server's FHIR is not R4; what is wrong goes to
/// `errors`.
bool examine(const DoctorOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace plumbline
