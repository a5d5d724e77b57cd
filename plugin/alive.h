#pragma once

#include <string>

#include "plugin/config.h"

namespace plumbline {

/// Asks `GET /health/ready` of the service that runs with this configuration on this machine: at `admin`,
/// else at `listen`, over TLS where `listen` has it, for at most 3 seconds. Empty when it is ready; else why
/// not: no port is configured, nobody answers, or the status line that came in place of a 200. The
/// certificate is not verified: it is the service's own, for the name that EHRs call, and nothing is sent
/// that it could protect.
std::string whyNotReady(const Config& config);

}  // namespace plumbline
