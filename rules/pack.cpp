#include "rules/pack.h"

#include <algorithm>

namespace plumbline::rules {
namespace {

std::string keyOf(std::string_view system, std::string_view code) {
  std::string key(system);
  key += '|';
  key += code;
  return key;
}

}  // namespace

bool contains(const std::vector<Code>& codes, std::string_view system, std::string_view code) {
  return std::any_of(codes.begin(), codes.end(), [&](const Code& each) {
    return each.system == system && (each.prefix ? code.starts_with(each.code) : code == each.code);
  });
}

std::optional<std::size_t> Pack::find(std::string_view findingId) const {
  const auto found =
      std::find_if(findings.begin(), findings.end(), [&](const Finding& f) { return f.id == findingId; });
  if (found == findings.end()) return std::nullopt;
  return static_cast<std::size_t>(found - findings.begin());
}

const Pathway* Pack::pathway(std::string_view id) const {
  const auto found =
      std::find_if(pathways.begin(), pathways.end(), [&](const Pathway& p) { return p.id == id; });
  return found == pathways.end() ? nullptr : &*found;
}

void Pack::index() {
  exact_.clear();
  prefix_.clear();
  for (std::size_t f = 0; f < findings.size(); ++f) {
    for (std::size_t c = 0; c < findings[f].codes.size(); ++c) {
      const Code& code = findings[f].codes[c];
      (code.prefix ? prefix_ : exact_)[keyOf(code.system, code.code)].push_back({f, c});
    }
  }
}

std::vector<CodeMatch> Pack::match(std::string_view system, std::string_view code) const {
  std::vector<CodeMatch> matches;
  const auto take = [&](const auto& table, std::string_view part) {
    const auto found = table.find(keyOf(system, part));
    if (found == table.end()) return;
    for (const CodeMatch& each : found->second) {
      const bool seen = std::any_of(matches.begin(), matches.end(), [&](const CodeMatch& earlier) {
        return earlier.finding == each.finding;
      });
      if (!seen && !contains(findings[each.finding].excludedCodes, system, code)) matches.push_back(each);
    }
  };
  take(exact_, code);
  for (std::size_t length = code.size(); length > 0; --length) take(prefix_, code.substr(0, length));
  return matches;
}

}  // namespace plumbline::rules
