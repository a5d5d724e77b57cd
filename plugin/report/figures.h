#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugin/store/database.h"

namespace plumbline::report {

/// What is counted: what happened from `since` on and before `until`, moments as the store writes them and
/// open where they are empty, with one client or with all.
struct Scope {
  std::string since{}, until{};
  std::optional<std::string> client{};
};

/// Own time of calls, in milliseconds.
struct Times {
  double p50 = 0, p95 = 0, p99 = 0, slowest = 0;
};

/// Calls and cards that have something in common: a hook, a tier, a pathway, a day.
struct Group {
  std::string name;
  std::int64_t calls = 0;  ///< of this hook, or that came to this tier or raised this pathway
  std::int64_t fired = 0;  ///< of those, with a card, sent or held; of a pathway with one that names it
  std::int64_t shown = 0;  ///< cards sent
  std::int64_t accepted = 0;
  std::int64_t overridden = 0;
  std::int64_t ignored = 0;
  std::int64_t snoozed = 0;  ///< cards made and not sent because of an override
  std::int64_t silent = 0;   ///< cards made and not brought out: what would have been shown
  Times time{};              ///< of its calls; of all and of a hook only
};

/// What happened on one day, "2026-11-23".
struct Day {
  Group all;
  std::vector<Group> byPathway;
};

/// Calls that one content answered, by its digest; the moments of the first and the last.
struct Content {
  std::string digest;
  std::int64_t calls = 0;
  std::string first, last;
};

/// When an answer is one to revise or retire: shown often enough to judge, and then overridden or passed over
/// as often as this.
struct ReviewLimits {
  std::int64_t shown = 20;
  std::int64_t overriddenPercent = 50;
  std::int64_t ignoredPercent = 90;

  friend bool operator==(const ReviewLimits&, const ReviewLimits&) = default;
};

/// One of these: a pathway, or the name of a tier that no pathway heads.
struct ToReview {
  Group group;
  std::string reason;  ///< most often given; empty: never overridden
  std::int64_t reasonCount = 0;
};

struct Count {
  std::string name;
  std::int64_t count = 0;
};

/// What governance asks of the store. A card counts once for each outcome it
/// was given however often that was reported, and as ignored while it was given none: nobody sends feedback
/// on a card that was passed over.
struct Figures {
  Scope scope;
  std::int64_t patients = 0;
  Group all;
  std::int64_t repeated = 0;                     ///< cards sent again: same patient, client and topic
  std::int64_t feedback = 0;                     ///< reports on cards that were shown, each once
  std::int64_t quarantined = 0;                  ///< on cards that were not
  std::vector<Group> byHook, byTier, byPathway;  ///< most calls first
  std::vector<Day> days;                         ///< on which anything happened, the first first
  std::vector<Count> clients;                    ///< by their calls, all of them whatever the scope; by name
  std::vector<Content> contents;                 ///< the last used last
  std::vector<Count> reasons;                    ///< of overrides, most first
  std::vector<Count> unknown;  ///< red flags by the calls with a card that did not find them documented
  std::int64_t unknownOf = 0;  ///< such calls
  ReviewLimits limits;
  std::vector<ToReview> review;  ///< most shown first
};

/// Counts what the store holds. What was not documented is counted by whole days: of the first and last day
/// of a scope that begins or ends within them, all of it. Throws StoreError.
Figures collect(store::Database& database, const Scope& scope = {}, const ReviewLimits& limits = {});

}  // namespace plumbline::report
