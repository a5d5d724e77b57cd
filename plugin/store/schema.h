#pragma once

#include "plugin/store/database.h"

namespace plumbline::store {

/// The version of the tables this program writes and reads.
int schemaVersion();

/// Brings the file to `version`, up or down, as one transaction. Throws StoreError, and changes nothing, for
/// a file of a version this program does not know.
void migrate(Database& database, int version);

/// Throws StoreError unless the file has this program's version; for those that only read.
void requireSchema(const Database& database);

}  // namespace plumbline::store
