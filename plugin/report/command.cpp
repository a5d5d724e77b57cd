#include "plugin/report/command.h"

#include <functional>
#include <iostream>
#include <vector>

#include "plugin/config.h"
#include "plugin/report/render.h"
#include "plugin/report/rows.h"
#include "plugin/store/audit.h"
#include "plugin/store/moment.h"
#include "plugin/store/schema.h"
#include "plugin/store/writer.h"

namespace plumbline {
namespace {

/// Where the store is; empty, having said why, when nobody names it.
std::string directoryOf(const StoreOptions& options) {
  if (!options.data.empty()) return options.data;
  if (!options.configFile) {
    std::cerr << "plumbline: say where the store is: --data DIR or --config FILE\n";
    return {};
  }
  std::vector<fhir::Problem> problems;
  const auto config = loadConfig(*options.configFile, problems);
  for (const auto& each : problems) std::cerr << printed(each) << "\n";
  if (config && config->data.empty()) std::cerr << *options.configFile << ":/store: names no store\n";
  return config ? config->data : std::string();
}

/// Opens the store to read and uses it; at fault when it cannot be read.
int overStore(const StoreOptions& options,
              const std::function<int(store::Database&, const std::string& directory)>& use) {
  const std::string directory = directoryOf(options);
  if (directory.empty()) return 1;
  try {
    store::Database database(store::fileOf(directory), store::Database::Mode::ReadOnly);
    store::requireSchema(database);
    return use(database, directory);
  } catch (const store::StoreError& error) {
    std::cerr << "plumbline: " << directory << ": " << error.what() << "\n";
    return 1;
  }
}

}  // namespace

std::string problemOf(const StoreOptions& options) {
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
  return overStore(options, [&](store::Database& database, const std::string&) {
    const std::string since = options.since ? store::written(*options.since) : "";
    if (!options.rows.empty()) {
      report::exportRows(database, options.rows, since, options.format == "csv", std::cout);
    } else {
      const auto figures = report::collect(database, since);
      std::cout << (options.format == "json"   ? report::asJson(figures)
                    : options.format == "html" ? report::asHtml(figures)
                                               : report::asText(figures));
    }
    std::cout.flush();
    return std::cout.good() ? 0 : 1;
  });
}

int auditVerifyCommand(const StoreOptions& options) {
  return overStore(options, [&](store::Database& database, const std::string& directory) {
    const auto verdict = store::verifyAudit(database, store::Key::ofDirectory(directory, false));
    if (verdict.brokenAt) {
      std::cout << "broken: row " << *verdict.brokenAt << " " << verdict.problem << "\n";
      return 1;
    }
    std::cout << "whole: " << verdict.rows << " rows, the last " << verdict.hash << "\n";
    return 0;
  });
}

}  // namespace plumbline
