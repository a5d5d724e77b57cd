#pragma once

#include <optional>
#include <string>

#include "fhir/date.h"

namespace plumbline {

/// What `report`, `audit` and `schema` were asked for; empty where nothing was said.
struct StoreOptions {
  std::optional<std::string> configFile;
  std::string data;
  std::optional<fhir::Instant> since;
  std::string format;
  std::string rows;       ///< --export
  std::optional<int> to;  ///< the schema to bring the tables to
};

/// Why these options do not go together; empty when they do.
std::string problemOf(const StoreOptions& options);

/// Prints figures or rows of a store. Returns the exit code.
int reportCommand(const StoreOptions& options);

/// Proves the audit chain whole, or names the first broken row on stdout. Returns the exit code.
int auditVerifyCommand(const StoreOptions& options);

/// Prints the schema of a store, which it brings up or down first where `to` says so. Returns the exit code.
int schemaCommand(const StoreOptions& options);

}  // namespace plumbline
