#pragma once

#include <bitset>
#include <string_view>
#include <vector>

#include "plugin/doctor/keys.h"
#include "rules/pack.h"

namespace plumbline::doctor {

/// Where in a chart something can be said of a finding: a type of resource, of Observation by category.
enum class Place {
  Patient,
  Condition,
  Encounter,
  Procedure,
  Medication,
  Response,
  Order,
  Report,
  Note,
  Exam,
  SocialHistory,
  Vitals,
  Laboratory,
  Survey
};
inline constexpr std::size_t kPlaces = 14;
using Places = std::bitset<kPlaces>;

/// "Observation (exam)".
std::string_view name(Place place);

/// From where a finding can be raised and by what it can be documented as absent, as rules/ reads charts.
/// A category is where such things are usually recorded: what is recorded elsewhere is read all the same.
struct Sources {
  Places raise, deny;
};
/// Indexed like Pack::findings.
std::vector<Sources> sourcesOf(const rules::Pack& pack);

/// The places that the keys reach; one that is served in part counts.
Places reached(const std::vector<KeyServed>& keys);

}  // namespace plumbline::doctor
