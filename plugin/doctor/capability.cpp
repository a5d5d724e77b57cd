#include "plugin/doctor/capability.h"

namespace plumbline::doctor {
namespace {

std::string textAt(fhir::Json object, std::string_view key) {
  return std::string(fhir::text(object, key).value_or(std::string_view{}));
}

void addType(fhir::Json resource, Capability& capability) {
  Capability::Type& type = capability.types[textAt(resource, "type")];
  fhir::forEach(resource, "interaction",
                [&](fhir::Json each) { type.interactions.insert(textAt(each, "code")); });
  fhir::forEach(resource, "searchParam",
                [&](fhir::Json each) { type.parameters.insert(textAt(each, "name")); });
}

}  // namespace

std::optional<Capability> readCapability(fhir::Json root) {
  if (fhir::text(root, "resourceType") != "CapabilityStatement") return std::nullopt;
  Capability capability;
  capability.fhirVersion = textAt(root, "fhirVersion");
  if (const auto software = fhir::member(root, "software")) {
    const std::string version = textAt(*software, "version");
    capability.software = textAt(*software, "name") + (version.empty() ? "" : " " + version);
  }
  bool server = false;
  fhir::forEach(root, "rest", [&](fhir::Json rest) {
    if (fhir::text(rest, "mode") != "server") return;
    server = true;
    fhir::forEach(rest, "resource", [&](fhir::Json each) { addType(each, capability); });
  });
  if (!server) return std::nullopt;
  return capability;
}

}  // namespace plumbline::doctor
