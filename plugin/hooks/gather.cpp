#include "plugin/hooks/gather.h"

#include <algorithm>

#include "fhir/reference.h"

namespace plumbline::hooks {
namespace {

using fhir::Coverage;
using fhir::Json;

/// The names of the drafts a user has just chosen. Empty: the hook is about all of them.
std::vector<std::string_view> selections(const HookRequest& request) {
  std::vector<std::string_view> names;
  if (!request.service->needsSelections) return names;
  fhir::forEach(request.context, "selections", [&](Json each) {
    if (std::string_view name; each.get(name) == simdjson::SUCCESS) names.push_back(name);
  });
  return names;
}

/// Whether `selection` means this entry: by "Type/id", which may be a whole URL, by its fullUrl or its id.
bool means(std::string_view selection, Json resource, std::string_view fullUrl) {
  const auto type = fhir::text(resource, "resourceType").value_or("");
  const auto id = fhir::text(resource, "id").value_or("");
  if (!fullUrl.empty() && selection == fullUrl) return true;
  if (id.empty()) return false;
  const auto reference = fhir::parseReference(selection);
  return selection == id || (reference && reference->type == type && reference->id == id);
}

void addContext(fhir::RecordReader& reader, const HookRequest& request, std::string_view key,
                fhir::Instant now, std::size_t& index) {
  const auto bundle = fhir::member(request.context, key);
  if (!bundle) return;
  const bool draft = key == "draftOrders";
  const auto chosen = selections(request);
  fhir::forEach(*bundle, "entry", [&](Json entry) {
    fhir::InContext place{index++, fhir::text(entry, "fullUrl").value_or(""), draft, false};
    const auto resource = fhir::member(entry, "resource");
    if (!resource) return;
    place.selected =
        draft && (chosen.empty() || std::any_of(chosen.begin(), chosen.end(), [&](std::string_view each) {
                    return means(each, *resource, place.fullUrl);
                  }));
    reader.addContext(*resource, place, now);
  });
}

bool hasData(std::string_view key, const fhir::PatientRecord& record) {
  return key == "patient" ? record.patient.has_value() : !record.conditions.empty();
}

}  // namespace

Gathered gather(const HookRequest& request, fhir::Instant now) {
  fhir::RecordReader reader(request.patientId);
  if (request.prefetch) {
    simdjson::dom::object keys;
    if (request.prefetch->get(keys) == simdjson::SUCCESS) {
      for (const auto& field : keys) reader.addKey(field.key, field.value);
    }
  }
  std::size_t index = 0;
  addContext(reader, request, "draftOrders", now, index);
  addContext(reader, request, "conditions", now, index);
  auto built = reader.build();
  if (!built) return built.error();
  fhir::PatientRecord record = *std::move(built);
  Lacking lacking;
  for (const Prefetch& each : prefetch()) {
    const Coverage coverage = record.of(each.key);
    if (coverage == Coverage::Missing) record.coverage[std::string(each.key)] = Coverage::Missing;
    const bool unusable = coverage == Coverage::Missing || coverage == Coverage::Failed;
    if (each.required && unusable && !hasData(each.key, record)) lacking.keys.push_back(each.key);
  }
  if (!lacking.keys.empty()) return lacking;
  return record;
}

}  // namespace plumbline::hooks
