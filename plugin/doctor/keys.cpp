#include "plugin/doctor/keys.h"

#include <algorithm>

namespace plumbline::doctor {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto at = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, at));
    text.remove_prefix(std::min(at + 1, text.size()));
  }
  return parts;
}

void holdAgainst(const Capability& capability, KeyServed& key) {
  const auto found = capability.types.find(key.asks.type);
  const std::string type(key.asks.type);
  if (found == capability.types.end()) return key.lacking.push_back("the server has no " + type);
  const std::string_view deed = key.asks.deed == Deed::Read ? "read" : "search-type";
  if (!found->second.interactions.contains(deed))
    key.lacking.push_back(type + " cannot be " + (key.asks.deed == Deed::Read ? "read" : "searched"));
  for (const std::string_view each : key.asks.parameters) {
    if (found->second.parameters.contains(each)) continue;
    const bool subject = each == "patient" && found->second.parameters.contains("subject");
    key.lacking.push_back("no search parameter " + std::string(each) + (subject ? ", only subject" : ""));
  }
}

bool names(std::string_view only, std::string_view category) {
  const auto at = only.find(category);
  if (!only.starts_with("category=") || at == only.npos) return false;
  const auto end = at + category.size();
  const char before = only[at - 1];
  return (before == '|' || before == '=' || before == ',') &&
         (end == only.size() || only[end] == ',' || only[end] == '&');
}

/// What the scopes leave of a key that the server has.
Served leftBy(const std::vector<Scope>& scopes, KeyServed& key) {
  const Permitted allowed = permitted(scopes, key.asks.type, key.asks.deed);
  if (allowed.all) return Served::Yes;
  if (allowed.only.empty()) {
    const std::string deed = key.asks.deed == Deed::Read ? "read " : "search ";
    key.lacking.push_back("no scope to " + deed + std::string(key.asks.type));
    key.categories.clear();
    return Served::No;
  }
  if (key.asks.categories.empty()) {
    std::string only;
    for (const std::string& each : allowed.only) only += (only.empty() ? "" : ", ") + each;
    key.lacking.push_back("the scope is for " + only + " alone");
    return Served::Part;
  }
  std::erase_if(key.categories, [&](std::string_view category) {
    const bool has = std::any_of(allowed.only.begin(), allowed.only.end(),
                                 [&](const std::string& only) { return names(only, category); });
    if (!has) key.lacking.push_back("no scope for category " + std::string(category));
    return !has;
  });
  if (key.categories.empty()) return Served::No;
  return key.lacking.empty() ? Served::Yes : Served::Part;
}

}  // namespace

Query queryOf(std::string_view tmpl) {
  const auto question = std::min(tmpl.find('?'), tmpl.size());
  Query query;
  query.type = tmpl.substr(0, std::min(tmpl.find('/'), question));
  if (question == tmpl.size()) {
    query.deed = Deed::Read;
    return query;
  }
  for (const std::string_view each : split(tmpl.substr(question + 1), '&')) {
    const std::string_view name = each.substr(0, std::min(each.find('='), each.size()));
    if (!name.starts_with('_')) query.parameters.push_back(name);
    if (name == "category") query.categories = split(each.substr(name.size() + 1), ',');
  }
  return query;
}

std::vector<KeyServed> keysServed(std::span<const hooks::Prefetch> prefetch,
                                  const std::optional<Capability>& capability,
                                  const std::optional<std::vector<Scope>>& scopes) {
  std::vector<KeyServed> keys;
  for (const hooks::Prefetch& each : prefetch) {
    KeyServed key{each.key, each.query, each.required, queryOf(each.query)};
    key.categories = key.asks.categories;
    if (capability) holdAgainst(*capability, key);
    if (!key.lacking.empty()) {
      key.served = Served::No;
      key.categories.clear();
    } else if (scopes) {
      key.served = leftBy(*scopes, key);
    } else if (capability) {
      key.served = Served::Yes;
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace plumbline::doctor
