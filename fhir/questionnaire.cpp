#include "fhir/questionnaire.h"

#include <map>
#include <string_view>

#include "fhir/parse.h"

namespace plumbline::fhir {
namespace {

struct Question {
  CodeableConcept code;
  std::string_view text;
};
using Questions = std::map<std::string_view, Question>;

void collect(Json parent, Questions& questions) {
  forEach(parent, "item", [&](Json item) {
    if (const auto linkId = text(item, "linkId")) {
      questions.try_emplace(*linkId,
                            Question{questionCode(item), text(item, "text").value_or(std::string_view{})});
    }
    collect(item, questions);
  });
}

bool isNamed(Json questionnaire, std::string_view name) {
  if (name.empty()) return true;
  const auto id = text(questionnaire, "id");
  if (name.front() == '#') return id == name.substr(1);
  return text(questionnaire, "url") == name.substr(0, name.find('|'));
}

}  // namespace

CodeableConcept questionCode(Json item) {
  CodeableConcept code;
  forEach(item, "code", [&](Json each) {
    if (text(each, "code")) {
      code.coding.push_back(parseCoding(each));
      return;
    }
    CodeableConcept whole = parseConcept(each);
    if (code.text.empty()) code.text = whole.text;
    for (Coding& coding : whole.coding) code.coding.push_back(std::move(coding));
  });
  return code;
}

void describeQuestions(const Object& resource, QuestionnaireResponse& response) {
  Questions questions;
  forEach(resource, "contained", [&](Json each) {
    if (text(each, "resourceType") == "Questionnaire" && isNamed(each, response.questionnaire))
      collect(each, questions);
  });
  for (Answer& answer : response.answers) {
    const auto found = questions.find(answer.linkId);
    if (found == questions.end()) continue;
    if (answer.code.empty()) answer.code = found->second.code;
    if (answer.text.empty()) answer.text = found->second.text;
  }
}

std::optional<double> ordinalOf(Json coding) {
  std::optional<double> found;
  forEach(coding, "extension", [&](Json extension) {
    const std::string_view url = text(extension, "url").value_or(std::string_view{});
    const bool known = url == "http://hl7.org/fhir/StructureDefinition/ordinalValue" ||
                       url == "http://hl7.org/fhir/StructureDefinition/iso21090-CO-value" ||
                       url == "http://hl7.org/fhir/StructureDefinition/itemWeight" ||
                       url == "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue";
    double figure = 0;
    const auto value = known ? member(extension, "valueDecimal") : std::nullopt;
    if (value && value->get(figure) == simdjson::SUCCESS) found = figure;
  });
  return found;
}

}  // namespace plumbline::fhir
