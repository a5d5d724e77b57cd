#include "plugin/report/figures.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <tuple>

#include "plugin/hooks/services.h"
#include "plugin/store/rows.h"

namespace plumbline::report {
namespace {

using store::Database;
using store::Statement;
using Groups = std::map<std::string, Group>;

constexpr std::size_t kDay = sizeof("2026-11-23") - 1;

std::vector<std::string> words(const std::string& list) {
  std::istringstream in(list);
  const std::istream_iterator<std::string> first(in), end;
  return std::vector<std::string>(first, end);
}

std::string hookOf(const std::string& service) {
  const auto* const found = hooks::service(service);
  return found ? std::string(found->hookName) : service;
}

/// The condition that a row at `moment` of `client`, two columns, is within the scope. PostgreSQL learns what
/// ?3 is from its first use.
std::string within(std::string_view moment, std::string_view client = "client") {
  const std::string at(moment);
  return " " + at + " >= ?1 AND " + at + " < ?2 AND (" + std::string(client) + " = ?3 OR ?3 IS NULL) ";
}

/// `sql` with the scope as ?1 to ?3, as within() names them.
Statement ask(const Database& database, const std::string& sql, const Scope& scope) {
  constexpr std::string_view kBehindAll = "~";
  Statement statement = database.prepare(sql);
  statement.bind(1, scope.since).bind(2, scope.until.empty() ? kBehindAll : std::string_view(scope.until));
  if (scope.client) statement.bind(3, *scope.client);
  return statement;
}

std::int64_t number(const Database& database, const std::string& sql, const Scope& scope) {
  Statement statement = ask(database, sql, scope);
  return statement.next() ? statement.number(0) : 0;
}

/// How many calls took each number of microseconds: as exact as a list, and as long as times differ.
using Clocked = std::map<std::int64_t, std::int64_t>;

/// What happened on a day.
struct OfDay {
  Group all;
  Groups byPathway;
};

/// Groups by each way of grouping, and the whole.
struct Grouped {
  Group all;
  Groups byHook, byTier, byPathway;
  std::map<std::string, OfDay> byDay;
  Clocked clocked;
  std::map<std::string, Clocked> clockedByHook;

