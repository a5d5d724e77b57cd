#include "plugin/config_screen.h"

#include <algorithm>
#include <fstream>

#include "plugin/config_trust.h"
#include "plugin/config_value.h"
#include "plugin/fetch/url.h"

namespace plumbline {
namespace {

using namespace config;
using Problems = std::vector<fhir::Problem>;

screen::App readApp(const Value& object, const std::string& path) {
  screen::App app;
  app.client = text(object, "client");
  app.issuer = withoutSlash(text(object, "issuer"));
  app.clientId = text(object, "clientId");
  app.scopes = text(object, "scopes");
  app.authorizationServers = texts(object, "authorizationServers");
  if (const Value* secret = find(object, "secretFile")) app.secretFile = besideFile(path, *secret);
  if (const Value* asserts = find(object, "privateKeyJwt")) app.asserts = asserts->GetBool();
  return app;
}

/// Fills what the app has of its client, and reports where the two do not go together.
void join(screen::App& app, const std::string& where, const std::string& path, const Config& config,
          Problems& problems) {
  const auto client = std::find_if(config.clients.begin(), config.clients.end(),
                                   [&](const Client& each) { return each.name == app.client; });
  if (client == config.clients.end()) {
    problems.push_back({path, where + "/client", "is the name of no client"});
    return;
  }
  app.profile = client->profile;
  const auto issuer = fetch::parseBase(app.issuer);
  const auto& servers = client->fhirServers;
  const bool listed = issuer && std::any_of(servers.begin(), servers.end(), [&](const std::string& each) {
                        return fetch::parseBase(each) == issuer;
                      });
  if (app.asserts && !app.secretFile.empty())
    problems.push_back({path, where + "/secretFile", "is not for an app with privateKeyJwt"});
  if (app.asserts && config.screen.keyFiles.empty())
    problems.push_back({path, where + "/privateKeyJwt", "needs keys: screen.keyFiles names none"});
  if (!listed) problems.push_back({path, where + "/issuer", "is not among the fhirServers of its client"});
}

}  // namespace

void readScreen(const Value& screen, const std::string& path, Config& config, Problems& problems) {
  if (const Value* attestation = find(screen, "requireAttestation"))
    config.requireAttestation = attestation->GetBool();
  config.screen.frameAncestors = texts(screen, "frameAncestors");
  for (std::size_t i = 0; i < config.screen.frameAncestors.size(); ++i) {
    if (!isOrigin(config.screen.frameAncestors[i]))
      problems.push_back({path, "/screen/frameAncestors/" + std::to_string(i),
                          "is no origin; one is like https://ehr.example, without a slash behind"});
  }
  if (const Value* files = find(screen, "keyFiles")) {
    for (const Value& each : files->GetArray()) config.screen.keyFiles.push_back(besideFile(path, each));
  }
  const Value* apps = find(screen, "apps");
  if (!apps) return;
  if (config.baseUrl.empty() && !apps->Empty())
    problems.push_back({path, "/screen/apps", "need a baseUrl, to which an EHR sends the browser back"});
  for (rapidjson::SizeType i = 0; i < apps->Size(); ++i) {
    const std::string where = "/screen/apps/" + std::to_string(i);
    screen::App app = readApp((*apps)[i], path);
    join(app, where, path, config, problems);
    for (std::size_t j = 0; j < app.authorizationServers.size(); ++j) {
      const auto base = fetch::parseBase(app.authorizationServers[j]);
      if (!base || !base->path.empty())
        problems.push_back({path, where + "/authorizationServers/" + std::to_string(j),
                            "is no plain address of a server; one is like https://login.example"});
    }
    const bool again = std::any_of(
        config.screen.apps.begin(), config.screen.apps.end(),
        [&](const auto& each) { return fetch::parseBase(each.issuer) == fetch::parseBase(app.issuer); });
    if (again) problems.push_back({path, where + "/issuer", "is the issuer of another app"});
    config.screen.apps.push_back(std::move(app));
  }
}

std::vector<certs::SigningKey> readScreenKeys(const Config& config, Problems& problems) {
  std::vector<certs::SigningKey> keys;
  for (std::size_t i = 0; i < config.screen.keyFiles.size(); ++i) {
    const std::string& file = config.screen.keyFiles[i];
    auto read = certs::SigningKey::ofFile(file);
    const auto* why = std::get_if<std::string>(&read);
    std::string problem = why ? *why : "";
    if (!why) {
      auto& key = std::get<certs::SigningKey>(read);
      const bool again =
          std::any_of(keys.begin(), keys.end(), [&](const auto& each) { return each.kid() == key.kid(); });
      if (again) problem = file + " holds the key of another of them";
      if (!again) keys.push_back(std::move(key));
    }
    if (!problem.empty()) problems.push_back({config.file, "/screen/keyFiles/" + std::to_string(i), problem});
  }
  return keys;
}

void checkScreenExposed(const Config& config, const std::string& file, Problems& problems) {
  for (std::size_t i = 0; i < config.screen.frameAncestors.size(); ++i) {
    if (config.screen.frameAncestors[i].starts_with("http://") && !config.development.allowPlainHttp)
      problems.push_back({file, "/screen/frameAncestors/" + std::to_string(i),
                          "is plain http, which only development.allowPlainHttp permits"});
  }
  for (std::size_t i = 0; i < config.screen.apps.size(); ++i) {
    const auto& app = config.screen.apps[i];
    const std::string where = "/screen/apps/" + std::to_string(i);
    if (!app.secretFile.empty() && !std::ifstream(app.secretFile))
      problems.push_back({file, where + "/secretFile", "cannot be read"});
    for (std::size_t j = 0; j < app.authorizationServers.size(); ++j) {
      const auto problem = problemOfUrl(app.authorizationServers[j], config.development);
      if (!problem.empty())
        problems.push_back({file, where + "/authorizationServers/" + std::to_string(j), problem});
    }
  }
}

}  // namespace plumbline
