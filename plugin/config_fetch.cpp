#include "plugin/config_fetch.h"

#include "plugin/config_value.h"
#include "plugin/fetch/url.h"

namespace plumbline {
namespace {

using config::find;

template <class Number>
void read(const rapidjson::Value& object, const char* key, Number& into) {
  if (const auto* found = find(object, key)) into = Number(found->GetInt64());
}

}  // namespace

void readFetching(const rapidjson::Value& limits, const std::string& path, Config& config,
                  std::vector<fhir::Problem>& problems) {
  Fetching& fetching = config.fetching;
  read(limits, "requestMilliseconds", fetching.deadline);
  read(limits, "fhirMilliseconds", fetching.budget);
  read(limits, "fhirPages", fetching.pages.pages);
  read(limits, "fhirResources", fetching.pages.resources);
  read(limits, "fhirConnections", fetching.connections);
  if (fetching.budget >= fetching.deadline)
    problems.push_back(
        {path, "/limits/fhirMilliseconds", "leaves nothing of requestMilliseconds to answer in"});
  const auto* networks = find(limits, "fhirNetworks");
  if (!networks) return;
  for (rapidjson::SizeType i = 0; i < networks->Size(); ++i) {
    if (const auto network = fetch::parseNetwork((*networks)[i].GetString())) {
      fetching.networks.push_back(*network);
    } else {
      problems.push_back({path, "/limits/fhirNetworks/" + std::to_string(i),
                          "is no network; one is like 10.20.0.0/16 or fd12:3456::/48"});
    }
  }
}

void checkServers(const Config& config, const std::string& path, std::vector<fhir::Problem>& problems) {
  for (std::size_t i = 0; i < config.clients.size(); ++i) {
    const auto& servers = config.clients[i].fhirServers;
    for (std::size_t j = 0; j < servers.size(); ++j) {
      if (!fetch::parseBase(servers[j]))
        problems.push_back({path, "/clients/" + std::to_string(i) + "/fhirServers/" + std::to_string(j),
                            "is no plain base address: scheme, host, port and path, nothing escaped"});
    }
  }
}

}  // namespace plumbline
