#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fhir/date.h"

namespace plumbline {

struct ServeOptions {
  std::optional<std::string> configFile;
  bool demo = false;
  std::optional<std::uint16_t> port;
  std::string data;  ///< demo: directory for state
  std::optional<fhir::Instant> now;
};

/// Runs the service until SIGTERM or SIGINT, then drains; SIGHUP reads configuration and content again and
/// keeps what is in force when the new ones have a problem. Prints `ready http://ADDRESS:PORT` on stdout when
/// it listens. Returns the exit code: 0, or 1 when configuration, content or address are at fault.
int serve(const ServeOptions& options);

}  // namespace plumbline
