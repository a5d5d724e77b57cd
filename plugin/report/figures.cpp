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

std::vector<std::string> words(const std::string& list) {
  std::istringstream in(list);
  const std::istream_iterator<std::string> first(in), end;
  return std::vector<std::string>(first, end);
}

std::string hookOf(const std::string& service) {
  const auto* const found = hooks::service(service);
  return found ? std::string(found->hookName) : service;
}

Statement ask(const Database& database, std::string_view sql, const std::string& since) {
  Statement statement = database.prepare(sql);
  statement.bind(1, since);
  return statement;
}

std::int64_t number(const Database& database, std::string_view sql, const std::string& since) {
  Statement statement = ask(database, sql, since);
  return statement.next() ? statement.number(0) : 0;
}

/// Groups by each way of grouping, and the whole.
struct Grouped {
  Group all;
  Groups byHook, byTier, byPathway;

  /// Applies `count` to every group a call or card belongs to.
  void forEach(const std::string& service, const std::string& tier, const std::string& pathways,
               const std::function<void(Group&)>& count) {
    count(all);
    count(byHook[hookOf(service)]);
    count(byTier[tier]);
    for (const auto& each : words(pathways)) count(byPathway[each]);
  }
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

void countCalls(const Database& database, const std::string& since, Grouped& into) {
  Statement calls =
      ask(database, "SELECT service, tier, pathways, cards <> '' FROM audit WHERE kind = 'call' AND at >= ?1",
          since);
  while (calls.next()) {
    const std::int64_t fired = calls.number(3);
    into.forEach(calls.text(0), calls.text(1), calls.text(2), [](Group& group) { ++group.calls; });
    into.forEach(calls.text(0), calls.text(1), "", [&](Group& group) { group.fired += fired; });
  }
}

void countCards(const Database& database, const std::string& since, Grouped& into) {
  Statement cards =
      ask(database,
          "SELECT service, tier, pathways, "
          "EXISTS (SELECT 1 FROM feedback f WHERE f.card = c.card AND f.outcome = 'accepted'), "
          "EXISTS (SELECT 1 FROM feedback f WHERE f.card = c.card AND f.outcome = 'overridden'), held "
          "FROM cards c WHERE shown >= ?1",
          since);
  while (cards.next()) {
    const std::int64_t accepted = cards.number(3), overridden = cards.number(4);
    const auto held = static_cast<store::Held>(cards.number(5));
    for (const auto& each : words(cards.text(2))) ++into.byPathway[each].fired;
    into.forEach(cards.text(0), cards.text(1), cards.text(2), [&](Group& group) {
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

Reasons reasonsByAnswer(const Database& database, const std::string& since) {
  Reasons reasons;
  Statement found = ask(database,
                        "SELECT c.pathways, c.tier, " + std::string(kReason) +
                            " FROM feedback f JOIN cards c ON c.card = f.card "
                            "WHERE f.outcome = 'overridden' AND c.shown >= ?1",
                        since);
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
  const Reasons reasons = reasonsByAnswer(database, figures.since);
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

void measureTime(const Database& database, Figures& figures) {
  if (figures.all.calls == 0) return;
  // The least time that at least `percent` of the calls did not exceed.
  const auto at = [&](std::int64_t percent) {
    const std::int64_t rank = std::max<std::int64_t>((figures.all.calls * percent + 99) / 100, 1) - 1;
    Statement found = ask(database,
                          "SELECT microseconds FROM audit WHERE kind = 'call' AND at >= ?1 "
                          "ORDER BY microseconds LIMIT 1 OFFSET ?2",
                          figures.since);
    found.bind(2, rank);
    return found.next() ? static_cast<double>(found.number(0)) / 1000 : 0.0;
  };
  figures.p50 = at(50);
  figures.p95 = at(95);
  figures.p99 = at(99);
  figures.slowest = at(100);
}

std::vector<Count> counts(const Database& database, std::string_view sql, const std::string& since) {
  std::vector<Count> list;
  Statement found = ask(database, sql, since);
  while (found.next()) list.push_back({found.text(0), found.number(1)});
  return list;
}

}  // namespace

Figures collect(Database& database, const std::string& since, const ReviewLimits& limits) {
  database.run("BEGIN");  // one picture while the service writes on
  Grouped grouped;
  countCalls(database, since, grouped);
  countCards(database, since, grouped);
  Figures figures;
  figures.since = since;
  figures.limits = limits;
  figures.all = grouped.all;
  figures.byHook = sorted(grouped.byHook);
  figures.byTier = sorted(grouped.byTier);
  figures.byPathway = sorted(grouped.byPathway);
  const auto one = [&](std::string_view sql) { return number(database, sql, since); };
  figures.patients = one(
      "SELECT count(*) FROM (SELECT DISTINCT client, patient FROM audit WHERE kind = 'call' AND at >= ?1)");
  figures.repeated = one(
      "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM cards WHERE held = 0 AND shown >= ?1 "
      "GROUP BY client, patient, topic)");
  figures.feedback =
      one("SELECT count(*) FROM feedback f JOIN cards c ON c.card = f.card WHERE c.shown >= ?1");
  figures.quarantined = one("SELECT count(*) FROM quarantine WHERE received >= ?1");
  measureTime(database, figures);
  figures.reasons =
      counts(database,
             "SELECT " + std::string(kReason) +
                 " AS reason, count(*) AS n FROM feedback f JOIN cards c ON c.card = f.card "
                 "WHERE f.outcome = 'overridden' AND c.shown >= ?1 GROUP BY reason ORDER BY n DESC, reason",
             since);
  figures.unknown = counts(database,
                           "SELECT finding, sum(calls) AS n FROM unknown WHERE day >= substr(?1, 1, 10) "
                           "GROUP BY finding ORDER BY n DESC, finding",
                           since);
  figures.unknownOf =
      one("SELECT count(*) FROM audit WHERE kind = 'call' AND cards <> '' AND at >= substr(?1, 1, 10)");
  findToReview(database, figures);
  database.run("COMMIT");
  return figures;
}

}  // namespace plumbline::report
