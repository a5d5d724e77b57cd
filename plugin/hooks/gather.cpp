#include "plugin/hooks/gather.h"

#include <algorithm>
#include <iterator>
#include <utility>

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

bool came(const HookRequest& request, std::string_view key) {
  return request.prefetch && fhir::has(*request.prefetch, key);
}

void addPrefetch(fhir::RecordReader& reader, const HookRequest& request, const Supplement& supplement) {
  simdjson::dom::object keys;
  if (!request.prefetch || request.prefetch->get(keys) != simdjson::SUCCESS) return;
  for (const auto& field : keys) {
    const fetch::Fetched* further = supplement.of(field.key);
    if (!further) {
      reader.addKey(field.key, field.value);
      continue;
    }
    std::vector<Json> pages{field.value};
    for (const auto& page : further->pages) pages.push_back(page.root());
    reader.addPages(field.key, pages);
  }
}

void addFetched(fhir::RecordReader& reader, const HookRequest& request, const Supplement& supplement) {
  for (const fetch::Fetched& each : supplement.fetched) {
    if (came(request, each.key)) continue;
    std::vector<Json> pages;
    for (const auto& page : each.pages) pages.push_back(page.root());
    if (pages.empty()) {
      reader.setCoverage(each.key, Coverage::Failed);
    } else if (fhir::text(pages.front(), "resourceType") == "Bundle") {
      reader.addPages(each.key, pages);
    } else {
      reader.addKey(each.key, pages.front());
    }
  }
}

constexpr std::string_view kKept = "screen";

void addScreens(fhir::RecordReader& reader, const Supplement& supplement) {
  for (const fhir::JsonDocument& each : supplement.screens) reader.addKey(kKept, each.root());
}

std::string_view withoutVersion(std::string_view canonical) {
  return canonical.substr(0, canonical.find('|'));
}

/// Of a screen that the EHR was given and that is kept here, only what the EHR says of it is left: seen
/// twice, one answer would count as two.
void dropTwins(fhir::PatientRecord& record) {
  auto& all = record.responses;
  const auto isTwin = [&](const fhir::QuestionnaireResponse& kept) {
    return kept.source.key == kKept &&
           std::any_of(all.begin(), all.end(), [&](const fhir::QuestionnaireResponse& each) {
             return each.source.key != kKept && each.authored == kept.authored &&
                    withoutVersion(each.questionnaire) == withoutVersion(kept.questionnaire);
           });
  };
  std::vector<fhir::QuestionnaireResponse> left;
  std::copy_if(all.begin(), all.end(), std::back_inserter(left),
               [&](const auto& each) { return !isTwin(each); });
  all = std::move(left);
}

LackingKey lackingKey(std::string_view key, Coverage coverage, const HookRequest& request,
                      const Supplement& supplement) {
  const auto why = supplement.why.find(key);
  return {key, came(request, key), coverage, why == supplement.why.end() ? fetch::Why::Off : why->second};
}

bool hasData(std::string_view key, const fhir::PatientRecord& record) {
  return key == "patient" ? record.patient.has_value() : !record.conditions.empty();
}

}  // namespace

Gathered gather(const HookRequest& request, const Supplement& supplement, fhir::Instant now) {
  fhir::RecordReader reader(request.patientId);
  addPrefetch(reader, request, supplement);
  addFetched(reader, request, supplement);
  addScreens(reader, supplement);
  std::size_t index = 0;
  addContext(reader, request, "draftOrders", now, index);
  addContext(reader, request, "conditions", now, index);
  auto built = reader.build();
  if (!built) return built.error();
  fhir::PatientRecord record = *std::move(built);
  if (!supplement.screens.empty()) dropTwins(record);
  Lacking lacking;
  for (const Prefetch& each : prefetch()) {
    const Coverage coverage = record.of(each.key);
    if (coverage == Coverage::Missing) record.coverage[std::string(each.key)] = Coverage::Missing;
    // A part that holds nothing is as good as none: silence would be an answer to a question nobody read.
    if (each.required && coverage != Coverage::Supplied && !hasData(each.key, record))
      lacking.keys.push_back(lackingKey(each.key, coverage, request, supplement));
  }
  if (!lacking.keys.empty()) return lacking;
  return record;
}

}  // namespace plumbline::hooks
