#include <unistd.h>

#include <algorithm>
#include <charconv>
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
#include "plugin/config.h"
#include "plugin/config_files.h"
#include "plugin/diff_packs.h"
#include "plugin/explain.h"
#include "plugin/file.h"
#include "plugin/knowledge.h"
#include "plugin/offline.h"
#include "plugin/read.h"
#include "plugin/report/command.h"
#include "plugin/serve.h"
#include "plugin/wire.h"

namespace plumbline {
namespace {

constexpr int kDone = 0;
constexpr int kAtFault = 1;
constexpr int kUsage = 2;

constexpr std::string_view kHelpHead =
    R"(plumbline weighs red flags in the charts of patients with back, neck or thoracic pain.
Advisory; its clinical content is a draft.

)";

/// A command and what its help says.
struct Help {
  std::string_view command;
  std::string_view text;
};

constexpr Help kHelp[] = {
    {"serve", R"(  plumbline serve --config FILE [--port N] [--data DIR]
  plumbline serve --demo [--port N] [--config FILE] [--data DIR] [--now INSTANT]
      The CDS Hooks service: for the clients of the configuration, over TLS, each call with a token; as a demo
      on loopback, for anybody. Prints "ready URL" on stdout when it listens; its log goes to stderr. --port:
      without it the configuration's, else a free one. --data: where cards shown, feedback and audit are kept;
      without it the configuration's `store`, else a temporary directory. SIGTERM or Ctrl-C lets requests finish
      and ends it; SIGHUP reads content, card options, clients, key files and certificates again and keeps the
      old ones when the new have a problem; its log says what of a changed configuration needs a restart.
)"},
    {"evaluate",
     R"(  plumbline evaluate [--now INSTANT] [--jobs N] [--memory MB] [--shard I/N] [--out FILE] [FILE...|-]
      CDS Hooks requests, patient Bundles or bulk-export NDJSON in, from files or stdin; one JSON line out per
      request or patient: its assessment and cards, or the error that refuses it. All files together are one
      export, of any size: what does not fit --memory (1024) waits on disk. --jobs: threads (one for each
      core). --shard 2/8: the second of eight parts of the patients, for eight machines. --out: results go to a
      file, and the same command goes on where it was cut short. A table of tiers goes to stderr.
)"},
    {"explain", R"(  plumbline explain [--now INSTANT] FILE
      The same for a person: each finding and its evidence, each pathway and why or why not.
)"},
    {"read", R"(  plumbline read
      How sentences are read: on stdin one JSON object a line, {"id", "text", "concept"?}; one a line out,
      {"id", "mentions"}: of the concept, which is words of the text, or of every finding the text speaks of.
)"},
    {"check", R"(  plumbline check [--config FILE]
      Checks configuration, the key and certificate files it names, and clinical content; prints every problem
      as file:pointer: message, and what will be one within 30 days as a note.
)"},
    {"alive", R"(  plumbline alive [--config FILE] [--port N]
      Asks the service of that configuration or port on this machine whether it is ready; for health checks of
      containers. Exit code 0 when it is, 1 when it is not or does not answer within 3 seconds.
)"},
    {"diff-packs", R"(  plumbline diff-packs OLD NEW --cases FILE [--now INSTANT]
      Which patients of FILE, as evaluate takes it, would get other advice from the content in the directory NEW than
      from OLD: a line each, then how many went from which tier to which. DIR,OVERLAY: under that overlay.
)"},
    {"report", R"(  plumbline report (--data DIR | --config FILE) [--since DATE] [--format text|json|html]
  plumbline report (--data DIR | --config FILE) --export feedback|cards|audit [--since DATE] [--format ndjson|csv]
      What a store came to: calls, cards, what clinicians did about them; or its rows.
)"},
    {"audit", R"(  plumbline audit verify (--data DIR | --config FILE)
      Proves that no row of the audit chain was edited, deleted or moved, or names the first that is broken.
)"},
    {"schema", R"(  plumbline schema (--data DIR | --config FILE) [--to N]
      Which schema the tables of a store have. --to: brings them to an older one for an older program, or up
      again, while no service runs; what the older one has no place for is lost.
)"},
};

constexpr std::string_view kHelpTail = R"(
FILE of --config is commented JSON; deploy/plumbline.jsonc shows every option with its default.
INSTANT is a time like 2026-11-23T10:00:00Z; without it, now.
Exit codes: 0 done, 1 the input or configuration is at fault, 2 usage.
)";

