#include "plugin/store/tables.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace plumbline::store {
namespace {

constexpr std::size_t kDay = sizeof("2026-11-23") - 1;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& each : words) text += (text.empty() ? "" : " ") + each;
  return text;
}

fhir::Instant instantOf(const std::string& written) {
  const auto parsed = fhir::parseDate(written);
  return parsed ? parsed->earliest : fhir::Instant{};
}

/// An override that comes late began when it was made, and one from a clock ahead of ours when it came.
fhir::Instant beginOf(const std::string& moment, const std::string& received) {
  return std::min(instantOf(moment), instantOf(received));
}

std::string insertFeedback(std::string_view table) {
  return "INSERT INTO " + std::string(table) +
         " (card, outcome, moment, stamp, received, service, client, suggestions, reasonSystem, reasonCode, "
         "comment) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11) ON CONFLICT DO NOTHING";
}

void insert(Statement& into, const Feedback& feedback) {
  into.bind(1, feedback.card).bind(2, feedback.outcome).bind(3, feedback.moment).bind(4, feedback.stamp);
  into.bind(5, feedback.received).bind(6, feedback.service).bind(7, feedback.client);
  into.bind(8, joined(feedback.suggestions)).bind(9, feedback.reasonSystem).bind(10, feedback.reasonCode);
  into.bind(11, feedback.comment).run();
}

/// The rest of each question after which rows are learned; `?1` is the same in all of them.
struct Which {
  std::string overrides, told, screens;
};

template <class Begin>
Learned learnedOf(const Database& database, const Which& which, const Begin& begin) {
  Learned all;
  Statement overrides = database.prepare(
      "SELECT c.client, c.patient, c.topic, c.pathways, c.tier, c.indicator, f.reasonSystem, f.reasonCode, "
      "f.moment, f.received FROM feedback f JOIN cards c ON c.card = f.card " +
      which.overrides);
  overrides.bind(1, begin);
  while (overrides.next()) {
    const auto text = [&](int column) { return overrides.text(column); };
    all.overridden.push_back({{text(0), text(1), text(2), text(3)},
                              {beginOf(text(8), text(9)), text(4), text(5), text(6), text(7)}});
  }
  Statement told =
      database.prepare("SELECT c.client, c.patient, c.topic, c.pathways, c.shown FROM cards c " + which.told);
  told.bind(1, begin).bind(2, kToldOnce);
  while (told.next())
    all.told.push_back({{told.text(0), told.text(1), told.text(2), told.text(3)}, instantOf(told.text(4))});
  Statement screens =
      database.prepare("SELECT s.client, s.patient, s.at, s.until, s.submission, s.answers FROM screens s " +
                       which.screens + " ORDER BY s.at, s.submission");
  screens.bind(1, begin);
  while (screens.next()) {
    const auto text = [&](int column) { return screens.text(column); };
    all.screens.push_back({text(0), text(1), {text(2), text(3), text(4), readAnswers(text(5))}});
  }
  return all;
}

}  // namespace

Learned learned(const Database& database, const std::string& since) {
  return learnedOf(database,
                   {"WHERE f.outcome = 'overridden' AND f.moment >= ?1",
                    "WHERE c.shown >= ?1 AND c.tier = ?2 AND c.held = 0", "WHERE s.until > ?1"},
                   since);
}

Learned learnedBehind(const Database& database, std::int64_t number) {
  return learnedOf(database,
                   {"JOIN audit a ON a.cards = f.card WHERE a.number > ?1 AND a.kind = 'overridden' "
                    "AND f.outcome = 'overridden'",
                    "JOIN audit a ON a.at = c.shown AND a.client = c.client AND a.patient = c.patient "
                    "WHERE a.number > ?1 AND a.kind = 'call' AND c.tier = ?2 AND c.held = 0",
                    "JOIN audit a ON a.client = s.client AND a.patient = s.patient "
                    "WHERE a.number > ?1 AND a.kind = 'screen'"},
                   number);
}

Tables::Tables(Database& database, const Key& key)
    : database_(database),
      key_(key),
      chain_(database, key),
      card_(database.prepare(
          "INSERT INTO cards (card, shown, service, hook, client, patient, who, topic, pathways, "
          "tier, indicator, pack, microseconds, held) "
          "VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14) ON CONFLICT DO NOTHING")),
      isShown_(database.prepare("SELECT patient, topic, pathways, tier, indicator FROM cards WHERE card = ?1 "
                                "AND client = ?2 AND held = 0")),
      feedback_(database.prepare(insertFeedback("feedback"))),
      quarantine_(database.prepare(insertFeedback("quarantine"))),
      screen_(database.prepare("INSERT INTO screens (submission, client, patient, at, until, answers) "
                               "VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT DO NOTHING")),
      endScreens_(database.prepare("DELETE FROM screens WHERE until <= ?1")) {}

