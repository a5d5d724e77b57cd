#include "tests/support/chart.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "plugin/hooks/services.h"
#include "tests/support/resource_writer.h"

namespace plumbline::tests {
namespace {

using rapidjson::Value;

constexpr std::string_view kClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
constexpr std::string_view kVerification = "http://terminology.hl7.org/CodeSystem/condition-ver-status";

// ---- one function a kind of entry ----

/// What somebody wrote beside it.
void annotation(ResourceWriter& out) {
  const std::string words(out.word("note", ""));
  if (words.empty()) return;
  auto& json = out.key("note");
  json.StartArray();
  json.StartObject();
  out.text("text", words);
  json.EndObject();
  json.EndArray();
}

void condition(ResourceWriter& out, Place) {
  const std::string verification = out.word("verification", "confirmed");
  const std::string usual = verification == "entered-in-error" ? ""
                            : out.has("abated")                ? "resolved"
                                                               : "active";
  out.status("clinicalStatus", out.word("clinical", usual), kClinical);
  out.status("verificationStatus", verification, kVerification);
  out.coded("code", out.word("condition", ""), out.word("text", ""));
  out.listed("bodySite", "site");
  out.time("onsetDateTime", "onset");
  out.time("recordedDate", "recorded");
  out.time("abatementDateTime", "abated");
  annotation(out);
}

void observation(ResourceWriter& out, Place) {
  out.plain("status", "status", "final");
  out.measured(out.entry(), "observation");
  out.listedOnce("bodySite", "site");
  out.time("effectiveDateTime", "at");
  annotation(out);
  if (!out.has("components")) return;
  auto& json = out.key("component");
  json.StartArray();
  for (const Value& each : out.entry()["components"].GetArray()) {
    json.StartObject();
    out.measured(each, "observation");
    json.EndObject();
  }
  json.EndArray();
}

/// What a question of a list is called; a question without a name gets its number.
std::string linkIdOf(const Value& questions, rapidjson::SizeType index) {
  const Value& question = questions[index];
  return question.HasMember("linkId") ? question["linkId"].GetString() : std::to_string(index + 1);
}

/// The Questionnaire that holds the codes of the questions, as FHIR R4 keeps them there alone.
void containedQuestions(ResourceWriter& out, const Value& questions) {
  out.text("questionnaire", "#q");
  auto& json = out.key("contained");
  json.StartArray();
  json.StartObject();
  out.text("resourceType", "Questionnaire");
  out.text("id", "q");
  out.key("item").StartArray();
  for (rapidjson::SizeType i = 0; i < questions.Size(); ++i) {
    if (!questions[i].HasMember("code")) continue;
    json.StartObject();
    out.text("linkId", linkIdOf(questions, i));
    out.key("code").StartArray();
    out.coding(questions[i]["code"].GetString());
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  json.EndArray();
}

void question(ResourceWriter& out, const char* linkId, const char* text, const Value& said) {
  auto& json = out.key("answer");
  json.StartArray();
  out.answer(said);
  json.EndArray();
  out.text("linkId", linkId);
  if (*text) out.text("text", text);
}

void answers(ResourceWriter& out, Place) {
  const Value& all = out.entry()["answers"];
  const bool coded = all.IsArray() && std::any_of(all.Begin(), all.End(),
                                                  [](const Value& each) { return each.HasMember("code"); });
  out.plain("status", "status", "completed");
  out.time("authored", "at");
  if (coded) {
    containedQuestions(out, all);
  } else {
    out.plain("questionnaire", "questionnaire", "");
  }
  auto& json = out.key("item");
  json.StartArray();
  if (all.IsObject()) {
    for (const auto& each : all.GetObject()) {
      json.StartObject();
      question(out, each.name.GetString(), "", each.value);
      json.EndObject();
    }
  } else {
    for (rapidjson::SizeType i = 0; i < all.Size(); ++i) {
      json.StartObject();
      question(out, linkIdOf(all, i).c_str(), all[i].HasMember("text") ? all[i]["text"].GetString() : "",
               all[i]["says"]);
      json.EndObject();
    }
  }
  json.EndArray();
}

void request(ResourceWriter& out) {
  out.plain("intent", "intent", "order");
  if (out.has("doNotPerform")) out.key("doNotPerform").Bool(out.entry()["doNotPerform"].GetBool());
}

void medication(ResourceWriter& out, Place place) {
  out.plain("status", "status", place == Place::Context ? "draft" : "active");
  request(out);
  out.coded("medicationCodeableConcept", out.word("medication", ""), "");
  out.time("authoredOn", "from");
  out.listed("reasonCode", "reason");
}

void order(ResourceWriter& out, Place place) {
  out.plain("status", "status", place == Place::Context ? "draft" : "active");
  request(out);
  out.plain("priority", "priority", "");
  out.coded("code", out.word("order", ""), "");
  out.time("authoredOn", "from");
  out.listed("reasonCode", "reason");
  annotation(out);
}

void procedure(ResourceWriter& out, Place) {
  out.plain("status", "status", "completed");
  out.coded("code", out.word("procedure", ""), "");
  out.time("performedDateTime", "at");
}

void report(ResourceWriter& out, Place) {
  out.plain("status", "status", "final");
  out.coded("code", out.word("report", ""), out.word("text", ""));
  out.time("effectiveDateTime", "at");
  out.plain("conclusion", "conclusion", "");
}

void encounter(ResourceWriter& out, Place) {
  out.plain("status", "encounter", "");
  auto& json = out.key("class");
  json.StartObject();
  out.plain("code", "class", "AMB");
  json.EndObject();
  out.key("period").StartObject();
  out.time("start", "at");
  json.EndObject();
  out.listed("reasonCode", "reason");
}

void family(ResourceWriter& out, Place) {
  out.text("status", "completed");
  auto& json = out.key("condition");
  json.StartArray();
  json.StartObject();
  out.coded("code", out.word("family", ""), "");
  json.EndObject();
  json.EndArray();
}

void note(ResourceWriter& out, Place) {
  out.plain("status", "status", "current");
  out.plain("docStatus", "docStatus", "");
  if (const std::string kind(out.word("kind", "")); !kind.empty()) out.coded("type", "text " + kind, "");
  out.time("date", "at");
  auto& json = out.key("content");
  json.StartArray();
  json.StartObject();
  out.key("attachment").StartObject();
  out.text("contentType", out.word("type", "text/plain"));
  out.text("data", base64(out.word("note", "")));
  json.EndObject();
  json.EndObject();
  json.EndArray();
}

struct Kind {
  std::string_view member;  ///< that tells the kind
  const char* type;
  const char* key;
  void (*write)(ResourceWriter&, Place);
  std::string_view others;  ///< the other members it may have, each between blanks
};

constexpr std::array kKinds{
    Kind{"condition", "Condition", "conditions", condition,
         " onset recorded abated clinical verification site text note "},
    Kind{"observation", "Observation", "observations", observation,
         " value at status interpretation absentReason components site text note "},
    Kind{"answers", "QuestionnaireResponse", "responses", answers, " at status questionnaire "},
    Kind{"medication", "MedicationRequest", "medications", medication,
         " from intent doNotPerform status reason "},
    Kind{"procedure", "Procedure", "procedures", procedure, " at status "},
    Kind{"report", "DiagnosticReport", "reports", report, " at status text conclusion "},
    Kind{"order", "ServiceRequest", "orders", order,
         " from intent doNotPerform priority status reason note "},
    Kind{"encounter", "Encounter", "encounter", encounter, " class at reason "},
    Kind{"family", "FamilyMemberHistory", "observations", family, " "},
    Kind{"note", "DocumentReference", "notes", note, " at status docStatus kind type "},
};

const Kind& kindOf(const Value& entry) {
  const auto* kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& each) {
    return entry.HasMember(std::string(each.member).c_str());
  });
  if (kind == kKinds.end()) refuse("an entry of no known kind");
  for (const auto& member : entry.GetObject()) {
    const std::string name = member.name.GetString();
    const std::string_view common = " id key subject times every ";
    const std::string padded = " " + name + " ";
    if (name != kind->member && common.find(padded) == std::string_view::npos &&
        kind->others.find(padded) == std::string_view::npos) {
      refuse(std::string(kind->member) + " has no \"" + name + "\"");
    }
  }
  return *kind;
}

std::string bundle(const EhrCall& call, const std::string& key, bool partial) {
  std::string out = R"({"resourceType":"Bundle","type":"searchset",)";
  if (partial) out += R"("link":[{"relation":"next","url":"https://ehr.example/fhir?page=2"}],)";
  out += "\"entry\":[";
  bool first = true;
  for (const auto& each : call.resources) {
    if (each.key != key) continue;
    out += (first ? "{\"resource\":" : ",{\"resource\":") + each.json + "}";
    first = false;
  }
  return out + "]}";
}

std::string valueOf(const EhrCall& call, const EhrCall::Key& key) {
  if (key.supply == Supply::Failed) {
    return R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"timeout"}]})";
  }
  if (key.name != "patient") return bundle(call, key.name, key.supply == Supply::Partial);
  for (const auto& each : call.resources) {
    if (each.key == "patient") return each.json;
  }
  return "null";
}

