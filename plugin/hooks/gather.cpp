#include "plugin/hooks/gather.h"

namespace plumbline::hooks {
namespace {

using fhir::Coverage;
using fhir::Json;

void addContext(fhir::RecordReader& reader, Json context, std::string_view key, bool draft, fhir::Instant now,
                std::size_t& index) {
  const auto bundle = fhir::member(context, key);
  if (!bundle) return;
  fhir::forEach(*bundle, "entry", [&](Json entry) {
    if (const auto resource = fhir::member(entry, "resource"))
      reader.addContext(*resource, index, draft, now);
    ++index;
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
  addContext(reader, request.context, "draftOrders", true, now, index);
  addContext(reader, request.context, "conditions", false, now, index);
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