const Help* helpFor(std::string_view command) {
  const auto* const found = std::find_if(std::begin(kHelp), std::end(kHelp),
                                         [&](const Help& each) { return each.command == command; });
  return found == std::end(kHelp) ? nullptr : found;
}

void printAllHelp() {
  std::cout << kHelpHead;
  for (const Help& each : kHelp) std::cout << each.text;
  std::cout << "  plumbline --version\n  plumbline --help\n  plumbline COMMAND --help\n" << kHelpTail;
}

/// Options may stand anywhere; what is left over are files.
struct Arguments {
  ServeOptions serve;
  StoreOptions store;
  bulk::Options bulk;
  std::string cases;
  std::vector<std::string> files;
  std::string problem;
};

bool takesValue(std::string_view option) {
  constexpr std::string_view kOptions[] = {"--config", "--port",   "--data", "--now",    "--since",
                                           "--format", "--export", "--jobs", "--memory", "--shard",
                                           "--out",    "--cases",  "--to"};
  return std::find(std::begin(kOptions), std::end(kOptions), option) != std::end(kOptions);
}

/// A whole number from 1 on; 0 where the text is none.
std::size_t counting(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

void takeBulk(Arguments& arguments, std::string_view option, const std::string& value) {
  bulk::Options& own = arguments.bulk;
  if (option == "--out") {
    own.out = value;
  } else if (option == "--shard") {
    const auto slash = std::min(value.find('/'), value.size());
    own.share = {counting(value.substr(0, slash)), counting(value.substr(std::min(slash + 1, value.size())))};
    if (own.share.shard == 0 || own.share.shard > own.share.shards)
      arguments.problem = "--shard needs a part like 2/8";
  } else {
    const std::size_t number = counting(value);
    (option == "--jobs" ? own.jobs : own.memory) = number;
    if (number == 0 || number > 1'000'000)
      arguments.problem = std::string(option) + " needs a number from 1 on";
  }
}

void takeValue(Arguments& arguments, std::string_view option, const std::string& value) {
  if (option == "--config") {
    arguments.serve.configFile = arguments.store.configFile = value;
  } else if (option == "--data") {
    arguments.serve.data = arguments.store.data = value;
  } else if (option == "--cases") {
    arguments.cases = value;
  } else if (option == "--format") {
    arguments.store.format = value;
  } else if (option == "--export") {
    arguments.store.rows = value;
  } else if (option == "--to") {
    arguments.store.to = static_cast<int>(counting(value));
  } else if (option == "--jobs" || option == "--memory" || option == "--shard" || option == "--out") {
    takeBulk(arguments, option, value);
  } else if (option == "--port") {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), port);
    if (error != std::errc() || end != value.data() + value.size())
      arguments.problem = "--port needs a number up to 65535";
    arguments.serve.port = port;
  } else if (const auto when = fhir::parseDate(value)) {
    (option == "--since" ? arguments.store.since : arguments.serve.now) = when->earliest;
  } else {
    arguments.problem = std::string(option) + " needs a time like 2026-11-23T10:00:00Z";
  }
}

Arguments read(int count, char** values, std::initializer_list<std::string_view> allowed) {
  Arguments arguments;
  for (int i = 2; i < count && arguments.problem.empty(); ++i) {
    const std::string_view word = values[i];
    if (word == "-" || !word.starts_with("-")) {
      arguments.files.emplace_back(word);
    } else if (std::find(allowed.begin(), allowed.end(), word) == allowed.end()) {
      arguments.problem = "unknown option " + std::string(word);
    } else if (word == "--demo") {
      arguments.serve.demo = true;
    } else if (takesValue(word) && i + 1 < count) {
      takeValue(arguments, word, values[++i]);
    } else {
      arguments.problem = std::string(word) + " needs a value";
    }
  }
  return arguments;
}

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

