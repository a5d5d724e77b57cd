#include "plugin/fhir_access.h"

namespace plumbline {

fetch::Policy fetchPolicy(const Config& config, std::chrono::milliseconds budget) {
  fetch::Policy policy;
  policy.reachable.addresses = {config.development.allowLoopback, config.fetching.networks};
  policy.reachable.connections = config.fetching.connections;
  policy.reachable.authority = config.authority;
  policy.budget = budget;
  policy.pages = config.fetching.pages;
  policy.bytes = config.limits.head.bodyBytes;
  policy.bytesInFlight = config.limits.bytesInFlight;
  return policy;
}

FhirAccess::FhirAccess(const Config& config, fetch::Counters& counters)
    : fetcher_(fetchPolicy(config, config.fetching.budget), counters), deadline_(config.fetching.deadline) {
  for (const Client& client : config.clients) {
    for (const std::string& url : client.fhirServers) {
      const auto base = fetch::parseBase(url);
      if (!base || (!base->tls && !config.development.allowPlainHttp)) continue;
      listed_[client.name].push_back(*base);
      listed_[""].push_back(*base);
    }
  }
}

hooks::Access FhirAccess::of(std::string_view client, fetch::Clock::time_point began) {
  const auto found = listed_.find(client);
  hooks::Access access{&fetcher_, {}, began + deadline_};
  if (found != listed_.end()) access.servers = found->second;
  return access;
}

}  // namespace plumbline
