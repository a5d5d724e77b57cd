#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/doctor/capability.h"
#include "plugin/doctor/scopes.h"
#include "plugin/hooks/services.h"

namespace plumbline::doctor {

/// What a prefetch template asks a server for.
struct Query {
  std::string_view type;
  Deed deed = Deed::Search;
  std::vector<std::string_view> parameters;  ///< but those that begin with "_", which servers seldom list
  std::vector<std::string_view> categories;  ///< values of `category`
};
Query queryOf(std::string_view tmpl);

enum class Served {
  Yes,
  Part,  ///< only what the scopes are narrowed to
  No,
  Unsaid  ///< nothing was given that would tell
};

/// Whether a site can serve one prefetch key.
struct KeyServed {
  std::string_view key;
  std::string_view query;  ///< the template
  bool required = false;
  Query asks;
  Served served = Served::Unsaid;
  std::vector<std::string_view> categories{};  ///< of those it asks for, what is served
  std::vector<std::string> lacking{};          ///< what is not, for an administrator
};

/// Each of `prefetch` held against what the server says it can and what was granted; none: not given. A
/// server that searches by `subject` where `patient` is asked for is said so: most take both.
std::vector<KeyServed> keysServed(std::span<const hooks::Prefetch> prefetch,
                                  const std::optional<Capability>& capability,
                                  const std::optional<std::vector<Scope>>& scopes);

}  // namespace plumbline::doctor
