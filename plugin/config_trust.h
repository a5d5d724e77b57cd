#pragma once

#include <rapidjson/document.h>

#include <string>
#include <vector>

#include "plugin/config.h"

namespace plumbline {

/// Reads who may call and how: `setup`, `clients`, `auth`, `baseUrl`, `development`, `cors`, `outgoing` of a
/// document that keeps the schema, and appends what is wrong with them whoever can reach the service. Part of
/// loadConfig.
void readTrust(const rapidjson::Value& document, const std::string& path, Config& config,
               std::vector<fhir::Problem>& problems);

/// Whether `text` is an origin as browsers send it: scheme and host, nothing behind.
bool isOrigin(const std::string& text);

}  // namespace plumbline
