#include "plugin/config.h"

#include <Poco/Net/IPAddress.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "plugin/config_fetch.h"
#include "plugin/config_screen.h"
#include "plugin/config_trust.h"
#include "plugin/config_value.h"

namespace plumbline {
namespace {

constexpr int kExplanationHours = 8;  ///< a shift

using namespace config;

template <class Number>
void number(const Value& object, const char* key, Number& into) {
  if (const Value* found = find(object, key)) into = static_cast<Number>(found->GetInt64());
}

void milliseconds(const Value& object, const char* key, std::chrono::milliseconds& into) {
  if (const Value* found = find(object, key)) into = std::chrono::seconds(found->GetInt64());
}

Listen readListen(const Value& object, const std::string& path) {
  Listen listen;
  if (const Value* address = find(object, "address")) listen.address = address->GetString();
  number(object, "port", listen.port);
  if (const Value* tls = find(object, "tls")) {
    listen.tls = TlsFiles{besideFile(path, (*tls)["certificate"]), besideFile(path, (*tls)["key"]), ""};
    if (const Value* authority = find(*tls, "clientAuthority"))
      listen.tls->clientAuthority = besideFile(path, *authority);
  }
  return listen;
}

void readLimits(const Value& object, Config& config) {
  number(object, "bodyBytes", config.limits.head.bodyBytes);
  number(object, "headerBytes", config.limits.head.bytes);
  milliseconds(object, "headerSeconds", config.limits.headTime);
  milliseconds(object, "idleSeconds", config.limits.idleTime);
  number(object, "bodyBytesPerSecond", config.limits.bodyBytesPerSecond);
  number(object, "bytesInFlight", config.limits.bytesInFlight);
  number(object, "connections", config.connections);
  milliseconds(object, "drainSeconds", config.drain);
  number(object, "clientRequestsPerSecond", config.rates.client);
  number(object, "refusalsPerSecond", config.rates.refusals);
}

void readCards(const Value& object, Config& config) {
  if (const Value* grouping = find(object, "grouping")) {
    const bool single = std::string_view(grouping->GetString()) == "single";
    config.grouping = single ? cards::Grouping::Single : cards::Grouping::PerPathway;
  }
  if (const Value* orders = find(object, "orders")) {
    for (const auto& each : orders->GetObject()) {
      const Value& code = each.value;
      config.site.orders[each.name.GetString()] = {text(code, "code"), text(code, "system"),
                                                   text(code, "display")};
    }
  }
  if (const Value* times = find(object, "snoozeHours")) {
    for (const auto& each : times->GetObject())
      config.snooze[each.name.GetString()] = std::chrono::hours(each.value.GetInt());
  }
  if (const Value* links = find(object, "links")) {
    config.site.explanationUrl = text(*links, "explanation");
    config.site.screenUrl = text(*links, "screen");
  }
  const Value* explanations = find(object, "explanations");
  if (explanations && (*explanations)["ofPatient"].GetBool()) {
    int hours = kExplanationHours;
    number(*explanations, "hours", hours);
    config.site.explanationLife = std::chrono::hours(hours);
  }
}

void readKnowledge(const Value& object, const std::string& path, Config& config) {
  const auto take = [&](const char* key, std::string& into) {
    if (const Value* found = find(object, key)) into = besideFile(path, *found);
  };
  take("pack", config.pack);
  config.signature = config.pack + ".sig";
  take("signature", config.signature);
  take("publicKey", config.publicKey);
  take("overlay", config.overlay);
}

/// What a store of one type needs, one of the other may not have: it would be believed to be in force.
void readStore(const Value& object, const std::string& path, Config& config,
               std::vector<fhir::Problem>& problems) {
  const bool shared = text(object, "type") == "postgresql";
  const auto take = [&](const char* key, bool ofShared, bool needed) {
    const Value* found = find(object, key);
    if (found && ofShared != shared)
      problems.push_back({path, std::string("/store/") + key, "is not of this type of store"});
    if (!found && needed && ofShared == shared)
      problems.push_back({path, "/store", std::string("needs ") + key});
    return found && ofShared == shared ? std::string(found->GetString()) : std::string();
  };
  const auto beside = [&](const std::string& name) { return name.empty() ? name : besideFile(path, name); };
  config.store.directory = beside(take("path", false, true));
  config.store.connection = take("connection", true, true);
  config.store.keyFile = beside(take("keyFile", true, true));
  config.store.passwordFile = beside(take("passwordFile", true, false));
  if (const std::string problem = store::problemOf(config.store); !problem.empty())
    problems.push_back({path, "/store/connection", problem});
}

Mode modeNamed(std::string_view name) {
  if (name == "on") return Mode::On;
  if (name == "pilot") return Mode::Pilot;
  return name == "off" ? Mode::Off : Mode::Silent;
}

void readModes(const Value& object, const char* key, std::map<std::string, Mode, std::less<>>& into) {
  const Value* modes = find(object, key);
  if (!modes) return;
  for (const auto& each : modes->GetObject()) into[each.name.GetString()] = modeNamed(each.value.GetString());
}

void readRollout(const Value& object, Config& config) {
  if (const Value* standard = find(object, "default"))
    config.rolloutDefault = modeNamed(standard->GetString());
  readModes(object, "pathways", config.rollout.answers);
  readModes(object, "services", config.rollout.services);
  const Value* pilot = find(object, "pilot");
  if (!pilot) return;
  number(*pilot, "percent", config.rollout.pilot.percent);
  if (const Value* seed = find(*pilot, "seed")) config.rollout.pilot.seed = seed->GetString();
  if (const Value* places = find(*pilot, "places")) {
    for (const auto& each : places->GetArray()) config.rollout.pilot.places.emplace_back(each.GetString());
  }
}

/// A service nobody has would be one somebody believes to be silent; a pilot without anybody, likewise.
void checkRollout(const Config& config, const std::string& path, std::vector<fhir::Problem>& problems) {
  bool pilot = config.rolloutDefault == Mode::Pilot;
  for (const auto& [name, mode] : config.rollout.answers) pilot = pilot || mode == Mode::Pilot;
  for (const auto& [name, mode] : config.rollout.services) {
    pilot = pilot || mode == Mode::Pilot;
    if (!hooks::service(name))
      problems.push_back({path, "/rollout/services/" + name, "no service has this name"});
  }
  if (pilot && config.rollout.pilot.reachesNobody())
    problems.push_back({path, "/rollout/pilot", "reaches nobody: needs percent or places"});
}

/// What the schema cannot say: values that do not go together, and addresses that are not safe.
void checkTogether(const Config& config, const std::string& path, std::vector<fhir::Problem>& problems) {
  if (config.admin && config.admin->port != 0 && config.admin->port == config.listen.port)
    problems.push_back({path, "/admin/port", "is the port of listen"});
  const auto checkAddress = [&](const Listen& listen, const char* pointer) {
    Poco::Net::IPAddress ignored;
    if (!Poco::Net::IPAddress::tryParse(listen.address, ignored))
      problems.push_back({path, pointer, "must be an IP address"});
  };
  checkAddress(config.listen, "/listen/address");
  if (config.admin) checkAddress(*config.admin, "/admin/address");
  const std::pair<const char*, const std::string&> links[] = {{"explanation", config.site.explanationUrl},
                                                              {"screen", config.site.screenUrl}};
  for (const auto& [key, url] : links) {
    const bool plain = config.development.allowPlainHttp && url.starts_with("http://");
    if (!url.empty() && !plain && !url.starts_with("https://"))
      problems.push_back({path, std::string("/cards/links/") + key, "must begin with https://"});
  }
  if (config.site.explanationLife.count() != 0 && !cards::isOwnKnowledge(config.site.explanationUrl))
    problems.push_back(
        {path, "/cards/explanations/ofPatient",
         "needs cards.links.explanation to be this service's own page, which ends in /knowledge"});
  if (config.limits.bytesInFlight < config.limits.head.bodyBytes)
    problems.push_back(
        {path, "/limits/bytesInFlight", "is less than bodyBytes, so that no such body is taken"});
}

}  // namespace

std::string contentDirectory() {
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto installed = program.parent_path().parent_path() / "share" / "plumbline";
  return std::filesystem::exists(installed / "content", ignored) ? installed.string() : PLUMBLINE_SHARE;
}

bool isLoopback(const Listen& listen) {
  Poco::Net::IPAddress address;
  return Poco::Net::IPAddress::tryParse(listen.address, address) && address.isLoopback();
}

Config defaultConfig() {
  Config config;
  config.pack = contentDirectory() + "/content";
  return config;
}

std::optional<Config> loadConfig(const std::string& path, std::vector<fhir::Problem>& problems) {
  const std::size_t before = problems.size();
  const auto document = fhir::readAuthored(path, path, problems);
  const auto schema =
      fhir::readAuthored(contentDirectory() + "/plumbline.schema.json", "plumbline.schema.json", problems);
  if (problems.size() != before || !fhir::checkSchema(document, schema, path, problems)) return std::nullopt;
  Config config = defaultConfig();
  config.file = path;
  if (const Value* listen = find(document, "listen")) config.listen = readListen(*listen, path);
  if (const Value* admin = find(document, "admin")) config.admin = readListen(*admin, path);
  if (const Value* console = find(document, "console"); console && find(*console, "tokenFile"))
    config.consoleToken = besideFile(path, (*console)["tokenFile"]);
  if (const Value* knowledge = find(document, "knowledge")) readKnowledge(*knowledge, path, config);
  if (const Value* store = find(document, "store")) readStore(*store, path, config, problems);
  if (const Value* limits = find(document, "limits")) {
    readLimits(*limits, config);
    readFetching(*limits, path, config, problems);
  }
  if (const Value* cards = find(document, "cards")) readCards(*cards, config);
  if (const Value* review = find(document, "review")) {
    number(*review, "shown", config.review.shown);
    number(*review, "overriddenPercent", config.review.overriddenPercent);
    number(*review, "ignoredPercent", config.review.ignoredPercent);
  }
  if (const Value* rollout = find(document, "rollout")) readRollout(*rollout, config);
  readTrust(document, path, config, problems);
  if (const Value* screen = find(document, "screen")) readScreen(*screen, path, config, problems);
  checkTogether(config, path, problems);
  checkServers(config, path, problems);
  checkRollout(config, path, problems);
  return problems.size() == before ? std::optional(config) : std::nullopt;
}

void checkSite(const Config& config, const rules::Pack& pack, const std::string& file,
               std::vector<fhir::Problem>& problems) {
  for (const std::string& order : cards::unknownOrders(config.site, pack))
    problems.push_back({file, "/cards/orders/" + order, "no pathway offers an order of this name"});
  const auto answers = answersOf(pack);
  for (const auto& [name, mode] : config.rollout.answers) {
    if (std::find(answers.begin(), answers.end(), name) == answers.end())
      problems.push_back({file, "/rollout/pathways/" + name, "there is no such pathway or answer"});
  }
  for (const auto& [code, time] : config.snooze) {
    const auto isIt = [&wanted = code](const rules::OverrideReason& each) { return each.code == wanted; };
    if (code != kOtherReasons && std::none_of(pack.overrides.begin(), pack.overrides.end(), isIt))
      problems.push_back({file, "/cards/snoozeHours/" + code, "no card offers a reason with this code"});
  }
}

Rollout rolloutOf(const Config& config, bool demo) {
  Rollout rollout = config.rollout;
  rollout.standard = config.rolloutDefault.value_or(demo ? Mode::On : Mode::Silent);
  return rollout;
}

std::string printed(const fhir::Problem& problem) {
  return problem.file + (problem.pointer.empty() ? "" : ":" + problem.pointer) + ": " + problem.message;
}

std::vector<std::string> needRestart(const Config& before, const Config& after) {
  std::vector<std::string> changed;
  const auto moved = [](const Listen& a, const Listen& b) {
    return a.address != b.address || a.port != b.port || a.tls.has_value() != b.tls.has_value();
  };
  if (moved(before.listen, after.listen)) {
    changed.emplace_back("listen");
    if (before.baseUrl != after.baseUrl) changed.emplace_back("baseUrl");
  }
  if (!(before.admin == after.admin)) changed.emplace_back("admin");
  if (before.store != after.store) changed.emplace_back("store");
  const bool limits =
      before.limits == after.limits && before.connections == after.connections && before.drain == after.drain;
  if (!limits) changed.emplace_back("limits");
  return changed;
}

}  // namespace plumbline
