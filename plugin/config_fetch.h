#pragma once

#include <rapidjson/document.h>

#include <string>
#include <vector>

#include "plugin/config.h"

namespace plumbline {

/// Reads what of `limits` is about fetching, and appends each network that is none. Part of loadConfig.
void readFetching(const rapidjson::Value& limits, const std::string& path, Config& config,
                  std::vector<fhir::Problem>& problems);

/// Appends each FHIR server of a client whose address two readers could take for two, or none. Part of
/// loadConfig.
void checkServers(const Config& config, const std::string& path, std::vector<fhir::Problem>& problems);

}  // namespace plumbline
