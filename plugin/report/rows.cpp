#include "plugin/report/rows.h"

#include <algorithm>
#include <iterator>

#include "plugin/json_writer.h"

namespace plumbline::report {
namespace {

using store::Statement;

struct Rows {
  std::string_view name;
  std::string_view sql;
};

// With the attributes ONC asks of feedback on decision support: intervention, action, feedback, user, date,
// place; the place is the client that called. Names in quotes are those whose case another engine would
// change.
constexpr Rows kRows[] = {
    {"feedback", R"sql(
SELECT f.card, f.outcome, f.stamp AS "outcomeTimestamp", f.received, f.suggestions AS "acceptedSuggestions",
  f.reasonSystem AS "reasonSystem", f.reasonCode AS "reasonCode", f.comment, f.client, f.service, c.hook, c.pathways, c.tier, c.indicator,
  c.topic, c.pack, c.shown, c.patient, c.who AS user, 1 AS known
FROM feedback f JOIN cards c ON c.card = f.card WHERE f.received >= ?1
UNION ALL
SELECT card, outcome, stamp, received, suggestions, reasonSystem, reasonCode, comment, client, service,
  '', '', '', '', '', '', '', '', '', 0
FROM quarantine WHERE received >= ?1
ORDER BY 4, 1, 2, 3)sql"},
    {"cards", R"sql(
SELECT card, shown, service, hook, client, patient, who AS user, topic, pathways, tier, indicator, pack,
  microseconds, CASE held WHEN 0 THEN 'shown' WHEN 1 THEN 'silent' WHEN 2 THEN 'snoozed'
    ELSE 'told' END AS state
FROM cards WHERE shown >= ?1 ORDER BY shown, card)sql"},
    {"audit", R"sql(
SELECT number, at, kind, service, client, issuer, jti, hookInstance AS "hookInstance", patient, who AS user,
  tier, pathways, cards, pack, microseconds, held, hash
FROM audit WHERE at >= ?1 ORDER BY number)sql"},
};

const Rows* rowsOf(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kRows), std::end(kRows), [&](const Rows& each) { return each.name == name; });
  return found == std::end(kRows) ? nullptr : found;
}

/// Quoted where it must be. What a spreadsheet would run gets an apostrophe in front, which it hides.
std::string csvCell(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos)
    text.insert(text.begin(), '\'');
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

template <class Value>
void csvLine(const Statement& rows, std::ostream& out, Value value) {
  for (int i = 0; i < rows.columns(); ++i) out << (i == 0 ? "" : ",") << csvCell(value(i));
  out << "\r\n";
}

void jsonLine(const Statement& rows, std::ostream& out) {
  rapidjson::StringBuffer buffer;
  JsonWriter json(buffer);
  json.StartObject();
  for (int i = 0; i < rows.columns(); ++i) {
    json.text(rows.name(i));
    if (rows.isNumber(i)) {
      json.Int64(rows.number(i));
    } else {
      json.text(rows.text(i));
    }
  }
  json.EndObject();
  out.write(buffer.GetString(), static_cast<std::streamsize>(buffer.GetSize())) << "\n";
}

}  // namespace

bool hasRows(std::string_view name) {
  return rowsOf(name) != nullptr;
}

void exportRows(store::Database& database, std::string_view name, const std::string& since, bool csv,
                std::ostream& out) {
  Statement rows = database.prepare(rowsOf(name)->sql);
  rows.bind(1, since);
  bool more = rows.next();
  if (csv) csvLine(rows, out, [&](int i) { return rows.name(i); });
  for (; more; more = rows.next()) {
    if (csv) {
      csvLine(rows, out, [&](int i) { return rows.text(i); });
    } else {
      jsonLine(rows, out);
    }
  }
}

}  // namespace plumbline::report