int checkCommand(const Arguments& arguments) {
  std::vector<fhir::Problem> problems, notes;
  auto config =
      arguments.serve.configFile ? loadConfig(*arguments.serve.configFile, problems) : defaultConfig();
  const auto loaded =
      loadKnowledge(config ? *config : defaultConfig(), !arguments.serve.configFile || !config, problems);
  if (config && arguments.serve.configFile) {
    checkExposed(*config, *arguments.serve.configFile, problems);
    checkEverything(*config, nowOr(std::nullopt), problems, notes);
  }
  if (config && loaded) checkSite(*config, *loaded, arguments.serve.configFile.value_or(""), problems);
  for (const auto& each : problems) std::cout << printed(each) << "\n";
  for (auto& note : notes) {
    note.message.insert(0, "note: ");
    std::cout << printed(note) << "\n";
  }
  if (!problems.empty()) return kAtFault;
  if (config->setup)
    std::cout << *arguments.serve.configFile
              << ":/setup: a first start: no call is taken until clients are listed and it is taken out\n";
  std::cout << "content " << loaded->version << " (" << loaded->status << "): " << loaded->findings.size()
            << " findings, " << loaded->pathways.size() << " pathways, " << loaded->sources.size()
            << " sources; no problem\n"
            << loaded->digest << "\n";
  if (loaded->overlay)
    std::cout << "overlay " << loaded->overlay->version << " of " << loaded->overlay->site << ": "
              << loaded->overlay->changes.size() << " changes, " << loaded->overlay->disabled.size()
              << " pathways disabled, " << loaded->overlay->signedOff.size() << " signed off\n";
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

int reportOrUsage(const Arguments& arguments) {
  const std::string problem = problemOf(arguments.store);
  return problem.empty() ? reportCommand(arguments.store) : usage(problem);
}

int auditCommand(const Arguments& arguments) {
  if (arguments.files != std::vector<std::string>{"verify"}) return usage("audit knows `audit verify` only");
  return auditVerifyCommand(arguments.store);
}

/// The options each command takes.
Arguments argumentsOf(std::string_view command, int count, char** values) {
  if (command == "serve") return read(count, values, {"--demo", "--port", "--data", "--config", "--now"});
  if (command == "check") return read(count, values, {"--config"});
  if (command == "alive") return read(count, values, {"--config", "--port"});
  if (command == "report")
    return read(count, values, {"--config", "--data", "--since", "--format", "--export"});
  if (command == "audit") return read(count, values, {"--config", "--data"});
  if (command == "schema") return read(count, values, {"--config", "--data", "--to"});
  if (command == "read") return read(count, values, {});
  if (command == "diff-packs") return read(count, values, {"--cases", "--now"});
  if (command == "evaluate") return read(count, values, {"--now", "--jobs", "--memory", "--shard", "--out"});
  return read(count, values, {"--now"});
}

bool isHelp(std::string_view word) {
  return word == "--help" || word == "-h";
}

int run(int count, char** values) {
  if (count < 2) return usage("no command given");
  const std::string_view command = values[1];
  if (isHelp(command) || command == "help") {
    printAllHelp();
    return kDone;
  }
  if (command == "--version") {
    std::cout << "plumbline " << PLUMBLINE_VERSION << "\n";
    return kDone;
  }
  const Help* const help = helpFor(command);
  if (!help) return usage("unknown command " + std::string(command));
  if (std::any_of(values + 2, values + count, isHelp)) {
    std::cout << help->text << kHelpTail;
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
  if (command == "alive") return aliveCommand(arguments.serve);
  if (command == "report") return reportOrUsage(arguments);
  if (command == "schema") return schemaCommand(arguments.store);
  return command == "check" ? checkCommand(arguments) : serve(arguments.serve);
}

}  // namespace
}  // namespace plumbline

int main(int count, char** values) {
  try {
    std::ios::sync_with_stdio(false);
    return plumbline::run(count, values);
  } catch (const std::exception& error) {
    std::cerr << "plumbline: internal error (" << typeid(error).name() << ")\n";
    return 1;
  }
}
