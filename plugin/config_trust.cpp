#include "plugin/config_trust.h"

#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "plugin/config_screen.h"
#include "plugin/config_value.h"
#include "plugin/hooks/profiles.h"

namespace plumbline {
namespace {

using namespace config;
using Problems = std::vector<fhir::Problem>;

std::string at(const std::string& list, std::size_t index) {
  return list + "/" + std::to_string(index);
}

/// One client; `where` is its pointer.
class ClientReader {
 public:
  ClientReader(const Value& object, std::string where, const std::string& path, Problems& problems)
      : object_(object), where_(std::move(where)), path_(path), problems_(problems) {}

  Client read() {
    Client client;
    client.name = object_["name"].GetString();
    client.issuer = object_["issuer"].GetString();
    client.keys = keys();
    client.audiences = texts(object_, "audiences");
    if (find(object_, "algorithms")) client.algorithms = algorithms();
    for (auto& each : texts(object_, "fhirServers"))
      client.fhirServers.push_back(withoutSlash(std::move(each)));
    client.tenants = texts(object_, "tenants");
    if (const Value* profile = find(object_, "profile")) client.profile = profile->GetString();
    if (!hooks::profile(client.profile)) wrong("/profile", "is none of " + profileNames());
    if (const Value* replay = find(object_, "replay"))
      client.replay =
          std::string_view(replay->GetString()) == "log" ? Client::Replay::Log : Client::Replay::Reject;
    return client;
  }

 private:
  void wrong(const std::string& below, std::string message) {
    problems_.push_back({path_, where_ + below, std::move(message)});
  }

  KeySource keys() {
    constexpr std::array<std::pair<const char*, KeySource::Kind>, 3> kKinds{
        {{"jwksUrl", KeySource::Kind::Url},
         {"jwksFile", KeySource::Kind::File},
         {"jkuListUrl", KeySource::Kind::JkuList}}};
    KeySource source;
    int given = 0;
    for (const auto& [option, kind] : kKinds) {
      const Value* where = find(object_, option);
      if (!where) continue;
      ++given;
      source = {kind, where->GetString()};
    }
    if (given == 0) wrong("", "has no keys: one of jwksUrl, jwksFile and jkuListUrl is needed");
    if (given > 1) wrong("", "has more than one of jwksUrl, jwksFile and jkuListUrl");
    if (source.kind == KeySource::Kind::File) source.where = besideFile(path_, source.where);
    return source;
  }

  std::vector<certs::Algorithm> algorithms() {
    std::vector<certs::Algorithm> read;
    const auto names = texts(object_, "algorithms");
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const auto algorithm = certs::algorithm(names[i])) {
        read.push_back(*algorithm);
      } else if (names[i].starts_with("HS") || names[i] == "none") {
        wrong(at("/algorithms", i), "lets anybody sign who can verify; a public-key algorithm is needed");
      } else {
        wrong(at("/algorithms", i),
              "is none of ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512");
      }
    }
    return read;
  }

  static std::string profileNames() {
    std::string names;
    for (const auto& each : hooks::profiles()) names += (names.empty() ? "" : ", ") + std::string(each.name);
    return names;
  }

  const Value& object_;
  std::string where_;
  const std::string& path_;
  Problems& problems_;
};

void readClients(const Value& list, const std::string& path, Config& config, Problems& problems) {
  std::set<std::string> names, issuers;
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    const std::string where = at("/clients", i);
    Client client = ClientReader(list[i], where, path, problems).read();
    if (!names.insert(client.name).second)
      problems.push_back({path, where + "/name", "is the name of another client"});
    if (!issuers.insert(client.issuer).second)
      problems.push_back({path, where + "/issuer", "is the issuer of another client"});
    config.clients.push_back(std::move(client));
  }
}

/// "host:port", with brackets around an address of version 6.
std::optional<ReplayStore> parseStore(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  ReplayStore store{std::string(host), 0, ""};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), store.port);
  const bool whole = error == std::errc() && end == port.data() + port.size() && store.port != 0;
  const bool named = !host.empty() && host.find_first_of("/@ []") == std::string_view::npos;
  return whole && named ? std::optional(store) : std::nullopt;
}

void readReplay(const Value& replay, const std::string& path, Config& config, Problems& problems) {
  const bool redis = std::string_view(replay["type"].GetString()) == "redis";
  for (const char* key : {"address", "passwordFile"}) {
    if (!redis && find(replay, key))
      problems.push_back({path, std::string("/replay/") + key, "is of type redis only"});
  }
  if (!redis) return;
  config.replayStore = parseStore(text(replay, "address"));
  if (!config.replayStore) {
    problems.push_back({path, "/replay/address", "is needed: host:port, as redis.hospital.example:6379"});
  } else if (const Value* file = find(replay, "passwordFile")) {
    config.replayStore->passwordFile = besideFile(path, *file);
  }
}

