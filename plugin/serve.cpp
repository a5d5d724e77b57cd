#include "plugin/serve.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "plugin/config.h"
#include "plugin/http/server.h"
#include "plugin/router.h"

namespace plumbline {
namespace {

void log(const std::string& words) {
  std::cerr << "plumbline: " << words << std::endl;
}

void print(const std::vector<fhir::Problem>& problems) {
  for (const auto& each : problems) log(printed(each));
}

std::optional<Config> readConfig(const ServeOptions& options) {
  std::vector<fhir::Problem> problems;
  auto config = options.configFile ? loadConfig(*options.configFile, problems) : defaultConfig();
  print(problems);
  if (config && options.port) config->listen.port = *options.port;
  const auto reachable = [](const Listen& listen) {
    return !Poco::Net::IPAddress(listen.address).isLoopback();
  };
  if (config && options.demo && (reachable(config->listen) || (config->admin && reachable(*config->admin)))) {
    log("a demo answers anybody who reaches it: it listens on 127.0.0.1 or another loopback address only");
    return std::nullopt;
  }
  return config;
}

bool load(Context& context, const Config& config, const ServeOptions& options) {
  std::vector<fhir::Problem> problems;
  auto pack = loadContent(config.pack, problems);
  if (pack) checkSite(config, *pack, options.configFile.value_or(""), problems);
  print(problems);
  if (!problems.empty()) return false;
  pack->screen.requireAttestation = config.requireAttestation;
  log("content " + pack->version + " (" + pack->status + ") " + pack->digest);
  context.metrics.loaded(pack->version, pack->digest);
  context.inForce.store(std::make_shared<const InForce>(
      InForce{*std::move(pack), config.grouping, config.site, rolloutOf(config, options.demo)}));
  return true;
}

http::Server::Options listenOn(const Listen& listen, const Config& config) {
  http::Server::Options options;
  options.address = listen.address;
  options.port = listen.port;
  options.maxConnections = config.connections;
  options.limits = config.limits;
  return options;
}

/// Signals are waited for by one thread instead of interrupting any: blocked here, before threads start.
sigset_t blockSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // Both come back as errors of the call that met them: a client that went away, a file that may not grow.
  for (const int signal : {SIGPIPE, SIGXFSZ}) ::signal(signal, SIG_IGN);
  return set;
}

/// Where the store is: as the command line says, else the configuration, else for this demo alone.
class DataDirectory {
 public:
  DataDirectory(const ServeOptions& options, const Config& config)
      : path_(options.data.empty() ? config.data : options.data) {
    if (!path_.empty()) return;
    std::error_code ignored;
    std::string made = (std::filesystem::temp_directory_path(ignored) / "plumbline-demo-XXXXXX").string();
    temporary_ = ::mkdtemp(made.data()) != nullptr;
    path_ = made;
  }
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory() {
    std::error_code ignored;
    if (temporary_) std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string words() const {
    return "kept in " + path_ + (temporary_ ? " until this demo ends; --data DIR keeps it" : "");
  }

 private:
  std::string path_;
  bool temporary_ = false;
};

void reload(Context& context, const ServeOptions& options, const Config& running) {
  const auto config = readConfig(options);
  if (!config || !load(context, *config, options)) {
    log("reload refused; the configuration and content that were in force stay");
    return;
  }
  std::string changed;
  for (const auto& key : needRestart(running, *config)) changed += (changed.empty() ? "" : ", ") + key;
  log(changed.empty() ? "reloaded" : "reloaded; a restart is needed for what changed in " + changed);
}

void untilStopped(const sigset_t& signals, Context& context, const ServeOptions& options,
                  const Config& running) {
  for (;;) {
    int received = 0;
    if (sigwait(&signals, &received) != 0 || received != SIGHUP) return;
    reload(context, options, running);
  }
}

}  // namespace

int serve(const ServeOptions& options) {
  if (!options.demo) {
    log("refused to start: without --demo only EHRs with a verified token may call, and verifying tokens is "
        "not "
        "built yet. Try `plumbline serve --demo`: loopback only, no authentication.");
    return 1;
  }
  const sigset_t signals = blockSignals();
  const auto config = readConfig(options);
  Context context;
  context.fixedNow = options.now;
  if (!config || !load(context, *config, options)) return 1;
  const DataDirectory data(options, *config);
  log(data.words());
  store::Writer store(data.path(), log);
  context.store = &store;
  const auto side = config->admin ? Side::Services : Side::Everything;
  http::Server server(listenOn(config->listen, *config),
                      [&](const http::Request& request) { return route(context, side, request); });
  context.counters = &server.counters();
  std::unique_ptr<http::Server> admin;
  if (config->admin) {
    admin = std::make_unique<http::Server>(
        listenOn(*config->admin, *config),
        [&](const http::Request& request) { return route(context, Side::Admin, request); });
  }
  try {
    server.start();
    if (admin) admin->start();
  } catch (const Poco::Exception& error) {
    log("cannot listen: " + error.displayText());
    return 1;
  }
  std::cout << "ready http://" << config->listen.address << ":" << server.port() << std::endl;
  untilStopped(signals, context, options, *config);
  log("stopping: requests in flight have " + std::to_string(config->drain.count() / 1000) + " s to finish");
  context.draining = true;
  server.stop(config->drain);
  if (admin) admin->stop(std::chrono::milliseconds(0));
  return 0;
}

}  // namespace plumbline
