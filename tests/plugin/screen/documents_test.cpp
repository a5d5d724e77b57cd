#include "plugin/screen/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir/json.h"
#include "fhir/record.h"
#include "plugin/hooks/services.h"
#include "rules/engine.h"
#include "tests/plugin/screen/chart.h"
#include "tests/support/pack.h"

namespace plumbline::screen {
namespace {

using store::ScreenAnswer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPatient =
    R"({"resourceType": "Patient", "id": "p1", "birthDate": "1980-03-02", "gender": "female"})";

/// The state of each finding in a chart of low back pain that also holds `resource`.
std::map<std::string, rules::FindingState> statesWith(const std::string& resource) {
  const rules::Pack& pack = tests::pack();
  std::vector<fhir::JsonDocument> documents;
  for (const std::string_view each : {kPatient, kPain, std::string_view(resource)})
    documents.push_back(*fhir::JsonDocument::parse(each));
  fhir::RecordReader reader("p1");
  for (const auto& each : hooks::prefetch()) reader.setCoverage(each.key, fhir::Coverage::Supplied);
  for (const auto& each : documents) reader.addKey("x", each.root());
  const auto record = reader.build();
  const auto assessment = rules::assess(pack, *record, kNow);
  std::map<std::string, rules::FindingState> states;
  for (std::size_t f = 0; f < pack.findings.size(); ++f) states[pack.findings[f].id] = assessment.findings[f];
  return states;
}

class Documents : public testing::Test {
 protected:
  const std::vector<ScreenAnswer> answers_{
      {"saddle-anaesthesia", "yes"},  {"fever", "no"},
      {"trauma", "not-examined"},     {"foot-drop", "perhaps"},
      {"no-question-of-ours", "yes"}, {"upper-motor-neurone-signs", "no"}};
  const Filled filled_{"p1", "e1", "Practitioner/d1", "2026-11-25T09:05:00Z", "s-1", answers_};
};

TEST_F(Documents, AreReadAsTheAnswersTheyWereMadeOf) {
  const auto states = statesWith(questionnaireResponse(tests::pack(), filled_));
  EXPECT_EQ(states.at("saddle-anaesthesia").state, rules::State::Present);
  EXPECT_EQ(states.at("fever").state, rules::State::Absent);
  EXPECT_EQ(states.at("upper-motor-neurone-signs").state, rules::State::Absent);
  EXPECT_EQ(states.at("trauma").reason, rules::Reason::NotPerformed);
  // Asked by nobody, or answered by no code of the form: that stays what the chart says, nothing.
  EXPECT_EQ(states.at("foot-drop").reason, rules::Reason::NotDocumented);
  EXPECT_EQ(states.at("gait-disturbance").reason, rules::Reason::NotDocumented);
}

/// The whole form, every question answered alike.
std::vector<ScreenAnswer> allOf(const rules::Code& answer) {
  std::vector<ScreenAnswer> all;
  for (const std::size_t finding : tests::pack().form.asks)
    all.push_back({tests::pack().findings[finding].id, answer.code});
  return all;
}

using Made = std::string (*)(const rules::Pack&, const Filled&);

std::string note(const rules::Pack& pack, const Filled& filled) {
  return documentReference(pack, filled, noteText(pack, filled));
}

/// Expects `holds` of the state of every question where the whole form is answered so, in each of `forms`.
void expectOfEach(const rules::Code& answer, std::initializer_list<Made> forms,
                  const testing::Matcher<rules::State>& holds) {
  const std::vector<ScreenAnswer> answers = allOf(answer);
  const Filled filled{"p1", "", "", "2026-11-25T09:05:00Z", "s-1", answers};
  for (const Made made : forms) {
    const auto states = statesWith(made(tests::pack(), filled));
    for (const auto& each : answers) EXPECT_THAT(states.at(each.question).state, holds) << each.question;
  }
}

TEST(EveryQuestion, AnsweredNoIsADangerInNoFormOfTheAnswers) {
  const rules::Code& no = tests::pack().form.no;
  expectOfEach(no, {questionnaireResponse, observation, note}, testing::Ne(rules::State::Present));
  expectOfEach(no, {questionnaireResponse, observation}, testing::Eq(rules::State::Absent));
}

TEST(EveryQuestion, AnsweredYesIsThereInAResponseAndInAnObservation) {
  expectOfEach(tests::pack().form.yes, {questionnaireResponse, observation},
               testing::Eq(rules::State::Present));
}

TEST(EveryQuestion, ThatNobodyExaminedStaysUnknownInEveryForm) {
  expectOfEach(tests::pack().form.notExamined, {questionnaireResponse, observation, note},
               testing::Eq(rules::State::Unknown));
}

TEST_F(Documents, OfANoteNameWhatWasAnsweredAndNobody) {
  EXPECT_THAT(
      noteText(tests::pack(), filled_),
      AllOf(HasSubstr("- Yes: Altered saddle or genital sensation\n"), HasSubstr("- No: Fever or rigors\n"),
            HasSubstr("- Did not assess Recent injury or fall\n"), Not(HasSubstr("p1")),
            Not(HasSubstr("Foot drop"))));
}

TEST_F(Documents, SayWhoseTheyAreAndByWhatTheyAreKnownAgain) {
  for (const std::string& each :
       {questionnaireResponse(tests::pack(), filled_), observation(tests::pack(), filled_),
        documentReference(tests::pack(), filled_, "x")}) {
    EXPECT_THAT(each, AllOf(HasSubstr(R"("subject":{"reference":"Patient/p1"})"),
                            HasSubstr(R"({"reference":"Encounter/e1"})"),
                            HasSubstr(R"({"system":"urn:plumbline:screen","value":"s-1"})")));
  }
}

}  // namespace
}  // namespace plumbline::screen