/// Who may call: clients over TLS, or with `setup` nobody.
void checkReach(const Config& config, const std::string& file, Problems& problems) {
  const auto wrong = [&](const char* pointer, const char* message) {
    problems.push_back({file, pointer, message});
  };
  if (config.setup) {
    if (!config.clients.empty()) wrong("/setup", "is for a first start without clients; take it out");
    if (!isLoopback(config.listen)) wrong("/listen/address", "must be loopback with setup");
    if (config.admin && !isLoopback(*config.admin)) wrong("/admin/address", "must be loopback with setup");
    return;
  }
  if (config.clients.empty())
    wrong("/clients", "is empty: without --demo only EHRs that are listed here may call");
  if (!config.listen.tls && !config.development.allowPlainHttp)
    wrong("/listen", "has no tls: plain http is only for development.allowPlainHttp");
}

}  // namespace

bool isOrigin(const std::string& text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view host = std::string_view(text).substr(scheme.size());
    return !host.empty() && host.find_first_of("/?#@*;' \t,\\\"") == std::string_view::npos;
  }
  return false;
}

void readTrust(const Value& document, const std::string& path, Config& config, Problems& problems) {
  if (const Value* setup = find(document, "setup")) config.setup = setup->GetBool();
  if (const Value* clients = find(document, "clients")) readClients(*clients, path, config, problems);
  if (const Value* auth = find(document, "auth"); auth && find(*auth, "discovery")) {
    const bool open = std::string_view((*auth)["discovery"].GetString()) == "open";
    config.discovery = open ? Discovery::Open : Discovery::Required;
  }
  if (const Value* replay = find(document, "replay")) readReplay(*replay, path, config, problems);
  if (const Value* base = find(document, "baseUrl")) config.baseUrl = withoutSlash(base->GetString());
  if (const Value* development = find(document, "development")) {
    const auto allowed = [&](const char* key) {
      return find(*development, key) && (*development)[key].GetBool();
    };
    config.development = {allowed("allowPlainHttp"), allowed("allowLoopback")};
  }
  if (const Value* cors = find(document, "cors")) config.corsOrigins = texts(*cors, "origins");
  for (std::size_t i = 0; i < config.corsOrigins.size(); ++i) {
    if (!isOrigin(config.corsOrigins[i]))
      problems.push_back({path, at("/cors/origins", i),
                          "is no origin; one is like https://ehr.example, without a slash behind"});
  }
  if (const Value* outgoing = find(document, "outgoing"); outgoing && find(*outgoing, "authority"))
    config.authority = besideFile(path, (*outgoing)["authority"]);
}

void checkExposed(const Config& config, const std::string& file, Problems& problems) {
  const auto wrong = [&](std::string pointer, std::string message) {
    problems.push_back({file, std::move(pointer), std::move(message)});
  };
  const Development& permitted = config.development;
  checkReach(config, file, problems);
  if (store::isExposed(config.store) && !permitted.allowPlainHttp)
    wrong("/store/connection",
          "leaves this machine without sslmode=verify-full, which only development.allowPlainHttp permits");
  // The address a token is meant for may be this machine: nobody calls it from here.
  const Development base{permitted.allowPlainHttp, true};
  if (!config.baseUrl.empty()) {
    if (const auto problem = problemOfUrl(config.baseUrl, base); !problem.empty()) wrong("/baseUrl", problem);
  }
  for (std::size_t i = 0; i < config.clients.size(); ++i) {
    const Client& client = config.clients[i];
    const std::string where = at("/clients", i);
    if (config.baseUrl.empty() && client.audiences.empty())
      wrong(where + "/audiences",
            "is empty and there is no baseUrl: no token could be meant for this service");
    if (client.keys.kind != KeySource::Kind::File) {
      const auto problem = problemOfUrl(client.keys.where, permitted);
      const bool list = client.keys.kind == KeySource::Kind::JkuList;
      if (!problem.empty()) wrong(where + (list ? "/jkuListUrl" : "/jwksUrl"), problem);
    }
    for (std::size_t j = 0; j < client.fhirServers.size(); ++j) {
      const auto problem = problemOfUrl(client.fhirServers[j], permitted);
      if (!problem.empty()) wrong(at(where + "/fhirServers", j), problem);
    }
  }
  for (std::size_t i = 0; i < config.corsOrigins.size(); ++i) {
    if (config.corsOrigins[i].starts_with("http://") && !permitted.allowPlainHttp)
      wrong(at("/cors/origins", i), "is plain http, which only development.allowPlainHttp permits");
  }
  checkScreenExposed(config, file, problems);
}

}  // namespace plumbline