void Tables::addCards(const Call& call, const std::string& patient, const std::string& who) {
  for (const Card& card : call.cards) {
    card_.bind(1, card.uuid).bind(2, call.at).bind(3, call.service).bind(4, call.hook).bind(5, call.client);
    card_.bind(6, patient).bind(7, who).bind(8, card.topic).bind(9, card.pathways).bind(10, card.tier);
    card_.bind(11, card.indicator).bind(12, call.pack).bind(13, call.microseconds);
    card_.bind(14, static_cast<std::int64_t>(card.held)).run();
  }
}

void Tables::add(const Call& call) {
  AuditRow row;
  row.patient = key_.hash("patient", call.client, call.patient);
  row.who = key_.hash("user", call.client, call.user);
  addCards(call, row.patient, row.who);
  row.kind = "call";
  row.at = call.at;
  row.service = call.service;
  row.client = call.client;
  row.issuer = call.issuer;
  row.jti = call.jti;
  row.hookInstance = call.hookInstance;
  row.tier = call.tier;
  row.pathways = call.pathways;
  for (const Card& card : call.cards) row.cards += (row.cards.empty() ? "" : " ") + card.uuid;
  row.pack = call.pack;
  row.microseconds = call.microseconds;
  const bool sent = std::any_of(call.cards.begin(), call.cards.end(),
                                [](const Card& each) { return each.held == Held::No; });
  if (!sent && !call.cards.empty()) row.held = static_cast<std::int64_t>(call.cards.front().held);
  chain_.add(std::move(row));
  if (!call.cards.empty()) ++unknown_[{call.at.substr(0, kDay), call.client, call.unknown}];
}

bool Tables::shown(const Feedback& feedback) {
  isShown_.bind(1, feedback.card).bind(2, feedback.client);
  const bool found = isShown_.next();
  const auto text = [&](int column) { return isShown_.text(column); };
  if (found && feedback.outcome == "overridden")
    learned_.overridden.push_back({{feedback.client, text(0), text(1), text(2)},
                                   {beginOf(feedback.moment, feedback.received), text(3), text(4),
                                    feedback.reasonSystem, feedback.reasonCode}});
  isShown_.reset();
  return found;
}

Kept Tables::add(const Feedback& feedback) {
  const bool known = shown(feedback);
  insert(known ? feedback_ : quarantine_, feedback);
  const bool added = database_.changed() > 0;
  if (added) {
    AuditRow row;
    row.kind = known ? feedback.outcome : "quarantined";
    row.at = feedback.received;
    row.service = feedback.service;
    row.client = feedback.client;
    row.issuer = feedback.issuer;
    row.jti = feedback.jti;
    row.cards = feedback.card;
    chain_.add(std::move(row));
  }
  return !known ? Kept::Quarantined : added ? Kept::New : Kept::Known;
}

void Tables::add(const Screened& screened) {
  AuditRow row;
  row.kind = "screen";
  row.at = screened.at;
  row.client = screened.client;
  row.issuer = screened.issuer;
  row.patient = key_.hash("patient", screened.client, screened.patient);
  row.who = key_.hash("user", screened.client, screened.user);
  row.pack = screened.pack;
  endScreens_.bind(1, screened.at).run();
  screen_.bind(1, screened.submission).bind(2, screened.client).bind(3, row.patient);
  screen_.bind(4, screened.at).bind(5, screened.until).bind(6, written(screened.answers)).run();
  if (database_.changed() == 0) return;
  learned_.screens.push_back(
      {screened.client, row.patient, {screened.at, screened.until, screened.submission, screened.answers}});
  chain_.add(std::move(row));
}

void Tables::done() {
  Statement count = database_.prepare(
      "INSERT INTO unknown (day, client, finding, calls) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (day, client, finding) DO UPDATE SET calls = unknown.calls + excluded.calls");
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::int64_t> each;
  for (const auto& [key, calls] : unknown_) {
    const auto& [day, client, findings] = key;
    each[{day, client, ""}] += calls;
    for (std::string_view left = findings; !left.empty();) {
      const std::size_t end = std::min(left.find(' '), left.size());
      each[{day, client, left.substr(0, end)}] += calls;
      left.remove_prefix(std::min(end + 1, left.size()));
    }
  }
  for (const auto& [key, calls] : each) {
    const auto& [day, client, finding] = key;
    count.bind(1, day).bind(2, client).bind(3, finding).bind(4, calls).run();
  }
  chain_.seal();
}

}  // namespace plumbline::store