const hooks::Service& serviceOf(const std::string& hook) {
  for (const auto& each : hooks::services()) {
    if (each.hookName == hook) return each;
  }
  refuse("no hook " + hook);
}

}  // namespace

EhrCall::EhrCall() {
  for (const auto& each : hooks::prefetch()) keys.push_back({std::string(each.key), Supply::Whole});
}

Supply& EhrCall::supply(const std::string& key) {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const Key& each) { return each.name == key; });
  if (found == keys.end()) refuse("no prefetch key " + key);
  return found->supply;
}

std::string EhrCall::request() const {
  const hooks::Service& service = serviceOf(hook);
  std::string out = R"({"hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","hook":")" + hook +
                    R"(","context":{"userId":"Practitioner/u1","patientId":"p1")";
  if (service.needsEncounter) out += R"(,"encounterId":"e1")";
  if (service.needsSelections) out += R"(,"selections":[])";
  if (service.needsDrafts) out += ",\"draftOrders\":" + bundle(*this, "context", false);
  if (service.needsConditions) out += ",\"conditions\":" + bundle(*this, "context", false);
  out += "},\"prefetch\":{";
  bool first = true;
  for (const Key& key : keys) {
    if (key.supply == Supply::Without) continue;
    out += (first ? "\"" : ",\"") + key.name + "\":" + valueOf(*this, key);
    first = false;
  }
  return out + "}}";
}

