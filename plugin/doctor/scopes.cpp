#include "plugin/doctor/scopes.h"

#include <algorithm>

namespace plumbline::doctor {
namespace {

bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isType(std::string_view text) {
  return text == "*" || (!text.empty() && text.front() >= 'A' && text.front() <= 'Z' &&
                         std::all_of(text.begin(), text.end(), isLetter));
}

/// "patient/Observation.rs?category=laboratory"; of no type where it is none.
Scope smart(std::string_view word) {
  Scope scope;
  const auto slash = word.find('/');
  const std::string_view level = word.substr(0, std::min(slash, word.size()));
  if (slash == word.npos || (level != "patient" && level != "user" && level != "system")) return scope;
  const std::string_view behind = word.substr(slash + 1);
  const auto question = std::min(behind.find('?'), behind.size());
  const auto dot = behind.substr(0, question).rfind('.');
  if (dot == behind.npos || !isType(behind.substr(0, dot))) return scope;
  const std::string_view deeds = behind.substr(dot + 1, question - dot - 1);
  const bool first = deeds == "read" || deeds == "*";
  const bool second = deeds.find_first_not_of("cruds") == deeds.npos;
  scope.read = first || (second && deeds.find('r') != deeds.npos);
  scope.search = first || (second && deeds.find('s') != deeds.npos);
  if (scope.read || scope.search) scope.type = behind.substr(0, dot);
  if (question < behind.size()) scope.only = behind.substr(question + 1);
  return scope;
}

/// "Condition.Search"; of no type where it is none.
Scope named(std::string_view word) {
  Scope scope;
  const auto dot = word.find('.');
  if (dot == word.npos || !isType(word.substr(0, dot)) || word.front() == '*') return scope;
  scope.read = word.substr(dot + 1) == "Read";
  scope.search = word.substr(dot + 1) == "Search";
  if (scope.read || scope.search) scope.type = word.substr(0, dot);
  return scope;
}

bool isRelease(std::string_view text) {
  return text == "R4" || text == "STU3" || text == "DSTU2" || text == "R5";
}

/// The next word, or all that stands between brackets with the opening one in front; `rest` is behind it.
std::string_view nextWord(std::string_view& rest) {
  constexpr std::string_view kBetween = " \t\r\n,";
  rest.remove_prefix(std::min(rest.find_first_not_of(kBetween), rest.size()));
  const bool bracket = rest.starts_with('(');
  const auto end = std::min(bracket ? rest.find(')') : rest.find_first_of(kBetween), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + (bracket ? 1 : 0), rest.size()));
  return word;
}

}  // namespace

std::vector<Scope> readScopes(std::string_view granted) {
  std::vector<Scope> scopes;
  bool wasNamed = false;  // and may be narrowed by what stands in brackets behind it
  while (!granted.empty()) {
    const std::string_view word = nextWord(granted);
    if (word.starts_with('(')) {
      if (wasNamed && !isRelease(word.substr(1))) scopes.back().only = word.substr(1);
      continue;
    }
    Scope scope = smart(word);
    wasNamed = false;
    if (scope.type.empty()) {
      scope = named(word);
      wasNamed = !scope.type.empty();
    }
    if (!scope.type.empty()) scopes.push_back(std::move(scope));
  }
  return scopes;
}

Permitted permitted(const std::vector<Scope>& scopes, std::string_view type, Deed deed) {
  Permitted permitted;
  for (const Scope& each : scopes) {
    if ((each.type != "*" && each.type != type) || !(deed == Deed::Read ? each.read : each.search)) continue;
    if (each.only.empty()) {
      permitted.all = true;
    } else {
      permitted.only.push_back(each.only);
    }
  }
  return permitted;
}

}  // namespace plumbline::doctor
