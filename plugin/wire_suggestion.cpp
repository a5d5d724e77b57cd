#include "plugin/wire_suggestion.h"

#include <string>

namespace plumbline::wire {
namespace {

/// HL7's codes for being asked to fill in a form. Source: Structured Data Capture, "Temporary SDC Codes".
constexpr std::string_view kFormCodes = "http://hl7.org/fhir/uv/sdc/CodeSystem/temp";

void member(JsonWriter& out, std::string_view name, std::string_view text) {
  out.text(name);
  out.text(text);
}

template <class Write>
void object(JsonWriter& out, std::string_view name, Write write) {
  out.text(name);
  out.StartObject();
  write();
  out.EndObject();
}

/// An array of one object, which is all FHIR wants here.
template <class Write>
void list(JsonWriter& out, std::string_view name, Write write) {
  out.text(name);
  out.StartArray();
  out.StartObject();
  write();
  out.EndObject();
  out.EndArray();
}

void codeable(JsonWriter& out, std::string_view name, const cards::Coding& value) {
  object(out, name, [&] {
    list(out, "coding", [&] {
      member(out, "code", value.code);
      member(out, "system", value.system);
      if (!value.display.empty()) member(out, "display", value.display);
    });
  });
}

void reference(JsonWriter& out, std::string_view name, const std::string& type, const std::string& id) {
  if (id.empty()) return;
  object(out, name, [&] { member(out, "reference", type + "/" + id); });
}

void order(JsonWriter& out, const cards::Suggestion& suggestion) {
  member(out, "resourceType", "ServiceRequest");
  member(out, "status", "draft");
  member(out, "intent", "order");
  member(out, "priority", suggestion.priority);
  codeable(out, "code", suggestion.order);
  reference(out, "subject", "Patient", suggestion.patientId);
  reference(out, "encounter", "Encounter", suggestion.encounterId);
  list(out, "reasonCode", [&] { member(out, "text", suggestion.reason); });
}

void task(JsonWriter& out, const cards::Suggestion& suggestion) {
  member(out, "resourceType", "Task");
  member(out, "status", "draft");
  member(out, "intent", "proposal");
  codeable(out, "code", {"complete-questionnaire", kFormCodes, "Complete Questionnaire"});
  member(out, "description", suggestion.label);
  reference(out, "for", "Patient", suggestion.patientId);
  reference(out, "encounter", "Encounter", suggestion.encounterId);
  list(out, "input", [&] {
    codeable(out, "type", {"questionnaire", kFormCodes, "Questionnaire"});
    member(out, "valueCanonical", suggestion.questionnaire);
  });
}

}  // namespace

void writeSuggestion(JsonWriter& out, const cards::Suggestion& suggestion) {
  out.StartObject();
  member(out, "label", suggestion.label);
  member(out, "uuid", suggestion.uuid);
  list(out, "actions", [&] {
    member(out, "type", "create");
    member(out, "description", suggestion.label);
    object(out, "resource",
           [&] { suggestion.questionnaire.empty() ? order(out, suggestion) : task(out, suggestion); });
  });
  out.EndObject();
}

}  // namespace plumbline::wire
