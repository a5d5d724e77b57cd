#pragma once

#include <string>
#include <string_view>

namespace plumbline::store {

/// A statement of the shared dialect with its values as PostgreSQL names them, `$1` for `?1`, and how many it
/// has. What stands between apostrophes stays.
struct Numbered {
  std::string sql;
  int values = 0;
};
Numbered numbered(std::string_view sql);

/// Statements that make tables, in PostgreSQL's types: texts that are ordered by their bytes as SQLite orders
/// them, whatever the language of the database, and numbers of 64 bits.
std::string tablesInItsTypes(std::string sql);

/// What a person needs to know of an SQLSTATE. PostgreSQL's own words may hold values of a row.
std::string wordsFor(std::string_view state);

/// Whether the same may succeed later as it is: the server is going down or full, the time was over, or this
/// one is not to be written now. Not so where the statement or its values are at fault.
bool mayPass(std::string_view state);

}  // namespace plumbline::store
