#include "rules/pain.h"

#include <algorithm>

namespace plumbline::rules {
namespace {

/// A stretch of time through which pain is on record.
struct Span {
  fhir::DateRange start;
  fhir::Instant end;
  std::optional<Region> region;
};

/// When pain of this evidence was last known of.
fhir::Instant lastKnown(const Evidence& each, fhir::Instant now) {
  if (each.current) return now;
  fhir::Instant last = each.when->latest;
  if (each.recorded) last = std::max(last, each.recorded->latest);
  if (each.ended) last = std::max(last, each.ended->latest);
  return last;
}

/// Reads one piece of evidence that there is pain into `pain`; undated pain may have begun at any time.
void note(const Evidence& each, bool dated, Pain& pain) {
  pain.inPlay = true;
  pain.thisEncounter = pain.thisEncounter || each.fromContext || (each.type == "Encounter" && each.current);
  for (const auto& when : {each.when, each.recorded}) {
    if (dated && when && (!pain.latest || pain.latest->latest < when->latest)) pain.latest = when;
  }
}

/// The start of the run of pain that reaches `now`, with gaps up to `gap`, and the regions named in it.
void findRun(std::vector<Span> spans, fhir::Instant now, std::chrono::seconds gap, bool undated, Pain& pain) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.end > b.end; });
  fhir::Instant reach = now;
  for (const Span& span : spans) {
    const bool ofRun = span.end + gap >= reach;
    if (!ofRun && !undated) break;
    if (span.region) pain.regions.insert(*span.region);
    if (!ofRun) continue;
    reach = std::min(reach, span.start.earliest);
    if (!pain.start || span.start < *pain.start) pain.start = span.start;
  }
  if (undated) pain.start.reset();
}

}  // namespace

bool Pain::beganWithin(fhir::Instant now, int days) const {
  return !start || fhir::maybeWithin(*start, now, std::chrono::days(days));
}

Pain findPain(const Pack& pack, const EvidenceTable& evidence, fhir::Instant now) {
  Pain pain;
  std::vector<Span> spans;
  bool undated = false;
  for (const std::size_t finding : pack.pain.findings) {
    for (const Evidence& each : evidence[finding]) {
      if (each.says != Evidence::Says::Present || each.listedOnly) continue;
      if (!each.when) {
        undated = true;
        note(each, false, pain);
        if (each.region) pain.regions.insert(*each.region);
        continue;
      }
      spans.push_back({*each.when, lastKnown(each, now), each.region});
      if (spans.back().end + std::chrono::days(pack.pain.withinDays) >= now) note(each, true, pain);
    }
  }
  if (!pain.inPlay) return {};
  findRun(std::move(spans), now, std::chrono::days(pack.pain.gapDays), undated, pain);
  return pain;
}

}  // namespace plumbline::rules
