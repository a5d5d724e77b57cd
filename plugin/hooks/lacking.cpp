#include "plugin/hooks/lacking.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace plumbline::hooks {
namespace {

using fetch::Why;

/// `query` with the hook's context in it; nothing where the context lacks something, or where the template
/// asks for more than a name of the context.
std::optional<std::string> filledIn(std::string_view query, const HookRequest& request) {
  std::string text;
  while (!query.empty()) {
    const auto open = std::min(query.find("{{"), query.size());
    text += query.substr(0, open);
    query.remove_prefix(open);
    if (query.empty()) break;
    const auto close = std::min(query.find("}}"), query.size());
    const std::string_view token = query.substr(0, close);
    const std::string_view value = token == "{{context.patientId"     ? request.patientId
                                   : token == "{{context.encounterId" ? request.encounterId
                                                                      : std::string_view{};
    if (value.empty()) return std::nullopt;
    text += value;
    query.remove_prefix(std::min(close + 2, query.size()));
  }
  return text;
}

/// The client's own query for a key, else the standard's where the client's needs what only an EHR works out.
std::optional<std::string> queryFor(std::string_view key, const HookRequest& request, const Profile& client) {
  std::optional<std::string> query;
  for (const auto& table : {client.prefetch, prefetch()}) {
    for (const Prefetch& each : table) {
      if (!query && each.key == key) query = filledIn(each.query, request);
    }
  }
  return query;
}

bool asksFor(const Profile& client, std::string_view key) {
  return std::any_of(client.prefetch.begin(), client.prefetch.end(),
                     [&](const Prefetch& each) { return each.key == key; });
}

/// The type of what a query answers with.
std::string_view typeOf(std::string_view query) {
  return query.find('?') == query.npos ? query.substr(0, std::min(query.find('/'), query.size())) : "Bundle";
}

/// The prefetched first page of a search that has more, or nothing.
std::optional<std::string_view> furtherPage(const HookRequest& request, std::string_view key) {
  const auto came = request.prefetch ? fhir::member(*request.prefetch, key) : std::nullopt;
  if (!came || fhir::text(*came, "resourceType") != "Bundle") return std::nullopt;
  return fetch::nextLink(*came);
}

}  // namespace

const fetch::Fetched* Supplement::of(std::string_view key) const {
  const auto found = std::find_if(fetched.begin(), fetched.end(),
                                  [&](const fetch::Fetched& each) { return each.key == key; });
  return found == fetched.end() ? nullptr : &*found;
}

std::vector<fetch::Wanted> lackingQueries(const HookRequest& request, const Profile& client,
                                          const fetch::Base& server, std::map<std::string_view, Why>& why) {
  std::vector<fetch::Wanted> wanted;
  for (const Prefetch& each : prefetch()) {
    if (request.prefetch && fhir::has(*request.prefetch, each.key)) {
      const auto link = furtherPage(request, each.key);
      auto target = link ? fetch::targetWithin(server, *link) : std::nullopt;
      if (target) wanted.push_back({each.key, *std::move(target), "Bundle", true});
    } else if (!asksFor(client, each.key)) {
      why[each.key] = Why::NotSearched;
    } else if (const auto query = queryFor(each.key, request, client)) {
      std::string_view type = typeOf(each.query);
      wanted.push_back({each.key, server.path + "/" + *query, type, false});
    } else {
      why[each.key] = Why::NoContext;
    }
  }
  return wanted;
}

Supplement fetchLacking(const HookRequest& request, const Profile& client, const Access& access) {
  Supplement supplement;
  if (!access.fetcher) return supplement;
  const auto grant = fetch::grantOf(request.root, access.servers);
  if (const auto* refused = std::get_if<Why>(&grant)) {
    if (*refused == Why::NotListed) access.fetcher->refuseServer();
    for (const Prefetch& each : prefetch()) supplement.why[each.key] = *refused;
    return supplement;
  }
  const auto& granted = std::get<fetch::Grant>(grant);
  auto wanted = lackingQueries(request, client, granted.server, supplement.why);
  supplement.fetched = access.fetcher->fetch(granted, std::move(wanted), access.until, access.trace);
  for (const auto& each : supplement.fetched) supplement.why[each.key] = each.why;
  return supplement;
}

}  // namespace plumbline::hooks
