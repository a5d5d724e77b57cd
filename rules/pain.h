#pragma once

#include <algorithm>
#include <set>
#include <vector>

#include "rules/evidence.h"
#include "rules/state.h"

namespace plumbline::rules {

/// The pain every answer is about.
struct Pain {
  bool inPlay = false;         ///< back, neck, thoracic or radicular leg pain, active or recorded lately
  bool thisEncounter = false;  ///< it is the reason of an encounter on record or being written now
  std::set<Region> regions;    ///< empty: unknown, which counts as each
  EpisodeStart start;          ///< none: undated
  std::optional<fhir::DateRange> latest;  ///< when it was last recorded

  [[nodiscard]] bool in(Region region) const { return regions.empty() || regions.contains(region); }

  /// Whether there may be pain in one of these; in no region in particular is everywhere.
  [[nodiscard]] bool inAny(const std::vector<Region>& some) const {
    return some.empty() ||
           std::any_of(some.begin(), some.end(), [this](Region region) { return in(region); });
  }

  /// Whether the episode began at most `days` ago. An undated one may have.
  [[nodiscard]] bool beganWithin(fhir::Instant now, int days) const;
};

/// Reads pain from the evidence of the findings pain.json names. The episode starts at the earliest recorded
/// pain of the run that reaches `now`, with gaps up to gapDays. Architecture §5, "Pain in play".
Pain findPain(const Pack& pack, const EvidenceTable& evidence, fhir::Instant now);

}  // namespace plumbline::rules
