#include "plugin/screen/documents.h"

#include <algorithm>

#include "certs/base64url.h"
#include "plugin/json_writer.h"

namespace plumbline::screen {
namespace {

using rules::Code;
using rules::Pack;

Code codeOf(std::string_view system, std::string_view code, std::string_view display) {
  Code made;
  made.system = system;
  made.code = code;
  made.display = display;
  return made;
}

/// Calls `use(question, answer)` for each question of `questions` that was answered by a code of the form.
template <class Use>
void forEachAnswer(const Pack& pack, const std::vector<rules::ScreenForm::Question>& questions,
                   const Filled& filled, Use use) {
  for (const auto& question : questions) {
    const auto found = std::find_if(filled.answers.begin(), filled.answers.end(), [&](const auto& each) {
      return each.question == pack.findings[question.finding].id;
    });
    const Code* answer = found == filled.answers.end() ? nullptr : offered(pack.form, found->answer);
    if (answer) use(question, *answer);
  }
}

template <class Use>
void forEachAnswer(const Pack& pack, const Filled& filled, Use use) {
  for (const auto& group : pack.form.groups) forEachAnswer(pack, group.questions, filled, use);
}

void coding(JsonWriter& out, std::string_view system, std::string_view code, std::string_view display) {
  out.StartObject();
  out.member("system", system);
  out.member("code", code);
  out.member("display", display);
  out.EndObject();
}

void codeable(JsonWriter& out, std::string_view key, std::string_view text, const std::vector<Code>& codes) {
  out.object(key, [&] {
    out.array("coding", codes, [&](const Code& each) { coding(out, each.system, each.code, each.display); });
    out.member("text", text);
  });
}

void reference(JsonWriter& out, std::string_view key, std::string_view type, std::string_view id) {
  out.object(key, [&] { out.member("reference", std::string(type).append("/").append(id)); });
}

void identifier(JsonWriter& out, const Filled& filled) {
  out.member("system", kSubmissionSystem);
  out.member("value", filled.submission);
}

/// A member that is a list of one object, of what `write()` writes.
template <class Write>
void listOfOne(JsonWriter& out, std::string_view name, Write write) {
  out.key(name);
  out.StartArray();
  out.StartObject();
  write();
  out.EndObject();
  out.EndArray();
}

template <class Write>
std::string resource(std::string_view type, Write write) {
  return jsonObject([&](JsonWriter& out) {
    out.member("resourceType", type);
    write(out);
  });
}

void item(JsonWriter& out, const Pack& pack, const rules::ScreenForm::Question& question,
          const Code& answer) {
  out.StartObject();
  out.member("linkId", pack.findings[question.finding].id);
  out.member("text", pack.findings[question.finding].name);
  listOfOne(out, "answer", [&] {
    out.key("valueCoding");
    coding(out, answer.system, answer.code, answer.display);
  });
  out.EndObject();
}

/// The words before a question that say its answer. Behind it some questions would be read as affirmed: "now
/// or in the past: no".
const std::string& leadIn(const Pack& pack, const Code& answer) {
  if (&answer == &pack.form.yes) return pack.texts.at("screen.note.yes");
  return pack.texts.at(&answer == &pack.form.no ? "screen.note.no" : "screen.note.notExamined");
}

}  // namespace

const Code* offered(const rules::ScreenForm& form, std::string_view code) {
  for (const Code* each : {&form.yes, &form.no, &form.notExamined}) {
    if (each->code == code) return each;
  }
  return nullptr;
}

std::string questionnaireResponse(const Pack& pack, const Filled& filled) {
  return resource("QuestionnaireResponse", [&](JsonWriter& out) {
    out.object("identifier", [&] { identifier(out, filled); });
    out.member("questionnaire", pack.form.url + "|" + pack.form.version);
    out.member("status", "completed");
    reference(out, "subject", "Patient", filled.patient);
    if (!filled.encounter.empty()) reference(out, "encounter", "Encounter", filled.encounter);
    out.member("authored", filled.at);
    if (!filled.author.empty()) out.object("author", [&] { out.member("reference", filled.author); });
    out.text("item");
    out.StartArray();
    forEachAnswer(pack, filled,
                  [&](const auto& question, const Code& answer) { item(out, pack, question, answer); });
    out.EndArray();
  });
}

std::string observation(const Pack& pack, const Filled& filled) {
  return resource("Observation", [&](JsonWriter& out) {
    listOfOne(out, "identifier", [&] { identifier(out, filled); });
    out.member("status", "final");
    listOfOne(out, "category", [&] {
      out.key("coding");
      out.StartArray();
      coding(out, "http://terminology.hl7.org/CodeSystem/observation-category", "survey", "Survey");
      out.EndArray();
    });
    out.object("code", [&] { out.member("text", pack.form.title); });
    reference(out, "subject", "Patient", filled.patient);
    if (!filled.encounter.empty()) reference(out, "encounter", "Encounter", filled.encounter);
    out.member("effectiveDateTime", filled.at);
    out.text("component");
    out.StartArray();
    forEachAnswer(pack, filled, [&](const auto& question, const Code& answer) {
      out.StartObject();
      const rules::Finding& asked = pack.findings[question.finding];
      std::vector<Code> codes{codeOf(pack.form.url, asked.id, asked.name)};
      codes.insert(codes.end(), question.codes.begin(), question.codes.end());
      codeable(out, "code", asked.name, codes);
      if (&answer == &pack.form.notExamined) {
        const Code why = codeOf("http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-performed",
                                "Not Performed");
        codeable(out, "dataAbsentReason", answer.display, {why});
      } else {
        codeable(out, "valueCodeableConcept", answer.display, {answer});
      }
      out.EndObject();
    });
    out.EndArray();
  });
}

std::string documentReference(const Pack& pack, const Filled& filled, std::string_view note) {
  return resource("DocumentReference", [&](JsonWriter& out) {
    listOfOne(out, "identifier", [&] { identifier(out, filled); });
    out.member("status", "current");
    out.member("docStatus", "final");
    // LOINC 34109-9 is any note; an EHR that files by kind has one for it.
    codeable(out, "type", pack.texts.at("screen.note.heading"),
             {codeOf("http://loinc.org", "34109-9", "Note")});
    reference(out, "subject", "Patient", filled.patient);
    out.member("date", filled.at);
    listOfOne(out, "content", [&] {
      out.object("attachment", [&] {
        out.member("contentType", "text/plain; charset=utf-8");
        out.member("data", certs::toBase64(note));
        out.member("title", pack.texts.at("screen.note.heading"));
      });
    });
    if (filled.encounter.empty()) return;
    out.object("context", [&] {
      listOfOne(out, "encounter",
                [&] { out.member("reference", "Encounter/" + std::string(filled.encounter)); });
    });
  });
}

std::string noteText(const Pack& pack, const Filled& filled) {
  // Without the titles of the groups: "Infection and cancer" on a line of its own reads as an entry of both.
  std::string text = pack.texts.at("screen.note.heading") + " (" + std::string(filled.at) + ")\n";
  forEachAnswer(pack, filled, [&](const auto& question, const Code& answer) {
    text += "- " + leadIn(pack, answer) + " " + pack.findings[question.finding].name + "\n";
  });
  return text;
}

}  // namespace plumbline::screen
