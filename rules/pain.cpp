#include "rules/pain.h"

#include <algorithm>

namespace plumbline::rules {
namespace {

/// A stretch of time through which pain is on record.
struct Span {
  fhir::DateRange start;
  fhir::Instant end;
};

std::optional<Span> spanOf(const Evidence& each, fhir::Instant now) {
  if (!each.when) return std::nullopt;
  if (each.current) return Span{*each.when, now};
  return Span{*each.when, each.ended ? std::max(each.ended->latest, each.when->latest) : each.when->latest};
}

}  // namespace

bool Pain::beganWithin(fhir::Instant now, int days) const {
  return !start || fhir::maybeWithin(*start, now, std::chrono::days(days));
}

Pain findPain(const Pack& pack, const EvidenceTable& evidence, fhir::Instant now) {
  Pain pain;
  std::vector<Span> spans;
  for (const std::size_t finding : pack.pain.findings) {
    for (const Evidence& each : evidence[finding]) {
      if (each.says != Evidence::Says::Present || each.listedOnly) continue;
      const auto span = spanOf(each, now);
      if (span && span->end + std::chrono::days(pack.pain.withinDays) < now) {
        spans.push_back(*span);
        continue;
      }
      pain.inPlay = true;
      pain.thisEncounter = pain.thisEncounter || each.type == "Encounter" || each.fromContext;
      if (each.region) pain.regions.insert(*each.region);
      if (span) spans.push_back(*span);
      if (each.when && (!pain.latest || pain.latest->latest < each.when->latest)) pain.latest = each.when;
    }
  }
  if (!pain.inPlay) return pain;
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.end > b.end; });
  fhir::Instant reach = now;
  for (const Span& span : spans) {
    if (span.end + std::chrono::days(pack.pain.gapDays) < reach) break;
    reach = std::min(reach, span.start.earliest);
    if (!pain.start || span.start < *pain.start) pain.start = span.start;
  }
  return pain;
}

}  // namespace plumbline::rules
