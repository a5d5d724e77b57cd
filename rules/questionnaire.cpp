#include "rules/questionnaire.h"

#include <algorithm>

#include "rules/question.h"

namespace plumbline::rules {
namespace {

bool codeSpeaks(const Pack& pack, const fhir::CodeableConcept& code) {
  bool speaks = false;
  for (const auto& coding : code.coding)
    pack.match(coding.system, coding.code, [&](std::size_t, const Code&) { speaks = true; });
  return speaks;
}

}  // namespace

bool isComplete(const fhir::QuestionnaireResponse& response) {
  return response.status == "completed" || response.status == "amended";
}

std::optional<AskedFor> findingAsked(const Pack& pack, const fhir::Answer& item) {
  if (const auto finding = pack.find(ownLinkId(item.linkId))) return AskedFor{*finding, true};
  if (codeSpeaks(pack, item.code)) return std::nullopt;
  const std::string_view words = item.text.empty() ? item.code.text : item.text;
  return words.empty() ? std::nullopt : pack.asked(words);
}

std::optional<std::size_t> questionOfForm(const Pack& pack, const fhir::CodeableConcept& code) {
  for (const auto& coding : code.coding) {
    if (coding.system == pack.form.url) return pack.find(coding.code);
  }
  return std::nullopt;
}

bool isAttested(const Facts& facts, const std::vector<std::size_t>& findings, std::chrono::seconds limit) {
  const auto answers = [&](const fhir::QuestionnaireResponse& response, std::size_t finding) {
    return std::any_of(response.answers.begin(), response.answers.end(), [&](const fhir::Answer& each) {
      return ownLinkId(each.linkId) == facts.pack.findings[finding].id &&
             std::any_of(each.values.begin(), each.values.end(),
                         [](const auto& value) { return !value.empty(); });
    });
  };
  const auto& all = facts.record.responses;
  return std::any_of(all.begin(), all.end(), [&](const fhir::QuestionnaireResponse& each) {
    const std::string_view url = each.questionnaire.substr(0, each.questionnaire.find('|'));
    return isComplete(each) && url == facts.pack.form.url && each.authored &&
           fhir::surelyWithin(*each.authored, facts.now, limit) &&
           std::all_of(findings.begin(), findings.end(),
                       [&](std::size_t finding) { return answers(each, finding); });
  });
}

}  // namespace plumbline::rules
