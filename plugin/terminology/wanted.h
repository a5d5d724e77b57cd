#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/authored_json.h"

/// Codes of content beside what the publishers of their code systems say of them.
namespace plumbline::terminology {

/// Where content names a code.
struct Place {
  std::string file, pointer;
  std::string display;  ///< by which it is called there
};

/// One code that content names, and what has been read of it so far.
struct Wanted {
  std::vector<Place> places;
  bool prefix = false;                ///< stands for every code below it
  std::map<std::string, bool> names;  ///< plain displays of its places; whether a release calls it so
  bool known = false;                 ///< a release has it, or for a prefix, something below it
  bool active = false;
  std::string since;                 ///< of the row that counts, where a release has several
  std::string status;                ///< in the release's own word, where that is not plainly active
  std::string name;                  ///< by which the release calls it
  std::vector<std::string> instead;  ///< what it was replaced by: "CODE (replaced by)"
};

/// By canonical code (fhir/code_system.h).
using Codes = std::map<std::string, Wanted, std::less<>>;
/// By the URI of the system.
using Systems = std::map<std::string, Codes, std::less<>>;

/// Adds every code that a JSON file beneath `directory` names, schemas aside: each object with a `system` and
/// a `code`. What cannot be read is a problem.
void addCodes(const std::string& directory, Systems& systems, std::vector<fhir::Problem>& problems);

/// Letter case, blanks and the tag in brackets behind a SNOMED name aside.
std::string plainName(std::string_view name);

}  // namespace plumbline::terminology
