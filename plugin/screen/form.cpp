#include "plugin/screen/form.h"

#include <algorithm>

#include "plugin/cards/detail.h"
#include "rules/age.h"

namespace plumbline::screen {
namespace {

using rules::Assessment;
using rules::FindingState;
using rules::State;

/// The findings that the screen needs of this patient: those of the regions that may be in pain, at an age
/// the patient may have.
rules::FindingSet needed(const Assessment& assessment, const fhir::PatientRecord& record) {
  const auto age = rules::ageOf(record, assessment.now);
  rules::FindingSet all;
  for (const auto& [region, items] : assessment.pack->screen.items) {
    if (!assessment.pain.in(region)) continue;
    for (const rules::ScreenItem& item : items) {
      if (item.ageFrom && age && age->oldest < *item.ageFrom) continue;
      for (const std::size_t finding : item.all) all.insert(finding);
    }
  }
  return all;
}

/// What the chart answers, as far as the screen takes it: a no that is too old is no answer any more.
const rules::Code* answerOf(const Assessment& assessment, std::size_t finding) {
  const auto& form = assessment.pack->form;
  const FindingState& state = assessment.findings[finding];
  if (state.state == State::Present) return &form.yes;
  const bool open = std::any_of(assessment.open.begin(), assessment.open.end(),
                                [&](const rules::OpenItem& each) { return each.findings.contains(finding); });
  // What is open is only known where pain is in play.
  return state.state == State::Absent && assessment.pain.inPlay && !open ? &form.no : nullptr;
}

/// The finding's line of a card without its name, which the question says already.
std::string lineOf(const Assessment& assessment, std::size_t finding) {
  std::string line = cards::findingLine(assessment, finding);
  const std::string& name = assessment.pack->findings[finding].name;
  if (line.starts_with(name)) line.erase(0, name.size());
  return line.erase(0, std::min(line.find_first_not_of(":, "), line.size()));
}

std::string recorded(const Assessment& assessment, std::size_t finding) {
  const auto& form = assessment.pack->form;
  const FindingState& state = assessment.findings[finding];
  if (state.state == State::Present) return form.yes.display + ": " + lineOf(assessment, finding);
  if (state.state == State::Absent) return form.no.display + ": " + cards::sourceOf(assessment, state);
  const bool stale = state.reason == rules::Reason::Stale && !state.evidence.empty();
  return stale ? lineOf(assessment, finding) : "";
}

void writeQuestion(JsonWriter& out, const Assessment& assessment, std::size_t finding, bool asked) {
  const rules::Finding& its = assessment.pack->findings[finding];
  out.StartObject();
  out.member("id", its.id);
  out.member("text", its.name);
  out.member("ask", its.ask);
  out.flag("asked", asked);
  if (const rules::Code* answer = answerOf(assessment, finding)) out.member("chart", answer->code);
  if (const std::string words = recorded(assessment, finding); !words.empty()) out.member("recorded", words);
  out.EndObject();
}

std::string joined(fhir::Json name) {
  if (const auto whole = fhir::text(name, "text")) return std::string(*whole);
  std::string text;
  const auto add = [&](fhir::Json part) {
    std::string_view word;
    if (part.get(word) == simdjson::SUCCESS) text.append(text.empty() ? "" : " ").append(word);
  };
  fhir::forEach(name, "given", add);
  fhir::forEach(name, "family", add);
  return text;
}

}  // namespace

std::string nameOf(fhir::Json patient) {
  std::string text;
  fhir::forEach(patient, "name", [&](fhir::Json name) {
    if (text.empty()) text = joined(name);
  });
  const auto born = fhir::text(patient, "birthDate");
  return born ? text.append(text.empty() ? "" : ", ").append(*born) : text;
}

void writeForm(JsonWriter& out, const Assessment& assessment, const fhir::PatientRecord& record,
               fhir::Json patient) {
  const auto& form = assessment.pack->form;
  const rules::FindingSet asked = needed(assessment, record);
  out.member("title", form.title);
  out.member("patient", nameOf(patient));
  out.array("answers", std::initializer_list<const rules::Code*>{&form.yes, &form.no, &form.notExamined},
            [&](const rules::Code* each) {
              out.StartObject();
              out.member("code", each->code);
              out.member("display", each->display);
              out.EndObject();
            });
  out.array("groups", form.groups, [&](const rules::ScreenForm::Group& group) {
    out.StartObject();
    out.member("title", group.title);
    out.array("questions", group.questions, [&](const rules::ScreenForm::Question& each) {
      writeQuestion(out, assessment, each.finding, asked.contains(each.finding));
    });
    out.EndObject();
  });
}

}  // namespace plumbline::screen
