#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "plugin/doctor/capability.h"
#include "plugin/doctor/keys.h"
#include "plugin/doctor/sample.h"
#include "plugin/doctor/scopes.h"
#include "plugin/doctor/sources.h"
#include "plugin/hooks/profiles.h"
#include "rules/pack.h"

namespace plumbline::doctor {

/// What is known of a site before its first call.
struct Site {
  const hooks::Profile* profile = &hooks::standardProfile();
  std::optional<Capability> capability{};
  std::optional<std::vector<Scope>> scopes{};
  std::optional<Sample> sample{};
};

/// How far a finding can be known at the site.
enum class Known {
  Both,    ///< it can be raised, and documented as absent
  Raised,  ///< it can be raised and by nothing documented as absent
  Never,   ///< nothing that is served could tell of it
};

struct FindingKnown {
  std::size_t finding = 0;  ///< index into Pack::findings
  Known known = Known::Both;
  Places places{};                      ///< that could tell of it and are served
  Places closed{};                      ///< that could and are not
  bool screened = false;                ///< the structural screen wants it absent
  std::vector<std::string> pathways{};  ///< ids of those whose rules ask for it
};

/// What a site's answers come to. Findings that nothing but context uses are left out.
struct Diagnosis {
  std::vector<KeyServed> keys;
  std::vector<FindingKnown> findings;
  /// Of the calls as they would be: false where a required key is not served.
  [[nodiscard]] bool answers() const;
};
Diagnosis diagnose(const rules::Pack& pack, const Site& site);

/// For people, and as one JSON object.
std::string inWords(const rules::Pack& pack, const Site& site, const Diagnosis& diagnosis);
std::string asJson(const rules::Pack& pack, const Site& site, const Diagnosis& diagnosis);

std::string_view name(Served served);
std::string_view name(Known known);

}  // namespace plumbline::doctor
