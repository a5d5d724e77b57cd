#include "fhir/questionnaire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "fhir/code_system.h"
#include "fhir/parse.h"

namespace plumbline::fhir {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Parses a response; the document lives as long as the test.
class Response : public testing::Test {
 protected:
  const Answer& only(const std::string& json) {
    read(json);
    EXPECT_THAT(response_.answers, SizeIs(1));
    return response_.answers.front();
  }

  const QuestionnaireResponse& read(const std::string& json) {
    auto parsed = JsonDocument::parse(json);
    EXPECT_TRUE(parsed);
    document_.emplace(*std::move(parsed));
    response_ = parseQuestionnaireResponse(document_->root(), {});
    return response_;
  }

  static std::string naming(const std::string& questionnaire) {
    return R"({"contained":[{"resourceType":"Questionnaire","id":"q","url":"http://ehr.example/q",)"
           R"("item":[{"linkId":"g","item":[{"linkId":"1","text":"Fever?",)"
           R"("code":[{"system":"http://loinc.org","code":"1-8"},{"system":"http://snomed.info/sct","code":" 386661006"}]}]}]}],)" +
           questionnaire + R"("item":[{"linkId":"1","answer":[{"valueBoolean":true}]}]})";
  }

  std::optional<JsonDocument> document_;
  QuestionnaireResponse response_;
};

TEST_F(Response, TakesCodeAndTextFromTheContainedQuestionnaireItNamesByFragment) {
  const Answer& answer = only(naming(R"("questionnaire":"#q",)"));
  EXPECT_EQ(answer.text, "Fever?");
  ASSERT_THAT(answer.code.coding, SizeIs(2));
  EXPECT_EQ(answer.code.coding[1].system, kSnomed);
  EXPECT_EQ(answer.code.coding[1].code, "386661006");
}

TEST_F(Response, TakesThemFromTheContainedQuestionnaireItNamesByUrlWhateverTheVersion) {
  EXPECT_EQ(only(naming(R"("questionnaire":"http://ehr.example/q|2",)")).text, "Fever?");
  EXPECT_EQ(only(naming(R"("questionnaire":"http://ehr.example/q",)")).text, "Fever?");
}

TEST_F(Response, TakesThemFromAContainedQuestionnaireWhereItNamesNone) {
  EXPECT_EQ(only(naming("")).text, "Fever?");
  EXPECT_EQ(only(naming(R"("questionnaire":{"reference":"#q"},)")).text, "Fever?");
}

TEST_F(Response, TakesNothingFromAnotherContainedQuestionnaire) {
  for (const char* other : {R"("questionnaire":"#r",)", R"("questionnaire":"http://ehr.example/qq",)"}) {
    const Answer& answer = only(naming(other));
    EXPECT_THAT(answer.text, IsEmpty());
    EXPECT_TRUE(answer.code.empty());
  }
}

TEST_F(Response, KeepsTheTextAndTheCodeItBringsItself) {
  const Answer& answer =
      only(R"({"contained":[{"resourceType":"Questionnaire","id":"q","item":[{"linkId":"1",)"
           R"("text":"theirs","code":[{"code":"theirs"}]}]}],"questionnaire":"#q",)"
           R"("item":[{"linkId":"1","text":"ours","code":[{"code":"ours"}]}]})");
  EXPECT_EQ(answer.text, "ours");
  ASSERT_THAT(answer.code.coding, SizeIs(1));
  EXPECT_EQ(answer.code.coding[0].code, "ours");
}

TEST_F(Response, ReadsACopiedCodeAsCodingOrAsConcept) {
  EXPECT_EQ(only(R"({"item":[{"linkId":"1","code":[{"coding":[{"code":"a"}],"text":"t"}]}]})").code.text,
            "t");
  EXPECT_THAT(only(R"({"item":[{"linkId":"1","code":{"coding":[{"code":"a"},{"code":"b"}]}}]})").code.coding,
              SizeIs(2));
  EXPECT_TRUE(only(R"({"item":[{"linkId":"1","code":7}]})").code.empty());
}

TEST_F(Response, FindsQuestionsBelowGroupsAndBelowAnswers) {
  const auto& response =
      read(R"({"item":[{"linkId":"g","item":[{"linkId":"1","answer":[{"valueBoolean":true,)"
           R"("item":[{"linkId":"1.1","answer":[{"valueInteger":2}]}]}]}]}]})");
  ASSERT_THAT(response.answers, SizeIs(3));
  EXPECT_EQ(response.answers[2].linkId, "1.1");
  EXPECT_EQ(response.answers[2].values.front().quantity->value, 2);
}

TEST_F(Response, ReadsTheOrdinalOfACodedAnswerWhateverTheVersionCallsIt) {
  for (const std::string name :
       {"ordinalValue", "itemWeight", "questionnaire-ordinalValue", "iso21090-CO-value"}) {
    const Answer& answer =
        only(R"({"item":[{"linkId":"1","answer":[{"valueCoding":{"code":"x","extension":[{"url":)"
             R"("http://hl7.org/fhir/StructureDefinition/)" +
             name + R"(","valueDecimal":3}]}}]}]})");
    EXPECT_EQ(answer.values.front().ordinal, 3.0) << name;
  }
}

TEST_F(Response, ReadsNoOrdinalFromAnotherExtensionOrWithoutANumber) {
  for (const char* extension :
       {R"({"url":"http://ehr.example/weight","valueDecimal":3})",
        R"({"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue"})",
        R"({"url":"http://hl7.org/fhir/StructureDefinition/itemWeight","valueDecimal":"3"})"}) {
    const Answer& answer =
        only(std::string(R"({"item":[{"linkId":"1","answer":[{"valueCoding":{"code":"x","extension":[)") +
             extension + "]}}]}]}");
    EXPECT_FALSE(answer.values.front().ordinal) << extension;
  }
}

}  // namespace
}  // namespace plumbline::fhir
