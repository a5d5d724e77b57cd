#include "plugin/serve.h"

#include <Poco/Exception.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "plugin/auth/authenticator.h"
#include "plugin/config.h"
#include "plugin/config_files.h"
#include "plugin/config_screen.h"
#include "plugin/http/server.h"
#include "plugin/knowledge.h"
#include "plugin/log.h"
#include "plugin/notify.h"
#include "plugin/router.h"
#include "plugin/store/check.h"
#include "plugin/store/moment.h"

namespace plumbline {
namespace {

using log::Level;
using log::ours;

void print(const std::vector<fhir::Problem>& problems) {
  for (const auto& each : problems) log::say(Level::Error, "problem", {ours("problem", printed(each))});
}

std::optional<Config> readConfig(const ServeOptions& options) {
  std::vector<fhir::Problem> problems;
  auto config =
      options.configFile ? loadConfig(*options.configFile, problems) : std::optional(defaultConfig());
  if (config && !options.demo) {
    checkExposed(*config, options.configFile.value_or("configuration"), problems);
    if (options.now && !config->development.any())
      problems.push_back({"--now", "", "is only for a demo or where `development` permits it"});
  }
  print(problems);
  if (!problems.empty()) return std::nullopt;
  if (config && options.port) config->listen.port = *options.port;
  if (config && options.demo &&
      (!isLoopback(config->listen) || (config->admin && !isLoopback(*config->admin)))) {
    log::say(
        Level::Error,
        "a demo answers anybody who reaches it: it listens on 127.0.0.1 or another loopback address only");
    return std::nullopt;
  }
  return config;
}

/// Reads what TLS is served with; says in the log what will need somebody soon.
TlsContexts readFiles(const Config& config, const ServeOptions& options,
                      std::vector<fhir::Problem>& problems) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::vector<fhir::Problem> notes;
  checkFiles(config, now, problems, notes);
  for (const auto& each : notes) log::say(Level::Warning, "note", {ours("note", printed(each))});
  TlsContexts contexts = readTls(config, problems);
  if (!options.demo) checkNotForDevelopment(contexts, config, problems);
  return contexts;
}

std::shared_ptr<auth::Authenticator> readClients(const Context& context, const Config& config,
                                                 const ServeOptions& options,
                                                 std::vector<fhir::Problem>& problems) {
  if (options.demo) return nullptr;
  const auto before = context.inForce.load();
  const auto tell = [](const std::string& words) {
    log::say(Level::Warning, "keys", {ours("detail", words)});
  };
  auto authenticator = std::make_shared<auth::Authenticator>(
      config, tell, before ? before->authenticator.get() : nullptr, problems);
  if (auto* replays = authenticator->sharedReplays()) replays->probe(context.now());
  return authenticator;
}

/// Puts what a configuration names in force, all of it or, with every problem printed, nothing.
std::optional<TlsContexts> load(Context& context, const Config& config, const ServeOptions& options) {
  std::vector<fhir::Problem> problems;
  auto pack = loadKnowledge(config, options.demo, problems);
  if (pack) checkSite(config, *pack, options.configFile.value_or(""), problems);
  auto authenticator = readClients(context, config, options, problems);
  auto tls = readFiles(config, options, problems);
  auto keys = readScreenKeys(config, problems);
  std::string noConsole;
  auto console = pages::consoleOf(config, noConsole, problems);
  print(problems);
  if (!problems.empty()) return std::nullopt;
  if (!console && config.admin) log::say(Level::Warning, "there is no console", {ours("why", noConsole)});
  pack->screen.requireAttestation = config.requireAttestation;
  if (context.assessments && config.site.explanationLife.count() == 0) context.assessments->clear();
  log::say(Level::Info, "content loaded",
           {ours("version", pack->version), ours("status", pack->status), ours("digest", pack->digest)});
  context.metrics.loaded(pack->version, pack->digest);
  if (config.setup && !options.demo)
    log::say(Level::Warning, "setup: no call is taken until clients are listed and `setup` is taken out");
  const Rollout rollout = withoutDisabled(rolloutOf(config, options.demo), *pack);
  log::say(Level::Info, "rollout", {ours("modes", words(rollout))});
  context.inForce.store(std::make_shared<const InForce>(InForce{
      *std::move(pack), config.grouping, config.site, rollout, config.snooze, std::move(authenticator),
      config.discovery, config.corsOrigins, std::make_shared<FhirAccess>(config, context.fetched),
      config.screen.apps.empty() && keys.empty()
          ? nullptr
          : std::make_shared<screen::Ehrs>(config, std::move(keys), context.fetched),
      std::move(console)}));
  return tls;
}

bool loadPages(Context& context) {
  std::vector<fhir::Problem> problems;
  context.files = pages::loadFiles(contentDirectory() + "/web", problems);
  print(problems);
  return problems.empty();
}

http::Server::Options listenOn(const Listen& listen, const Config& config, certs::ServerContext tls) {
  http::Server::Options options;
  options.address = listen.address;
  options.port = listen.port;
  options.maxConnections = config.connections;
  options.limits = config.limits;
  options.tls = std::move(tls);
  return options;
}

/// A core would hold charts and tokens.
void leaveNoCores() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
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

/// Where the store is: as the command line says, else the configuration, else for this run alone.
class DataDirectory {
 public:
  DataDirectory(const ServeOptions& options, const Config& config)
      : place_(options.data.empty() ? config.store : store::Place{options.data}) {
    if (!place_.none()) return;
    std::error_code ignored;
    std::string made = (std::filesystem::temp_directory_path(ignored) / "plumbline-data-XXXXXX").string();
    temporary_ = ::mkdtemp(made.data()) != nullptr;
    place_.directory = made;
  }
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory() {
    std::error_code ignored;
    if (temporary_) std::filesystem::remove_all(place_.directory, ignored);
  }

