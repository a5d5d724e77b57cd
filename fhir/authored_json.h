#pragma once

#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

namespace plumbline::fhir {

/// JSON that the project or a site wrote: clinical content, configuration, their schemas. Comments are
/// allowed. What an EHR sent goes through fhir/json instead.
using Authored = rapidjson::Document;

/// One thing wrong with an authored file, printed as `file:pointer: message`; `pointer` is a JSON Pointer
/// (RFC 6901), empty for the whole document.
struct Problem {
  std::string file;
  std::string pointer;
  std::string message;

  friend auto operator<=>(const Problem&, const Problem&) = default;
};

/// Reads and parses the file at `path`, calling it `name` in problems. On any problem (cannot be read, not
/// JSON, a key twice in one object) it is appended and the document is null.
Authored readAuthored(const std::string& path, const std::string& name, std::vector<Problem>& problems);

/// The same for text already in memory.
Authored parseAuthored(std::string_view text, const std::string& name, std::vector<Problem>& problems);

/// Appends every way in which `value` breaks `schema`; returns whether there was none.
///
/// The schema is JSON Schema 2020-12 restricted to: type, const, enum, properties, required,
/// additionalProperties (false or a schema), propertyNames.pattern-free maps, items, minItems, uniqueItems,
/// minLength, maxLength, minimum, maximum, anyOf, $ref to "#/$defs/…" of the schema itself or to
/// "common.schema.json#/$defs/…", which is `shared`. RapidJSON's own validator stops at the first breach, and
/// one error at a time is no way to write a file.
bool checkSchema(const rapidjson::Value& value, const rapidjson::Value& schema, const std::string& file,
                 std::vector<Problem>& problems, const rapidjson::Value& shared = rapidjson::Value());

}  // namespace plumbline::fhir
