#pragma once

#include <rapidjson/document.h>

#include <string>
#include <vector>

#include "certs/signing_key.h"
#include "plugin/config.h"

namespace plumbline {

/// Reads `screen`, after the clients and baseUrl. Reported: an app whose client is not configured or does not
/// list its issuer among its fhirServers, two apps of one issuer, an authorization server that is no plain
/// address, a frame ancestor that is no origin, apps without a baseUrl to come back to, one that has a secret
/// and asserts too, or asserts without keys.
void readScreen(const rapidjson::Value& screen, const std::string& path, Config& config,
                std::vector<fhir::Problem>& problems);

/// The private keys of `screen.keyFiles`. Reported: why one may not be used, and one that is there twice.
std::vector<certs::SigningKey> readScreenKeys(const Config& config, std::vector<fhir::Problem>& problems);

/// Reports what an app's secret and authorization servers are that a service that is no demo may not have.
void checkScreenExposed(const Config& config, const std::string& file, std::vector<fhir::Problem>& problems);

}  // namespace plumbline
