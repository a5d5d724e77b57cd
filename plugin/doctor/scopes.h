#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plumbline::doctor {

enum class Deed { Read, Search };

/// One scope that permits something of a type.
struct Scope {
  std::string type;  ///< "*": all
  bool read = false, search = false;
  std::string only;  ///< what it is narrowed to: "category=laboratory", "Problems"; empty: nothing
};

/// Reads the scopes that were granted, as they come with a token or stand in a registration, separated by
/// blanks or commas:
///   patient/Condition.read, user/*.*     SMART App Launch 1
///   patient/Observation.rs?category=…    SMART App Launch 2
///   Condition.Search (Problems) (R4)     the names Epic gives its APIs; a release in brackets narrows
///   nothing
/// Others, such as launch and openid, permit nothing here.
std::vector<Scope> readScopes(std::string_view granted);

/// What the scopes permit of a type.
struct Permitted {
  bool all = false;
  std::vector<std::string>
      only;  ///< where not all: what the scopes are narrowed to; empty: nothing is permitted
};
Permitted permitted(const std::vector<Scope>& scopes, std::string_view type, Deed deed);

}  // namespace plumbline::doctor
