#pragma once

#include <iosfwd>
#include <string>

#include "fhir/date.h"

namespace plumbline {

/// Which patients would get other advice from another content: what a site asks before an upgrade or a change
/// of its overlay.
struct DiffOptions {
  std::string before, after;  ///< directories of content; with ",DIRECTORY" behind, under that overlay
  std::string cases;          ///< a file as `evaluate` takes it, small enough for memory
  fhir::Instant now{};
};

/// Prints a line for each patient whose tier, pathways, present findings or open screen items differ, then
/// how many of all went from which tier to which. A pathway that an overlay disables counts as not raised.
/// False when a content or the file cannot be read or something in it was refused; what is wrong goes to
/// `errors`.
bool diffPacks(const DiffOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace plumbline
