#include "plugin/command_line.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

namespace plumbline {
namespace {

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
      and ends it; SIGHUP reads content, card options, rollout, clients, key files and certificates again and keeps the
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
    {"check", R"(  plumbline check [--config FILE] [--terminology DIR]
      Checks configuration, the key and certificate files it names, and clinical content; prints every problem
      as file:pointer: message, and what will be one within 30 days as a note; what a configuration names is looked
      at once the configuration itself has no problem. --terminology: checks the codes of
      the content against the releases of SNOMED CT (RF2 snapshot), LOINC (Loinc.csv), ICD-10-CM (order file) and
      RxNorm (RXNCONSO.RRF) that lie in DIR: a code that is unknown or retired is a problem, another name a note.
)"},
    {"doctor",
     R"(  plumbline doctor [--url BASE | --capability FILE] [--scopes TEXT] [--sample FILE|DIR] [--profile NAME]
                   [--config FILE] [--format text|json] [--now INSTANT]
      What of the prefetch a site's FHIR server can serve, by its CapabilityStatement (asked at BASE/metadata, or in a
      file) and the scopes that were granted, and which findings it never tells of; with charts of the site, how many
      tell of each, and its own codes that stand for nothing. --profile: the kind of EHR (spec). Prints codes and
      counts, nothing of a patient. Exit code 1 where patient or conditions cannot be served.
)"},
    {"sheet", R"(  plumbline sheet --for epic|oracle|athena [--config FILE]
      What analysts type into the EHR, as Markdown: services and addresses, tokens, prefetch, scopes, override reasons,
      times and sizes, what is different there with its source, and what to ask the vendor.
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

/// An option whose value is taken as it stands.
struct Plain {
  std::string_view name;
  void (*take)(Arguments&, const std::string&);
};

constexpr Plain kPlain[] = {
    {"--config",
     [](Arguments& all, const std::string& value) {
       all.serve.configFile = all.store.configFile = all.doctor.configFile = value;
     }},
    {"--data", [](Arguments& all, const std::string& value) { all.serve.data = all.store.data = value; }},
    {"--format",
     [](Arguments& all, const std::string& value) { all.store.format = all.doctor.format = value; }},
    {"--export", [](Arguments& all, const std::string& value) { all.store.rows = value; }},
    {"--out", [](Arguments& all, const std::string& value) { all.bulk.out = value; }},
    {"--cases", [](Arguments& all, const std::string& value) { all.cases = value; }},
    {"--terminology", [](Arguments& all, const std::string& value) { all.terminology = value; }},
    {"--for", [](Arguments& all, const std::string& value) { all.vendor = value; }},
    {"--url", [](Arguments& all, const std::string& value) { all.doctor.url = value; }},
    {"--capability", [](Arguments& all, const std::string& value) { all.doctor.capability = value; }},
    {"--scopes", [](Arguments& all, const std::string& value) { all.doctor.scopes = value; }},
    {"--sample", [](Arguments& all, const std::string& value) { all.doctor.sample = value; }},
    {"--profile", [](Arguments& all, const std::string& value) { all.doctor.profile = value; }},
};

const Plain* plain(std::string_view option) {
  const auto* const found = std::find_if(std::begin(kPlain), std::end(kPlain),
                                         [&](const Plain& each) { return each.name == option; });
  return found == std::end(kPlain) ? nullptr : found;
}

bool takesValue(std::string_view option) {
  constexpr std::string_view kOthers[] = {"--port",   "--now",   "--since", "--jobs",
                                          "--memory", "--shard", "--to"};
  return plain(option) || std::find(std::begin(kOthers), std::end(kOthers), option) != std::end(kOthers);
}

/// A whole number from 1 on; 0 where the text is none.
std::size_t counting(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

void takeBulk(Arguments& arguments, std::string_view option, const std::string& value) {
  bulk::Options& own = arguments.bulk;
  if (option == "--shard") {
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
  if (const Plain* const taken = plain(option)) {
    taken->take(arguments, value);
  } else if (option == "--jobs" || option == "--memory" || option == "--shard") {
    takeBulk(arguments, option, value);
  } else if (option == "--to") {
    const std::size_t number = counting(value);
    if (number == 0 || number > 1'000'000) arguments.problem = "--to needs a number from 1 on";
    arguments.store.to = static_cast<int>(number);
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

}  // namespace

/// The options each command takes.
Arguments argumentsOf(std::string_view command, int count, char** values) {
  if (command == "serve") return read(count, values, {"--demo", "--port", "--data", "--config", "--now"});
  if (command == "check") return read(count, values, {"--config", "--terminology"});
  if (command == "alive") return read(count, values, {"--config", "--port"});
  if (command == "report")
    return read(count, values, {"--config", "--data", "--since", "--format", "--export"});
  if (command == "audit") return read(count, values, {"--config", "--data"});
  if (command == "schema") return read(count, values, {"--config", "--data", "--to"});
  if (command == "doctor")
    return read(
        count, values,
        {"--config", "--url", "--capability", "--scopes", "--sample", "--profile", "--format", "--now"});
  if (command == "sheet") return read(count, values, {"--config", "--for"});
  if (command == "read") return read(count, values, {});
  if (command == "diff-packs") return read(count, values, {"--cases", "--now"});
  if (command == "evaluate") return read(count, values, {"--now", "--jobs", "--memory", "--shard", "--out"});
  return read(count, values, {"--now"});
}

bool isHelp(std::string_view word) {
  return word == "--help" || word == "-h";
}

std::string helpOf(std::string_view command) {
  const Help* const found = helpFor(command);
  return found ? std::string(found->text).append(kHelpTail) : std::string();
}

std::string allHelp() {
  std::string all(kHelpHead);
  for (const Help& each : kHelp) all += each.text;
  return all.append("  plumbline --version\n  plumbline --help\n  plumbline COMMAND --help\n")
      .append(kHelpTail);
}

}  // namespace plumbline
