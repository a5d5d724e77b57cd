#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace plumbline::rules {

/// How pressing an answer is, in ascending order. A pathway's own tier is Emergency, Urgent or Soon; the rest
/// describe a whole assessment.
enum class Tier { None, NotAssessable, Cleared, Soon, StructuralFirst, Urgent, Emergency };
inline constexpr std::size_t kTiers = 7;

constexpr std::string_view name(Tier tier) {
  switch (tier) {
    case Tier::Emergency: return "emergency";
    case Tier::Urgent: return "urgent";
    case Tier::StructuralFirst: return "structural-first";
    case Tier::Soon: return "soon";
    case Tier::Cleared: return "cleared";
    case Tier::NotAssessable: return "not-assessable";
    case Tier::None: break;
  }
  return "none";
}

/// A pathway tier one step less pressing; Soon is the least.
constexpr Tier oneLower(Tier tier) {
  return tier == Tier::Emergency ? Tier::Urgent : std::min(tier, Tier::Soon);
}

}  // namespace plumbline::rules
