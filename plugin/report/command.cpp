#include "plugin/report/command.h"

#include <functional>
#include <iostream>
#include <vector>

#include "plugin/config.h"
#include "plugin/report/render.h"
#include "plugin/report/rows.h"
#include "plugin/store/audit.h"
#include "plugin/store/check.h"
#include "plugin/store/moment.h"
#include "plugin/store/schema.h"

namespace plumbline {
namespace {

/// The configuration, with --data in it; nothing, having said why, when it is at fault or names no store.
std::optional<Config> configOf(const StoreOptions& options) {
  std::vector<fhir::Problem> problems;
  auto config = options.configFile ? loadConfig(*options.configFile, problems) : defaultConfig();
  for (const auto& each : problems) std::cerr << printed(each) << "\n";
  if (!config) return std::nullopt;
  if (!options.data.empty()) config->store = {options.data};
  if (!config->store.none()) return config;
  std::cerr << options.configFile.value_or("configuration") << ":/store: names no store\n";
  return std::nullopt;
}

using Use = std::function<int(store::Database&, const Config&)>;

/// Opens the store to read and uses it, whatever its schema; at fault when it cannot be read.
int overAnyStore(const StoreOptions& options, const Use& use) {
  const auto config = configOf(options);
  if (!config) return 1;
  try {
    store::Database database(config->store, store::Database::Mode::ReadOnly);
    return use(database, *config);
  } catch (const store::StoreError& error) {
    std::cerr << "plumbline: " << config->store.words() << ": " << error.what() << "\n";
    return 1;
  }
}

/// Of a store that has this program's schema.
int overStore(const StoreOptions& options, const Use& use) {
  return overAnyStore(options, [&](store::Database& database, const Config& config) {
    store::requireSchema(database);
    return use(database, config);
  });
}

}  // namespace

std::string problemOf(const StoreOptions& options) {
  if (options.data.empty() && !options.configFile)
    return "say where the store is: --data DIR or --config FILE";
  const std::string& format = options.format;
  if (options.rows.empty()) {
    const bool known = format.empty() || format == "text" || format == "json" || format == "html";
    return known ? "" : "--format of a report is text, json or html";
  }
  if (!report::hasRows(options.rows)) return "--export needs feedback, cards or audit";
  const bool known = format.empty() || format == "ndjson" || format == "csv";
  return known ? "" : "--format of an export is ndjson or csv";
}

int reportCommand(const StoreOptions& options) {
  return overStore(options, [&](store::Database& database, const Config& config) {
    const std::string since = options.since ? store::written(*options.since) : "";
    if (!options.rows.empty()) {
      report::exportRows(database, options.rows, since, options.format == "csv", std::cout);
    } else {
      const auto figures = report::collect(database, {since}, config.review);
      std::cout << (options.format == "json"   ? report::asJson(figures)
                    : options.format == "html" ? report::asHtml(figures)
                                               : report::asText(figures));
    }
    std::cout.flush();
    return std::cout.good() ? 0 : 1;
  });
}

int auditVerifyCommand(const StoreOptions& options) {
  return overStore(options, [&](store::Database& database, const Config& config) {
    const auto key = store::Key::of(config.store, false);
    // By another key every seal looks as if somebody had made it.
    if (store::isOfAnotherKey(database, key)) {
      std::cerr << "plumbline: " << store::keyFileOf(config.store)
                << " is not the key this store was made with; the chain was not judged\n";
      return 1;
    }
    const auto verdict = store::verifyAudit(database, key);
    if (verdict.brokenAt) {
      std::cout << "broken: row " << *verdict.brokenAt << " " << verdict.problem << "\n";
      return 1;
    }
    std::cout << "whole: " << verdict.rows << " rows, the last " << verdict.hash << "\n";
    return 0;
  });
}

int schemaCommand(const StoreOptions& options) {
  return overAnyStore(options, [&](store::Database& reads, const Config& config) {
    if (options.to && reads.schema().version != *options.to) {
      store::Database writes(config.store, store::Database::Mode::ReadWrite);
      store::migrate(writes, *options.to);
    }
    std::cout << "schema " << reads.schema().version << "; this program writes " << store::schemaVersion()
              << "\n";
    return 0;
  });
}

}  // namespace plumbline
