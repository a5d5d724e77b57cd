#include "plugin/snooze.h"

#include <algorithm>
#include <array>

#include "plugin/wire.h"

namespace plumbline {
namespace {

using cards::Indicator;
using rules::Tier;

/// Of a name this program does not know: below every other, so that the card is sent.
int rankOfTier(std::string_view tier) {
  for (std::size_t i = 0; i < rules::kTiers; ++i) {
    if (rules::name(static_cast<Tier>(i)) == tier) return static_cast<int>(i);
  }
  return -1;
}

int rankOfMark(std::string_view mark) {
  for (const Indicator each : {Indicator::Info, Indicator::Warning, Indicator::Critical}) {
    if (wire::name(each) == mark) return static_cast<int>(each);
  }
  return -1;
}

}  // namespace

std::chrono::hours snoozeTime(const rules::Pack& pack, const SnoozeTimes& site, const store::Override& last,
                              Tier tier) {
  const auto known = std::find_if(pack.overrides.begin(), pack.overrides.end(), [&](const auto& each) {
    return each.code == last.reasonCode && (last.reasonSystem.empty() || each.system == last.reasonSystem);
  });
  const bool isKnown = known != pack.overrides.end();
  const auto own = site.find(isKnown ? std::string_view(known->code) : kOtherReasons);
  const std::chrono::hours time =
      own != site.end() ? own->second : (isKnown ? known->snooze : pack.snoozing.other);
  const auto most = pack.snoozing.atMost.find(tier);
  return most == pack.snoozing.atMost.end() ? time : std::min(time, most->second);
}

bool isSnoozed(const cards::Card& card, const store::Override& last, std::chrono::hours time,
               fhir::Instant now) {
  return last.when <= now && now < last.when + time && static_cast<int>(card.tier) <= rankOfTier(last.tier) &&
         static_cast<int>(card.indicator) <= rankOfMark(last.indicator);
}

store::Held heldBack(const store::Writer& store, const rules::Pack& pack, const SnoozeTimes& site,
                     const std::string& client, std::string_view patient, const cards::Card& card,
                     fhir::Instant now) {
  const store::Card asked{.topic = card.topic.code, .pathways = card.pathways};
  const auto last = store.lastOverride(client, patient, asked);
  if (last && isSnoozed(card, *last, snoozeTime(pack, site, *last, card.tier), now))
    return store::Held::Snoozed;
  if (card.tier != Tier::NotAssessable) return store::Held::No;
  const auto told = store.lastTold(client, patient, asked);
  const bool again = !told || *told > now || now >= *told + pack.snoozing.notAssessableEvery;
  return again ? store::Held::No : store::Held::Told;
}

}  // namespace plumbline
