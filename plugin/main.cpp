#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <typeinfo>
#include <vector>

#include "plugin/alive.h"
#include "plugin/bulk/evaluate.h"
#include "plugin/check.h"
#include "plugin/command_line.h"
#include "plugin/config.h"
#include "plugin/diff_packs.h"
#include "plugin/doctor/command.h"
#include "plugin/explain.h"
#include "plugin/file.h"
#include "plugin/knowledge.h"
#include "plugin/offline.h"
#include "plugin/read.h"
#include "plugin/report/command.h"
#include "plugin/serve.h"
#include "plugin/sheet/command.h"
#include "plugin/wire.h"

namespace plumbline {
namespace {

constexpr int kDone = 0;
constexpr int kAtFault = 1;
constexpr int kUsage = 2;

int usage(const std::string& problem) {
  std::cerr << "plumbline: " << problem << "\nTry `plumbline --help`.\n";
  return kUsage;
}

fhir::Instant nowOr(const std::optional<fhir::Instant>& fixed) {
  return fixed ? *fixed : std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::optional<std::string> contents(const std::string& file) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  if (std::error_code ignored; std::filesystem::is_directory(file, ignored)) {
    std::cerr << "plumbline: " << file << ": is a directory\n";
    return std::nullopt;
  }
  auto text = contentsOf(file);
  if (!text) std::cerr << "plumbline: " << file << ": cannot be read\n";
  return text;
}

std::optional<rules::Pack> pack() {
  std::vector<fhir::Problem> problems;
  auto loaded = loadContent(defaultConfig().pack, problems);
  for (const auto& each : problems) std::cerr << printed(each) << "\n";
  return loaded;
}

int evaluateCommand(Arguments arguments) {
  const auto content = pack();
  if (!content) return kAtFault;
  bulk::Options& options = arguments.bulk;
  options.inputs = arguments.files.empty() ? std::vector<std::string>{"-"} : std::move(arguments.files);
  options.now = arguments.serve.now;
  if (options.jobs == 0) options.jobs = std::max(1U, std::thread::hardware_concurrency());
  options.progress = ::isatty(STDERR_FILENO) == 1;
  const auto began = std::chrono::steady_clock::now();
  try {
    const bulk::Tally tally =
        bulk::evaluate(options, {*content, nowOr(options.now), rules::Depth::Answer}, std::cout, std::cerr);
    std::cerr << bulk::summary(
        tally, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    return tally.refused == 0 ? kDone : kAtFault;
  } catch (const std::runtime_error& error) {
    std::cerr << "plumbline: " << error.what() << "\n";
    return kAtFault;
  }
}

int explainCommand(const Arguments& arguments) {
  if (arguments.files.size() != 1) return usage("explain takes one file");
  const auto content = pack();
  const auto text = content ? contents(arguments.files.front()) : std::nullopt;
  if (!text) return kAtFault;
  int code = kDone;
  forEachChart(*text, {*content, nowOr(arguments.serve.now)}, [&](const Chart& chart) {
    if (!chart.issues.empty()) code = kAtFault;
    std::cout << explain(chart);
  });
  return code;
}

int readCommand() {
  const auto content = pack();
  if (!content) return kAtFault;
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty()) std::cout << readLine(*content, line) << std::flush;
  }
  return kDone;
}

int aliveCommand(const ServeOptions& options) {
  if (!options.configFile && !options.port) return usage("alive needs --config FILE or --port N");
  std::vector<fhir::Problem> problems;
  auto config = options.configFile ? loadConfig(*options.configFile, problems) : defaultConfig();
  for (const auto& each : problems) std::cerr << printed(each) << "\n";
  if (!config) return kAtFault;
  if (options.port) config->listen.port = *options.port;
  const std::string problem = whyNotReady(*config);
  if (problem.empty()) return kDone;
  std::cerr << "plumbline: " << problem << "\n";
  return kAtFault;
}

int diffPacksCommand(const Arguments& arguments) {
  if (arguments.files.size() != 2 || arguments.cases.empty())
    return usage("diff-packs takes two directories of content and --cases FILE");
  return diffPacks({arguments.files[0], arguments.files[1], arguments.cases, nowOr(arguments.serve.now)},
                   std::cout, std::cerr)
             ? kDone
             : kAtFault;
}

int doctorCommand(const Arguments& arguments) {
  DoctorOptions options = arguments.doctor;
  options.now = nowOr(arguments.serve.now);
  const std::string problem = problemOf(options);
  if (!problem.empty()) return usage(problem);
  return examine(options, std::cout, std::cerr) ? kDone : kAtFault;
}

int sheetCommand(const Arguments& arguments) {
  if (!sheet::isVendor(arguments.vendor)) return usage("sheet needs --for " + sheet::vendors());
  return printSheet({arguments.serve.configFile, arguments.vendor}, std::cout, std::cerr) ? kDone : kAtFault;
}

int storeCommand(const Arguments& arguments, int (*run)(const StoreOptions&)) {
  const std::string problem = problemOf(arguments.store);
  return problem.empty() ? run(arguments.store) : usage(problem);
}

int auditCommand(const Arguments& arguments) {
  if (arguments.files != std::vector<std::string>{"verify"}) return usage("audit knows `audit verify` only");
  return storeCommand(arguments, auditVerifyCommand);
}

int run(int count, char** values) {
  if (count < 2) return usage("no command given");
  const std::string_view command = values[1];
  if (isHelp(command) || command == "help") {
    std::cout << allHelp();
    return kDone;
  }
  if (command == "--version") {
    std::cout << "plumbline " << PLUMBLINE_VERSION << "\n";
    return kDone;
  }
  const std::string help = helpOf(command);
  if (help.empty()) return usage("unknown command " + std::string(command));
  if (std::any_of(values + 2, values + count, isHelp)) {
    std::cout << help;
    return kDone;
  }
  const Arguments arguments = argumentsOf(command, count, values);
  if (!arguments.problem.empty()) return usage(arguments.problem);
  if (command == "evaluate") return evaluateCommand(arguments);
  if (command == "explain") return explainCommand(arguments);
  if (command == "diff-packs") return diffPacksCommand(arguments);
  if (command == "audit") return auditCommand(arguments);
  if (!arguments.files.empty()) return usage(std::string(command) + " takes no files");
  if (command == "read") return readCommand();
  if (command == "doctor") return doctorCommand(arguments);
  if (command == "sheet") return sheetCommand(arguments);
  if (command == "alive") return aliveCommand(arguments.serve);
  if (command == "report") return storeCommand(arguments, reportCommand);
  if (command == "schema") return storeCommand(arguments, schemaCommand);
  if (command == "check")
    return check({arguments.serve.configFile, arguments.terminology, nowOr(std::nullopt)}, std::cout)
               ? kDone
               : kAtFault;
  return serve(arguments.serve);
}

}  // namespace
}  // namespace plumbline

/// Read by jemalloc before anything else runs; the site's MALLOC_CONF goes before it. Few heaps and small
/// caches, since every connection has a thread that would keep some of its own; what is freed goes back
/// within half a second, by a thread of jemalloc's.
extern "C" const char* const malloc_conf =
    "narenas:2,background_thread:true,dirty_decay_ms:500,muzzy_decay_ms:0,oversize_threshold:0,tcache_max:"
    "512,"
    "tcache_nslots_small_min:2,tcache_nslots_small_max:8,tcache_gc_incr_bytes:8192";

int main(int count, char** values) {
  try {
    std::ios::sync_with_stdio(false);
    return plumbline::run(count, values);
  } catch (const std::exception& error) {
    std::cerr << "plumbline: internal error (" << typeid(error).name() << ")\n";
    return 1;
  }
}
