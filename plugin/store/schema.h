#pragma once

#include "plugin/store/database.h"

namespace plumbline::store {

/// The version of the tables this program writes and reads.
int schemaVersion();

/// Brings the tables to `version`, up or down, as one transaction. Throws StoreError, and changes nothing,
/// for tables of a version this program does not know.
void migrate(Database& database, int version);

/// Makes the tables such that this program can write them: older ones are brought up, newer ones left as they
/// are where they permit this program beside the one that made them. Throws StoreError where they do not.
void bringUp(Database& database);

/// Throws StoreError unless this program can read and write the tables as they are.
void requireSchema(const Database& database);

}  // namespace plumbline::store