  /// Applies `count` to every group a call or card belongs to; `row` has moment, service, tier and pathways.
  void forEach(const Statement& row, const std::function<void(Group&)>& count) {
    forEachBut(row, count);
    OfDay& day = byDay[dayOf(row)];
    for (const auto& each : words(row.text(3))) {
      count(byPathway[each]);
      count(day.byPathway[each]);
    }
  }
  /// The same without pathways.
  void forEachBut(const Statement& row, const std::function<void(Group&)>& count) {
    count(all);
    count(byHook[hookOf(row.text(1))]);
    count(byTier[row.text(2)]);
    count(byDay[dayOf(row)].all);
  }
  static std::string dayOf(const Statement& row) { return row.text(0).substr(0, kDay); }
};

std::vector<Group> sorted(const Groups& groups) {
  std::vector<Group> list;
  for (const auto& [name, group] : groups) {
    list.push_back(group);
    list.back().name = name;
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const Group& a, const Group& b) { return a.calls > b.calls; });
  return list;
}

Times timesOf(const Clocked& clocked) {
  std::int64_t calls = 0;
  for (const auto& [microseconds, count] : clocked) calls += count;
  // The least time that at least `percent` of the calls did not exceed.
  const auto at = [&](std::int64_t percent) {
    std::int64_t left = std::max<std::int64_t>((calls * percent + 99) / 100, 1);
    for (const auto& [microseconds, count] : clocked) {
      left -= count;
      if (left <= 0) return static_cast<double>(microseconds) / 1000;
    }
    return 0.0;
  };
  return {at(50), at(95), at(99), at(100)};
}

void countCalls(const Database& database, const Scope& scope, Grouped& into) {
  Statement calls = ask(database,
                        "SELECT at, service, tier, pathways, cards <> '', microseconds FROM audit "
                        "WHERE kind = 'call' AND" +
                            within("at"),
                        scope);
  while (calls.next()) {
    const std::int64_t fired = calls.number(4);
    into.forEach(calls, [](Group& group) { ++group.calls; });
    into.forEachBut(calls, [&](Group& group) { group.fired += fired; });
    ++into.clocked[calls.number(5)];
    ++into.clockedByHook[hookOf(calls.text(1))][calls.number(5)];
  }
  into.all.time = timesOf(into.clocked);
  for (auto& [hook, group] : into.byHook) group.time = timesOf(into.clockedByHook[hook]);
}

void countCards(const Database& database, const Scope& scope, Grouped& into) {
  Statement cards =
      ask(database,
          "SELECT shown, service, tier, pathways, "
          "EXISTS (SELECT 1 FROM feedback f WHERE f.card = c.card AND f.outcome = 'accepted'), "
          "EXISTS (SELECT 1 FROM feedback f WHERE f.card = c.card AND f.outcome = 'overridden'), held "
          "FROM cards c WHERE" +
              within("shown"),
          scope);
  while (cards.next()) {
    const std::int64_t accepted = cards.number(4), overridden = cards.number(5);
    const auto held = static_cast<store::Held>(cards.number(6));
    OfDay& day = into.byDay[Grouped::dayOf(cards)];
    for (const auto& each : words(cards.text(3))) {
      ++into.byPathway[each].fired;
      ++day.byPathway[each].fired;
    }
    into.forEach(cards, [&](Group& group) {
      group.silent += held == store::Held::Silent;
      group.snoozed += held == store::Held::Snoozed;
      if (held != store::Held::No) return;
      ++group.shown;
      group.accepted += accepted;
      group.overridden += overridden;
      group.ignored += accepted + overridden == 0 ? 1 : 0;
    });
  }
}

/// How often each reason was given for overriding cards of one answer.
using Reasons = std::map<std::string, std::map<std::string, std::int64_t>>;

constexpr std::string_view kReason =
    "coalesce(nullif(trim(reasonSystem || ' ' || reasonCode), ''), 'no reason given')";

bool isWithoutPathway(const std::string& tier) {
  return tier == "structural-first" || tier == "cleared" || tier == "not-assessable";
}

Reasons reasonsByAnswer(const Database& database, const Scope& scope) {
  Reasons reasons;
  Statement found = ask(database,
                        "SELECT c.pathways, c.tier, " + std::string(kReason) +
                            " FROM feedback f JOIN cards c ON c.card = f.card "
                            "WHERE f.outcome = 'overridden' AND" +
                            within("c.shown", "c.client"),
                        scope);
  while (found.next()) {
    for (const auto& each : words(found.text(0))) ++reasons[each][found.text(2)];
    if (isWithoutPathway(found.text(1))) ++reasons[found.text(1)][found.text(2)];
  }
  return reasons;
}

void findToReview(const Database& database, Figures& figures) {
  std::vector<Group> answers = figures.byPathway;
  std::copy_if(figures.byTier.begin(), figures.byTier.end(), std::back_inserter(answers),
               [](const Group& each) { return isWithoutPathway(each.name); });
  const Reasons reasons = reasonsByAnswer(database, figures.scope);
  const ReviewLimits& limits = figures.limits;
  for (const Group& each : answers) {
    const bool often = each.overridden * 100 >= limits.overriddenPercent * each.shown ||
                       each.ignored * 100 >= limits.ignoredPercent * each.shown;
    if (each.shown < limits.shown || !often) continue;
    ToReview review{each, "", 0};
    if (const auto given = reasons.find(each.name); given != reasons.end()) {
      for (const auto& [reason, count] : given->second) {
        if (count > review.reasonCount) std::tie(review.reason, review.reasonCount) = std::tie(reason, count);
      }
    }
    figures.review.push_back(std::move(review));
  }
  std::stable_sort(figures.review.begin(), figures.review.end(),
                   [](const ToReview& a, const ToReview& b) { return a.group.shown > b.group.shown; });
}

std::vector<Count> counts(const Database& database, const std::string& sql, const Scope& scope) {
  std::vector<Count> list;
  Statement found = ask(database, sql, scope);
  while (found.next()) list.push_back({found.text(0), found.number(1)});
  return list;
}

std::vector<Content> contentsOf(const Database& database, const Scope& scope) {
  std::vector<Content> list;
  Statement found = ask(database,
                        "SELECT pack, count(*), min(at), max(at) AS last FROM audit WHERE kind = 'call' AND" +
                            within("at") + "GROUP BY pack ORDER BY last, pack",
                        scope);
  while (found.next()) list.push_back({found.text(0), found.number(1), found.text(2), found.text(3)});
  return list;
}

/// What was not documented, and in how many calls it could have been; both by whole days.
void countUnknown(const Database& database, Figures& figures) {
  Scope days = figures.scope;
  days.since = days.since.substr(0, kDay);
  const std::string among = " FROM unknown WHERE" + within("(day || 'T00:00:00Z')");
  figures.unknown = counts(database,
                           "SELECT finding, sum(calls) AS n" + among +
                               "AND finding <> '' GROUP BY finding ORDER BY n DESC, finding",
                           days);
  figures.unknownOf = number(database, "SELECT coalesce(sum(calls), 0)" + among + "AND finding = ''", days);
}

std::vector<Day> daysOf(const Grouped& grouped) {
  std::vector<Day> days;
  for (const auto& [day, groups] : grouped.byDay) {
    days.push_back({groups.all, sorted(groups.byPathway)});
    days.back().all.name = day;
  }
  return days;
}

}  // namespace

Figures collect(Database& database, const Scope& scope, const ReviewLimits& limits) {
  const store::Snapshot whole(database);
  Grouped grouped;
  countCalls(database, scope, grouped);
  countCards(database, scope, grouped);
  Figures figures;
  figures.scope = scope;
  figures.limits = limits;
  figures.all = grouped.all;
  figures.byHook = sorted(grouped.byHook);
  figures.byTier = sorted(grouped.byTier);
  figures.byPathway = sorted(grouped.byPathway);
  figures.days = daysOf(grouped);
  const auto one = [&](const std::string& sql) { return number(database, sql, scope); };
  figures.patients =
      one("SELECT count(*) FROM (SELECT DISTINCT client, patient FROM audit WHERE kind = 'call' AND" +
          within("at") + ") AS each");
  figures.repeated =
      one("SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM cards WHERE held = 0 AND" +
          within("shown") + "GROUP BY client, patient, topic) AS each");
  const std::string ofCards =
      " FROM feedback f JOIN cards c ON c.card = f.card WHERE" + within("c.shown", "c.client");
  figures.feedback = one("SELECT count(*)" + ofCards);
  figures.quarantined = one("SELECT count(*) FROM quarantine WHERE" + within("received"));
  figures.reasons = counts(database,
                           "SELECT " + std::string(kReason) + " AS reason, count(*) AS n" + ofCards +
                               "AND f.outcome = 'overridden' GROUP BY reason ORDER BY n DESC, reason",
                           scope);
  figures.clients = counts(database,
                           "SELECT client, count(*) FROM audit WHERE kind = 'call' AND" + within("at") +
                               "GROUP BY client ORDER BY client",
                           {scope.since, scope.until});
  figures.contents = contentsOf(database, scope);
  countUnknown(database, figures);
  findToReview(database, figures);
  return figures;
}

}  // namespace plumbline::report
