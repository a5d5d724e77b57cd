#include "plugin/store/postgresql_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace plumbline::store {
namespace {

bool isDigit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

Numbered numbered(std::string_view sql) {
  Numbered found;
  bool quoted = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '\'') quoted = !quoted;
    if (sql[i] != '?' || quoted) {
      found.sql += sql[i];
      continue;
    }
    int number = 0;
    for (; i + 1 < sql.size() && isDigit(sql[i + 1]); ++i) number = number * 10 + (sql[i + 1] - '0');
    found.values = std::max(found.values, number);
    found.sql += "$" + std::to_string(number);
  }
  return found;
}

std::string tablesInItsTypes(std::string sql) {
  replaceAll(sql, " WITHOUT ROWID", "");
  replaceAll(sql, " INTEGER", " BIGINT");
  replaceAll(sql, " TEXT", " TEXT COLLATE \"C\"");
  return sql;
}

std::string wordsFor(std::string_view state) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kWords{{
      {"57014", "took too long"},
      {"25P03", "waited too long between two statements"},
      {"57P01", "is shutting down"},
      {"57P02", "went down"},
      {"57P03", "is starting up or shutting down"},
      {"53100", "has no room left on its disk"},
      {"53300", "has too many connections"},
      {"25006", "may only be read"},
      {"42501", "does not permit it to this role"},
      {"42P01", "has no such table"},
      {"3F000", "has no schema to make tables in"},
  }};
  const auto* const known =
      std::find_if(kWords.begin(), kWords.end(), [&](const auto& each) { return each.first == state; });
  const std::string words(known == kWords.end() ? "refused it" : known->second);
  return "PostgreSQL " + words + " (SQLSTATE " + std::string(state) + ")";
}

bool mayPass(std::string_view state) {
  constexpr std::array<std::string_view, 6> kClasses{"08", "40", "53", "55", "57", "58"};
  return state == "25006" || state == "25P03" ||
         std::find(kClasses.begin(), kClasses.end(), state.substr(0, 2)) != kClasses.end();
}

}  // namespace plumbline::store
