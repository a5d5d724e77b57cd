#include "tests/corpus/chart_request.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <map>
#include <unordered_map>
#include <vector>

namespace plumbline::corpus {
namespace {

using fhir::Json;

struct Key {
  std::string_view name;
  std::string_view type;
};
constexpr std::array<Key, 10> kKeys{{{"conditions", "Condition"},
                                     {"medications", "MedicationRequest"},
                                     {"observations", "Observation"},
                                     {"procedures", "Procedure"},
                                     {"allergies", "AllergyIntolerance"},
                                     {"reports", "DiagnosticReport"},
                                     {"imaging", "ImagingStudy"},
                                     {"responses", "QuestionnaireResponse"},
                                     {"encounters", "Encounter"},
                                     {"notes", "DocumentReference"}}};

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void key(Writer& out, std::string_view name) {
  out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
}

void string(Writer& out, std::string_view text) {
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void raw(Writer& out, std::string_view json, rapidjson::Type type) {
  out.RawValue(json.data(), json.size(), type);
}

std::string_view textAt(Json object, std::string_view name) {
  return fhir::text(object, name).value_or(std::string_view{});
}

/// Writes elements of one Bundle with its references turned into `Type/id`.
class Rewriter {
 public:
  explicit Rewriter(Json bundle) {
    fhir::forEach(bundle, "entry", [&](Json entry) {
      const auto resource = fhir::member(entry, "resource");
      const std::string_view id = resource ? textAt(*resource, "id") : std::string_view{};
      if (id.empty()) return;
      const std::string reference = std::string(textAt(*resource, "resourceType")) + "/" + std::string(id);
      targets_[std::string(textAt(entry, "fullUrl"))] = reference;
      targets_["urn:uuid:" + std::string(id)] = reference;
    });
  }

  void write(Writer& out, Json value) const {
    if (simdjson::dom::object members; value.get(members) == simdjson::SUCCESS) {
      out.StartObject();
      for (const auto& field : members) {
        key(out, field.key);
        std::string_view text;
        if (field.key == "reference" && field.value.get(text) == simdjson::SUCCESS) {
          const auto target = targets_.find(std::string(text));
          string(out, target == targets_.end() ? text : std::string_view(target->second));
        } else {
          write(out, field.value);
        }
      }
      out.EndObject();
    } else if (simdjson::dom::array items; value.get(items) == simdjson::SUCCESS) {
      out.StartArray();
      for (const Json item : items) write(out, item);
      out.EndArray();
    } else if (std::string_view text; value.get(text) == simdjson::SUCCESS) {
      string(out, text);
    } else {
      raw(out, simdjson::minify(value), rapidjson::kNumberType);
    }
  }

 private:
  std::unordered_map<std::string, std::string> targets_;
};

void writeEnvelope(Writer& out, std::string_view patientId, std::string_view encounterId) {
  key(out, "hook");
  string(out, "patient-view");
  key(out, "hookInstance");
  string(out, "2f1d3c9e-7b54-4b0c-8f46-0d6a5a1e9c77");
  key(out, "context");
  out.StartObject();
  key(out, "userId");
  string(out, "Practitioner/example");
  key(out, "patientId");
  string(out, patientId);
  if (!encounterId.empty()) {
    key(out, "encounterId");
    string(out, encounterId);
  }
  out.EndObject();
}

std::string addedPain(std::string_view patientId) {
  return R"({"resourceType":"Condition","id":"added-back-pain","clinicalStatus":{"coding":[{"system":)"
         R"("http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"coding":)"
         R"([{"system":"http://snomed.info/sct","code":"279039007","display":"Low back pain"}]},)"
         R"("subject":{"reference":"Patient/)" +
         std::string(patientId) + R"("}})";
}

}  // namespace

std::optional<std::string> requestOf(Json bundle, Pain pain) {
  std::optional<Json> patient;
  std::string_view encounterId;
  std::map<std::string_view, std::vector<Json>> byType;
  fhir::forEach(bundle, "entry", [&](Json entry) {
    const auto resource = fhir::member(entry, "resource");
    if (!resource) return;
    const std::string_view type = textAt(*resource, "resourceType");
    byType[type].push_back(*resource);
    if (type == "Patient" && !patient) patient = resource;
    if (type == "Encounter") encounterId = textAt(*resource, "id");
  });
  if (!patient) return std::nullopt;

  const Rewriter rewriter(bundle);
  const std::string_view patientId = textAt(*patient, "id");
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  writeEnvelope(out, patientId, encounterId);
  key(out, "prefetch");
  out.StartObject();
  key(out, "patient");
  rewriter.write(out, *patient);
  for (const Key& each : kKeys) {
    key(out, each.name);
    out.StartObject();
    key(out, "resourceType");
    string(out, "Bundle");
    key(out, "type");
    string(out, "searchset");
    key(out, "entry");
    out.StartArray();
    for (const Json resource : byType[each.type]) {
      out.StartObject();
      key(out, "resource");
      rewriter.write(out, resource);
      out.EndObject();
    }
    if (pain == Pain::Added && each.type == "Condition") {
      raw(out, R"({"resource":)" + addedPain(patientId) + "}", rapidjson::kObjectType);
    }
    out.EndArray();
    out.EndObject();
  }
  out.EndObject();
  out.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

std::optional<fhir::Instant> lastEntry(Json bundle) {
  std::optional<fhir::Instant> last;
  const auto see = [&](Json object, std::string_view name) {
    const auto when = fhir::parseDate(textAt(object, name));
    if (when && (!last || when->latest > *last)) last = when->latest;
  };
  fhir::forEach(bundle, "entry", [&](Json entry) {
    const auto resource = fhir::member(entry, "resource");
    if (!resource) return;
    for (const char* name : {"effectiveDateTime", "recordedDate", "authoredOn"}) see(*resource, name);
    if (const auto period = fhir::member(*resource, "period")) see(*period, "start");
  });
  return last;
}

std::string requestWith(std::string_view value, std::string_view patientId) {
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  writeEnvelope(out, patientId, {});
  key(out, "prefetch");
  out.StartObject();
  key(out, "patient");
  raw(out, R"({"resourceType":"Patient","id":")" + std::string(patientId) + R"("})", rapidjson::kObjectType);
  key(out, "conditions");
  raw(out,
      R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":)" + addedPain(patientId) + "}]}",
      rapidjson::kObjectType);
  key(out, "observations");
  raw(out, value, rapidjson::kObjectType);
  out.EndObject();
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::optional<std::string> readdressed(Json request, std::string_view hook) {
  simdjson::dom::object members;
  if (request.get(members) != simdjson::SUCCESS) return std::nullopt;
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  for (const auto& field : members) {
    key(out, field.key);
    if (field.key == "hook") {
      string(out, hook);
    } else {
      raw(out, simdjson::minify(field.value), rapidjson::kObjectType);
    }
  }
  out.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace plumbline::corpus
