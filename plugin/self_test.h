#pragma once

#include <string>
#include <vector>

#include "fhir/authored_json.h"
#include "rules/pack.h"

namespace plumbline {

/// Assesses the charts of the demo (plugin/pages/web/demo, in `directory`) and reports each that does not
/// come to the tier and pathways that its entry in charts.json names: then program and content do not belong
/// together, and nothing they say can be trusted. The content as it was signed is tested, not what a site
/// changed of it.
void selfTest(const rules::Pack& pack, const std::string& directory, std::vector<fhir::Problem>& problems);

}  // namespace plumbline
