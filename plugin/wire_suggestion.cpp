#include "plugin/wire_suggestion.h"

#include <string>

namespace plumbline::wire {
namespace {

/// HL7's codes for being asked to fill in a form. Source: Structured Data Capture, "Temporary SDC Codes".
constexpr std::string_view kFormCodes = "http://hl7.org/fhir/uv/sdc/CodeSystem/temp";

/// An array of one object, which is all FHIR wants here.
template <class Write>
void list(JsonWriter& out, std::string_view name, Write write) {
  out.key(name);
  out.StartArray();
  out.StartObject();
  write();
  out.EndObject();
  out.EndArray();
}

void codeable(JsonWriter& out, std::string_view name, const cards::Coding& value) {
  out.object(name, [&] {
    list(out, "coding", [&] {
      out.member("code", value.code);
      out.member("system", value.system);
      if (!value.display.empty()) out.member("display", value.display);
    });
  });
}

void reference(JsonWriter& out, std::string_view name, std::string_view type, std::string_view id) {
  if (id.empty()) return;
  std::string whole;
  whole.reserve(type.size() + 1 + id.size());
  whole.append(type).append("/").append(id);
  out.object(name, [&] { out.member("reference", whole); });
}

void order(JsonWriter& out, const cards::Suggestion& suggestion) {
  out.member("resourceType", "ServiceRequest");
  out.member("status", "draft");
  out.member("intent", "order");
  out.member("priority", suggestion.priority);
  codeable(out, "code", suggestion.order);
  reference(out, "subject", "Patient", suggestion.patientId);
  reference(out, "encounter", "Encounter", suggestion.encounterId);
  list(out, "reasonCode", [&] { out.member("text", suggestion.reason); });
}

void task(JsonWriter& out, const cards::Suggestion& suggestion) {
  out.member("resourceType", "Task");
  out.member("status", "draft");
  out.member("intent", "proposal");
  codeable(out, "code", {"complete-questionnaire", kFormCodes, "Complete Questionnaire"});
  out.member("description", suggestion.label);
  reference(out, "for", "Patient", suggestion.patientId);
  reference(out, "encounter", "Encounter", suggestion.encounterId);
  list(out, "input", [&] {
    codeable(out, "type", {"questionnaire", kFormCodes, "Questionnaire"});
    out.member("valueCanonical", suggestion.questionnaire);
  });
}

}  // namespace

void writeSuggestion(JsonWriter& out, const cards::Suggestion& suggestion) {
  out.StartObject();
  out.member("label", suggestion.label);
  out.member("uuid", suggestion.uuid);
  list(out, "actions", [&] {
    out.member("type", "create");
    out.member("description", suggestion.label);
    out.object("resource",
               [&] { suggestion.questionnaire.empty() ? order(out, suggestion) : task(out, suggestion); });
  });
  out.EndObject();
}

}  // namespace plumbline::wire
