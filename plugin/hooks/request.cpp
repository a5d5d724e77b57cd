#include "plugin/hooks/request.h"

#include <algorithm>
#include <array>

#include "fhir/reference.h"

namespace plumbline::hooks {
namespace {

using fhir::Error;
using fhir::Json;

/// Whether `key` is one that the standard or the discovery document gives a place in `where`. Others are the
/// caller's text, which no refusal repeats.
bool isPublished(std::string_view where, std::string_view key) {
  constexpr std::array<std::string_view, 7> kEnvelope{
      "hook", "hookInstance", "fhirServer", "fhirAuthorization", "context", "prefetch", "extension"};
  constexpr std::array<std::string_view, 6> kContext{"userId",     "patientId",   "encounterId",
                                                     "selections", "draftOrders", "conditions"};
  if (where.empty()) return std::find(kEnvelope.begin(), kEnvelope.end(), key) != kEnvelope.end();
  if (where == "context") return std::find(kContext.begin(), kContext.end(), key) != kContext.end();
  const auto keys = prefetch();
  return std::any_of(keys.begin(), keys.end(), [&](const Prefetch& each) { return each.key == key; });
}

std::optional<Error> duplicate(Json object, std::string_view where) {
  const auto twice = fhir::duplicateKey(object);
  if (!twice) return std::nullopt;
  if (!isPublished(where, *twice))
    return Error{Error::Kind::DuplicateKey, std::string(where), "an element occurs twice"};
  const std::string prefix = where.empty() ? "" : std::string(where) + ".";
  return Error{Error::Kind::DuplicateKey, prefix + std::string(*twice), "occurs twice"};
}

/// A bare id; "Patient/7" is read as "7", which several EHRs send.
fhir::Result<std::string_view> idAt(Json context, std::string_view key, std::string_view type) {
  auto found = fhir::requiredText(context, key, "context");
  if (!found) return found.error();
  std::string_view id = *found;
  if (id.starts_with(type) && id.substr(type.size()).starts_with('/')) id.remove_prefix(type.size() + 1);
  if (!fhir::isId(id)) {
    return Error{Error::Kind::WrongValue, "context." + std::string(key), "must be a FHIR id"};
  }
  return id;
}

std::optional<Error> bundleAt(Json context, std::string_view key) {
  const auto found = fhir::requiredObject(context, key, "context");
  if (!found) return found.error();
  if (fhir::text(*found, "resourceType") != "Bundle") {
    return Error{Error::Kind::WrongValue, "context." + std::string(key), "must be a Bundle"};
  }
  return std::nullopt;
}

std::optional<Error> selections(Json context, bool required) {
  const auto found = fhir::member(context, "selections");
  if (!found && !required) return std::nullopt;
  if (!found) return Error{Error::Kind::Missing, "context.selections", "required"};
  if (!found->is_array()) return Error{Error::Kind::WrongType, "context.selections", "must be an array"};
  return std::nullopt;
}

std::optional<Error> readContext(HookRequest& request, const Profile& client) {
  const Service& service = *request.service;
  if (auto twice = duplicate(request.context, "context")) return twice;
  const auto user = fhir::requiredText(request.context, "userId", "context");
  if (!user) return user.error();
  request.userId = *user;
  const auto patient = idAt(request.context, "patientId", "Patient");
  if (!patient) return patient.error();
  request.patientId = *patient;
  if (service.needsEncounter || fhir::member(request.context, "encounterId")) {
    const auto encounter = idAt(request.context, "encounterId", "Encounter");
    if (!encounter) return encounter.error();
    request.encounterId = *encounter;
  }
  if (service.needsDrafts) {
    if (auto bad = bundleAt(request.context, "draftOrders")) return bad;
  }
  if (service.needsSelections) {
    if (auto bad = selections(request.context, client.needsSelections)) return bad;
  }
  if (service.needsConditions) return bundleAt(request.context, "conditions");
  return std::nullopt;
}

/// A token for another patient's chart means the EHR has mixed two charts up.
std::optional<Error> checkToken(const HookRequest& request) {
  const auto authorization = fhir::member(request.root, "fhirAuthorization");
  const auto patient = authorization ? fhir::text(*authorization, "patient") : std::nullopt;
  if (!patient || patient->empty() || *patient == request.patientId) return std::nullopt;
  const auto reference = fhir::parseReference(*patient);
  if (reference && reference->type == "Patient" && reference->id == request.patientId) return std::nullopt;
  return Error{Error::Kind::WrongValue, "fhirAuthorization.patient", "is not the patient of the context"};
}

}  // namespace

fhir::Result<HookRequest> readRequest(Json root, const Service* service, const Profile& client) {
  HookRequest request;
  request.root = root;
  if (!request.root.is_object()) return Error{Error::Kind::WrongType, "", "must be an object"};
  if (const auto twice = duplicate(request.root, "")) return *twice;
  const auto hook = fhir::requiredText(request.root, "hook", "");
  if (!hook) return hook.error();
  const auto all = services();
  const auto named =
      std::find_if(all.begin(), all.end(), [&](const Service& each) { return each.hookName == *hook; });
  request.service = service ? service : named == all.end() ? nullptr : &*named;
  if (!request.service || request.service->hookName != *hook) {
    return Error{Error::Kind::WrongValue, "hook", "is not the hook of this service"};
  }
  request.moment = momentOf(client, *request.service, root);
  const auto instance = fhir::requiredText(request.root, "hookInstance", "");
  if (!instance) return instance.error();
  request.hookInstance = *instance;
  const auto context = fhir::requiredObject(request.root, "context", "");
  if (!context) return context.error();
  request.context = *context;
  if (const auto bad = readContext(request, client)) return *bad;
  if (const auto bad = checkToken(request)) return *bad;
  request.prefetch = fhir::member(request.root, "prefetch");
  if (request.prefetch && !request.prefetch->is_object()) {
    return Error{Error::Kind::WrongType, "prefetch", "must be an object"};
  }
  if (request.prefetch) {
    if (const auto twice = duplicate(*request.prefetch, "prefetch")) return *twice;
  }
  return request;
}

}  // namespace plumbline::hooks
