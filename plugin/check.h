#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "fhir/date.h"

namespace plumbline {

struct CheckOptions {
  std::optional<std::string> configFile;  ///< none: the content that came with the program is checked
  std::string terminology;  ///< directory of code systems' releases; empty: codes are not checked
  fhir::Instant now{};
};

/// Prints every problem of configuration, content and the files they name as "file:pointer: message", and as
/// notes what does not keep a service from starting: what expires soon, what a first start (`setup`) still
/// lacks before an EHR can call, what a release of codes says otherwise (terminology/check.h). Whether there
/// was no problem.
bool check(const CheckOptions& options, std::ostream& out);

}  // namespace plumbline
