#include "rules/evidence.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "rules/words.h"

namespace plumbline::rules {
namespace {

using Says = Evidence::Says;

/// All of it but the date, in the order that decides between pieces of one date.
auto rest(const Evidence& e) {
  return std::tie(e.says, e.type, e.id, e.code, e.label, e.value, e.quantity, e.part, e.side, e.suspected,
                  e.resolved, e.current, e.changed, e.refuted, e.weak, e.listedOnly, e.fromContext,
                  e.subjective, e.whole, e.recorded, e.onset, e.ended, e.site, e.fromText, e.longstanding,
                  e.snippet, e.kind, e.aside);
}

/// Newest first, undated last.
bool comesBefore(const Evidence& a, const Evidence& b) {
  if (a.when == b.when) return rest(a) < rest(b);
  if (!a.when || !b.when) return a.when.has_value();
  return std::tie(a.when->latest, a.when->earliest) > std::tie(b.when->latest, b.when->earliest);
}

bool same(const Evidence& a, const Evidence& b) {
  return a.when == b.when && rest(a) == rest(b);
}

}  // namespace

Side sideOf(const Evidence& evidence) {
  if (evidence.side != Side::None) return evidence.side;
  const bool left = holdsWord(evidence.site, "left");
  const bool right = holdsWord(evidence.site, "right");
  return left && right ? Side::Both : left ? Side::Left : right ? Side::Right : Side::None;
}

bool concerns(const Evidence& absent, const Evidence& present) {
  const Side side = sideOf(absent);
  if ((side == Side::Left || side == Side::Right) && side != sideOf(present)) return false;
  // A diagnosis that is taken back is that diagnosis, not everything like it.
  if (absent.whole && !absent.refuted) return !absent.part || absent.part == present.part;
  if (absent.quantity) return absent.quantity == present.quantity;
  return !absent.code.empty() && absent.code == present.code;
}

void putInOrder(std::vector<Evidence>& list) {
  if (list.size() < 2) return;
  const auto strictly = [](const Evidence* a, const Evidence* b) { return comesBefore(*a, *b); };
  std::vector<Evidence*> order;  // evidence is large: it is moved once, to where it belongs
  order.reserve(list.size());
  bool inOrder = true;
  for (Evidence& each : list) {
    inOrder = inOrder && (order.empty() || strictly(order.back(), &each));
    order.push_back(&each);
  }
  if (inOrder) return;
  std::sort(order.begin(), order.end(), strictly);
  const auto twice = [](const Evidence* a, const Evidence* b) { return same(*a, *b); };
  order.erase(std::unique(order.begin(), order.end(), twice), order.end());
  std::vector<Evidence> ordered;
  ordered.reserve(order.size());
  for (Evidence* each : order) ordered.push_back(std::move(*each));
  list = std::move(ordered);
}

void keepFirstDates(std::vector<Evidence>& list, const Finding& finding) {
  struct Run {
    fhir::DateRange first, last;
    bool current;
  };
  if (list.size() < 2) return;  // a run of one keeps its date
  std::map<std::string_view, std::optional<Run>> runs;
  const auto& days = finding.staleDays ? finding.staleDays : finding.activeDays;
  for (auto each = list.rbegin(); each != list.rend(); ++each) {
    if (each->type != "Condition" || each->says != Says::Present || !each->when || each->code.empty())
      continue;
    auto& run = runs[each->code];
    const bool silence =
        run && !run->current && days && each->when->earliest - run->last.latest > std::chrono::days(*days);
    if (!run || each->changed || silence) run = Run{*each->when, *each->when, false};
    run->last = *each->when;
    run->current = run->current || each->current;
    each->when = run->first;
    if (each->resolved) run.reset();
  }
  putInOrder(list);
}

}  // namespace plumbline::rules