void addPatient(EhrCall& call, const Value* patient, fhir::Instant now) {
  Value usual(rapidjson::kObjectType);
  const Value& entry = patient ? *patient : usual;
  for (const auto& member : entry.GetObject()) {
    const std::string_view name = member.name.GetString();
    if (name != "born" && name != "sex" && name != "deceased") refuse("patient has no such member");
  }
  ResourceWriter out(entry, "Patient", "p1", now);
  out.plain("gender", "sex", "female");
  if (const auto born = out.word("born", "1980-05-01"); !born.empty()) {
    out.text("birthDate", timeText(born, now));
  }
  if (entry.HasMember("deceased")) out.key("deceasedBoolean").Bool(entry["deceased"].GetBool());
  call.resources.push_back({"patient", out.end()});
}

void addEntry(EhrCall& call, const Value& entry, Place place, fhir::Instant now) {
  if (!entry.IsObject()) refuse("an entry must be an object");
  std::string key = place == Place::Context ? "context" : "";
  if (entry.HasMember("key")) key = entry["key"].GetString();
  if (entry.HasMember("resource")) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    entry["resource"].Accept(writer);
    call.resources.push_back({key.empty() ? "observations" : key, buffer.GetString()});
    return;
  }
  const Kind& kind = kindOf(entry);
  const int times = entry.HasMember("times") ? entry["times"].GetInt() : 1;
  const auto step = std::chrono::days(entry.HasMember("every") ? entry["every"].GetInt() : 0);
  for (int i = 0; i < times; ++i) {
    std::string id = "r" + std::to_string(call.resources.size());
    if (entry.HasMember("id")) id = entry["id"].GetString();
    ResourceWriter out(entry, kind.type, id, now + i * step);
    out.subject();
    kind.write(out, place);
    call.resources.push_back({key.empty() ? kind.key : key, out.end()});
  }
}

}  // namespace plumbline::tests
