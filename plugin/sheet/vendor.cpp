#include "plugin/sheet/vendor.h"

#include <set>

#include "plugin/config_value.h"
#include "plugin/hooks/profiles.h"

namespace plumbline::sheet {
namespace {

using namespace config;
using std::string;

Vendor fill(const Value& document) {
  Vendor vendor;
  vendor.name = text(document, "name");
  vendor.profile = text(document, "profile");
  for (const auto& [key, source] : document["sources"].GetObject())
    vendor.sources[key.GetString()] = {text(source, "title"), text(source, "url"), text(source, "read")};
  for (const auto& each : document["services"].GetArray())
    vendor.services.push_back({text(each, "id"), text(each, "when"), text(each, "source")});
  const Value& client = document["client"];
  vendor.client = {text(client, "issuer"), text(client, "jwksUrl"), text(client, "jkuListUrl"),
                   texts(client, "algorithms")};
  for (const auto& [section, notes] : document["notes"].GetObject()) {
    for (const auto& each : notes.GetArray())
      vendor.notes[section.GetString()].push_back({text(each, "says"), text(each, "source")});
  }
  vendor.ask = texts(document, "ask");
  return vendor;
}

/// Names that lead nowhere.
void check(const Vendor& vendor, const string& file, std::vector<fhir::Problem>& problems) {
  std::set<string> named;
  const auto see = [&](const string& source, const string& pointer) {
    named.insert(source);
    if (!vendor.sources.contains(source)) problems.push_back({file, pointer, "names no source of /sources"});
  };
  if (!hooks::profile(vendor.profile)) problems.push_back({file, "/profile", "is no profile"});
  for (std::size_t i = 0; i < vendor.services.size(); ++i) {
    const string at = "/services/" + std::to_string(i);
    if (!hooks::service(vendor.services[i].id)) problems.push_back({file, at + "/id", "is no service"});
    see(vendor.services[i].source, at + "/source");
  }
  for (const auto& [section, notes] : vendor.notes) {
    for (std::size_t i = 0; i < notes.size(); ++i)
      see(notes[i].source, "/notes/" + section + "/" + std::to_string(i) + "/source");
  }
  for (const auto& [key, source] : vendor.sources) {
    if (!named.contains(key)) problems.push_back({file, "/sources/" + key, "is named by nothing"});
  }
}

}  // namespace

std::optional<Vendor> readVendor(const string& directory, const string& name,
                                 std::vector<fhir::Problem>& problems) {
  const std::size_t before = problems.size();
  const string file = directory + "/" + name + ".json", schemaFile = directory + "/vendor.schema.json";
  const auto document = fhir::readAuthored(file, file, problems);
  const auto schema = fhir::readAuthored(schemaFile, schemaFile, problems);
  if (problems.size() != before || !fhir::checkSchema(document, schema, file, problems)) return std::nullopt;
  Vendor vendor = fill(document);
  check(vendor, file, problems);
  if (problems.size() != before) return std::nullopt;
  return vendor;
}

}  // namespace plumbline::sheet
