#pragma once

#include <string>
#include <vector>

#include "fhir/authored_json.h"

namespace plumbline::terminology {

/// Compares every code that content names with the releases in `directory` (releases.h). `content`: its
/// directory and that of an overlay, where one is named.
///
/// Problems, at the place that names the code: one that its release does not have, or that is not active any
/// more, with what the release names in its stead. Notes: one that its publisher discourages or has on trial;
/// one that the release never calls by the display that stands there, which may be on purpose; codes of
/// systems without a release. Returns a line for each release: how many codes were compared with which file.
std::vector<std::string> check(const std::vector<std::string>& content, const std::string& directory,
                               std::vector<fhir::Problem>& problems, std::vector<fhir::Problem>& notes);

}  // namespace plumbline::terminology
