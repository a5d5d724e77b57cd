#include "plugin/doctor/command.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "plugin/config.h"
#include "plugin/doctor/diagnosis.h"
#include "plugin/fetch/single.h"
#include "plugin/fhir_access.h"
#include "plugin/file.h"
#include "plugin/knowledge.h"

namespace plumbline {
namespace {

using std::string;

/// A CapabilityStatement may be megabytes, and a server may make it anew for each who asks.
constexpr std::chrono::seconds kPatience(15);

/// The body of GET BASE/metadata, or nothing and why.
std::optional<string> metadataOf(const string& url, const Config& config, string& why) {
  why = problemOfUrl(url, config.development);
  const auto base = fetch::parseBase(url);
  if (!base && why.empty()) why = "is no base address of a FHIR server";
  if (!why.empty()) return std::nullopt;
  const fetch::Policy policy = fetchPolicy(config, kPatience);
  fetch::Server server(*base, policy.reachable);
  const fetch::Told told =
      fetch::single(server,
                    "GET " + base->path + "/metadata HTTP/1.1\r\nHost: " + fetch::hostField(*base) +
                        "\r\nAccept: application/fhir+json\r\nAccept-Encoding: identity\r\n"
                        "User-Agent: plumbline\r\nConnection: close\r\n\r\n",
                    policy.bytes, fetch::Clock::now() + kPatience);
  if (told.why == fetch::Why::None && told.status == 200) return told.body;
  why = told.why == fetch::Why::None ? "answered " + std::to_string(told.status)
                                     : string(fetch::words(told.why).phrase);
  return std::nullopt;
}

/// Nothing, and what is wrong to `errors`, where there is none to be had.
std::optional<doctor::Capability> capabilityBy(const DoctorOptions& options, const Config& config,
                                               std::ostream& errors) {
  const string& from = options.url.empty() ? options.capability : options.url;
  string why = "cannot be read";
  const auto text = options.url.empty() ? contentsOf(from) : metadataOf(from, config, why);
  if (!text) {
    errors << from << ": " << why << "\n";
    return std::nullopt;
  }
  const auto document = fhir::JsonDocument::parse(*text);
  auto capability = document ? doctor::readCapability(document->root()) : std::nullopt;
  if (!capability) errors << from << ": is no CapabilityStatement of a server in JSON\n";
  return capability;
}

/// Fills `site`; false where something that was named cannot be read.
bool look(const DoctorOptions& options, const Config& config, const rules::Pack& pack, doctor::Site& site,
          std::ostream& errors) {
  site.profile = hooks::profile(options.profile);
  if (options.scopes) site.scopes = doctor::readScopes(*options.scopes);
  if (!options.url.empty() || !options.capability.empty()) {
    site.capability = capabilityBy(options, config, errors);
    if (!site.capability) return false;
  }
  if (options.sample.empty()) return true;
  if (doctor::readSample(options.sample, pack, options.now, site.sample.emplace())) return true;
  errors << options.sample << ": holds no chart that can be read\n";
  return false;
}

}  // namespace

string problemOf(const DoctorOptions& options) {
  if (options.url.empty() && options.capability.empty() && options.sample.empty() && !options.scopes)
    return "doctor needs --url, --capability, --scopes or --sample";
  if (!options.url.empty() && !options.capability.empty()) return "--url or --capability, not both";
  if (!hooks::profile(options.profile)) {
    string names;
    for (const auto& each : hooks::profiles()) names.append(names.empty() ? "" : ", ").append(each.name);
    return "no profile " + options.profile + "; there are " + names;
  }
  if (options.format != "text" && options.format != "json") return "--format is text or json";
  return "";
}

bool examine(const DoctorOptions& options, std::ostream& out, std::ostream& errors) {
  std::vector<fhir::Problem> problems;
  const auto config = options.configFile ? loadConfig(*options.configFile, problems) : defaultConfig();
  const auto pack = config ? loadContent(config->pack, problems, config->overlay) : std::nullopt;
  for (const auto& each : problems) errors << printed(each) << "\n";
  doctor::Site site;
  if (!pack || !look(options, *config, *pack, site, errors)) return false;
  const doctor::Diagnosis diagnosis = doctor::diagnose(*pack, site);
  out << (options.format == "json" ? doctor::asJson(*pack, site, diagnosis)
                                   : doctor::inWords(*pack, site, diagnosis));
  const bool isR4 = !site.capability || site.capability->fhirVersion.empty() ||
                    site.capability->fhirVersion.starts_with("4.0");
  return isR4 && diagnosis.answers();
}

}  // namespace plumbline