  [[nodiscard]] const store::Place& place() const { return place_; }
  [[nodiscard]] std::string kept() const {
    return temporary_ ? "until this service ends; --data DIR keeps it" : "for good";
  }

 private:
  store::Place place_;
  bool temporary_ = false;
};

/// Under the store's key, so that a link that another process made is told from one that somebody made up.
void keepAssessments(Context& context, const store::Place& place) {
  try {
    context.assessments = std::make_unique<pages::Assessments>(store::Key::of(place, true));
  } catch (const store::StoreError& error) {
    log::say(Level::Warning, "cards lead to no explanation of their own", {ours("why", error.what())});
  }
}

/// The service and what it was started with.
struct Running {
  Context& context;
  const ServeOptions& options;
  Config config;  ///< as it started, with the baseUrl that is in force
  http::Server& services;
  http::Server* admin;  ///< null: everything is answered by `services`
};

/// An address that moves with `listen` waits for it: tokens are meant for where this service can be called.
void reload(Running& running) {
  auto config = readConfig(running.options);
  const auto waiting = config ? needRestart(running.config, *config) : std::vector<std::string>();
  if (std::find(waiting.begin(), waiting.end(), "baseUrl") != waiting.end())
    config->baseUrl = running.config.baseUrl;
  const auto tls = config ? load(running.context, *config, running.options) : std::nullopt;
  if (!tls) {
    log::say(Level::Error, "reload refused; the configuration and content that were in force stay");
    return;
  }
  if (running.config.listen.tls && tls->services) {
    running.services.renewTls(tls->services);
    if (running.admin) running.admin->renewTls(tls->admin);
  }
  running.config.baseUrl = config->baseUrl;
  std::string changed;
  for (const auto& key : waiting) changed += (changed.empty() ? "" : ", ") + key;
  if (changed.empty()) {
    log::say(Level::Info, "reloaded");
  } else {
    log::say(Level::Warning, "reloaded; a restart is needed for what changed", {ours("options", changed)});
  }
}

/// The next signal; on the way the service manager hears twice in every watchdog interval that this process
/// still runs.
int nextSignal(const sigset_t& signals) {
  const auto every = watchdog();
  if (!every) {
    int received = 0;
    return sigwait(&signals, &received) == 0 ? received : SIGTERM;
  }
  const auto half = std::chrono::nanoseconds(*every) / 2;
  const timespec wait{half.count() / 1'000'000'000, half.count() % 1'000'000'000};
  for (;;) {
    notify("WATCHDOG=1");
    const int received = sigtimedwait(&signals, nullptr, &wait);
    if (received > 0) return received;
    if (errno != EAGAIN && errno != EINTR) return SIGTERM;
  }
}

void untilStopped(const sigset_t& signals, Running running) {
  while (nextSignal(signals) == SIGHUP) reload(running);
}

}  // namespace

int serve(const ServeOptions& options) {
  leaveNoCores();
  const sigset_t signals = blockSignals();
  const auto config = readConfig(options);
  Context context;
  context.fixedNow = options.now;
  const auto tls = config ? load(context, *config, options) : std::nullopt;
  if (!tls || !loadPages(context)) return 1;
  context.demo = options.demo;
  if (config->store.shared() && !options.data.empty()) {
    log::say(Level::Error,
             "--data names a directory, but the store of the configuration is PostgreSQL's: leave one out");
    return 1;
  }
  const DataDirectory data(options, *config);
  log::say(Level::Info, "data", {ours("directory", data.place().words()), ours("kept", data.kept())});
  const auto tell = [](const std::string& words) {
    log::say(Level::Warning, "store", {ours("detail", words)});
  };
  // A disk or database that is away comes back; a key that is not there or damaged does not.
  if (const std::string why = store::problemOfKey(data.place()); !why.empty()) {
    log::say(Level::Error, "the store cannot be used", {ours("why", why)});
    return 1;
  }
  store::Writer store(data.place(), tell, store::written(context.now() - kLongestSnooze));
  context.store = &store;
  keepAssessments(context, data.place());
  const auto side = config->admin ? Side::Services : Side::Everything;
  http::Server server(listenOn(config->listen, *config, tls->services),
                      [&](const http::Request& request) { return route(context, side, request); });
  context.counters = &server.counters();
  std::unique_ptr<http::Server> admin;
  if (config->admin) {
    admin = std::make_unique<http::Server>(
        listenOn(*config->admin, *config, tls->admin),
        [&](const http::Request& request) { return route(context, Side::Admin, request); });
  }
  try {
    server.start();
    if (admin) admin->start();
  } catch (const Poco::Exception& error) {
    log::say(Level::Error, "cannot listen", {ours("why", error.displayText())});
    return 1;
  }
  const auto url = [&](const Listen& listen, const http::Server& its) {
    const bool isV6 = listen.address.find(':') != std::string::npos;
    const std::string host = isV6 ? "[" + listen.address + "]" : listen.address;
    return std::string(tls->services ? "https" : "http") + "://" + host + ":" + std::to_string(its.port());
  };
  if (admin) log::say(Level::Info, "admin listens", {ours("url", url(*config->admin, *admin))});
  std::cout << "ready " << url(config->listen, server) << std::endl;
  if (!notify("READY=1"))
    log::say(Level::Warning, "the service manager cannot be told that this service is ready");
  untilStopped(signals, {context, options, *config, server, admin.get()});
  notify("STOPPING=1");
  log::say(Level::Info, "stopping: requests in flight may finish",
           {log::number("seconds", config->drain.count() / 1000)});
  context.draining = true;
  server.stop(config->drain);
  if (admin) admin->stop(std::chrono::milliseconds(0));
  return 0;
}

}  // namespace plumbline
