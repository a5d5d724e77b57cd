#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/hooks/profiles.h"
#include "rules/pack.h"

namespace plumbline::cards {

/// A code a site orders by, such as an item of its preference list.
struct SiteOrder {
  std::string code, system, display;

  friend bool operator==(const SiteOrder&, const SiteOrder&) = default;
};

/// What a site says about its cards.
struct Site {
  /// Its codes by logical order (rules::Option::order), or, for one priority only, "order/priority".
  std::map<std::string, SiteOrder, std::less<>> orders;
  std::string explanationUrl;  ///< a page that tells how cards are decided; empty: no link
  std::string screenUrl;       ///< where the red-flag screen is launched as a SMART app; empty: no link
  /// For how long the link leads to what was found in this patient's chart; 0: it does not.
  std::chrono::hours explanationLife{0};

  friend bool operator==(const Site&, const Site&) = default;
};

/// Whether this is a service's page of knowledge, which has an anchor for each pathway.
bool isOwnKnowledge(std::string_view url);

const Site& noSite();

/// Logical orders a site maps though no pathway of the pack offers them, sorted.
std::vector<std::string> unknownOrders(const Site& site, const rules::Pack& pack);

/// For whom a card is made: what the client can show, and what its site orders by. Both must outlive it.
struct Audience {
  const hooks::Profile* client = &hooks::standardProfile();
  const Site* site = &noSite();
};

}  // namespace plumbline::cards
