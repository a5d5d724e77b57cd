#include "plugin/check.h"

#include <ostream>
#include <vector>

#include "plugin/config.h"
#include "plugin/config_files.h"
#include "plugin/knowledge.h"
#include "plugin/terminology/check.h"

namespace plumbline {
namespace {

using Problems = std::vector<fhir::Problem>;

/// What keeps a service of this configuration from taking calls once `setup` is taken out.
void noteFirstSteps(Config config, Problems& notes) {
  config.setup = false;
  Problems lacking;
  checkExposed(config, config.file, lacking);
  if (config.publicKey.empty())
    lacking.push_back({config.file, "/knowledge/publicKey", "names nobody who signs the content"});
  for (auto& each : lacking) {
    each.message.insert(0, "before the first EHR: ");
    notes.push_back(std::move(each));
  }
}

void tell(const rules::Pack& pack, std::ostream& out) {
  out << "content " << pack.version << " (" << pack.status << "): " << pack.findings.size() << " findings, "
      << pack.pathways.size() << " pathways, " << pack.sources.size() << " sources; no problem\n"
      << pack.digest << "\n";
  if (pack.overlay)
    out << "overlay " << pack.overlay->version << " of " << pack.overlay->site << ": "
        << pack.overlay->changes.size() << " changes, " << pack.overlay->disabled.size()
        << " pathways disabled, " << pack.overlay->signedOff.size() << " signed off\n";
}

}  // namespace

bool check(const CheckOptions& options, std::ostream& out) {
  Problems problems, notes;
  std::vector<std::string> compared;
  const auto config = options.configFile ? loadConfig(*options.configFile, problems) : defaultConfig();
  const Config& named = config ? *config : defaultConfig();
  const auto loaded = loadKnowledge(named, !options.configFile || !config, problems);
  if (config && options.configFile) {
    checkExposed(*config, *options.configFile, problems);
    checkEverything(*config, options.now, problems, notes);
    if (config->setup) noteFirstSteps(*config, notes);
  }
  if (config && loaded) checkSite(*config, *loaded, options.configFile.value_or(""), problems);
  if (!options.terminology.empty())
    compared = terminology::check({named.pack, named.overlay}, options.terminology, problems, notes);
  for (const auto& each : problems) out << printed(each) << "\n";
  for (auto& note : notes) {
    note.message.insert(0, "note: ");
    out << printed(note) << "\n";
  }
  for (const auto& each : compared) out << each << "\n";
  if (!config && options.configFile)
    out << *options.configFile
        << ": note: the files and addresses that it names are looked at once this is mended\n";
  if (!problems.empty()) return false;
  if (config->setup)
    out << *options.configFile
        << ":/setup: a first start: no call is taken until clients are listed and it is taken out\n";
  tell(*loaded, out);
  return true;
}

}  // namespace plumbline
