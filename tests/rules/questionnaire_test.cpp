#include "rules/questionnaire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "rules/evidence.h"
#include "rules/question.h"
#include "tests/rules/content.h"

namespace plumbline::rules {
namespace {

using testing::Contains;
using testing::Field;
using testing::IsEmpty;
using tests::Content;

constexpr fhir::Instant kNow{std::chrono::hours(24 * 365 * 50)};

/// The evidence one answer gives to one finding.
std::vector<Evidence> told(const Pack& pack, std::size_t finding, fhir::Answer answer, bool said) {
  fhir::PatientRecord record;
  fhir::QuestionnaireResponse response;
  response.status = "completed";
  response.authored = fhir::DateRange{kNow, kNow};
  answer.values.resize(1);
  answer.values.front().boolean = said;
  response.answers = {std::move(answer)};
  record.responses = {response};
  return collectEvidence(pack, record, MedicationClasses(pack, record), kNow).evidence[finding];
}

auto says(Evidence::Says what) {
  return Contains(Field(&Evidence::says, what));
}

TEST_F(Content, ReadsYesAndNoToEveryQuestionOfTheForm) {
  ASSERT_THAT(problems(), IsEmpty());
  ASSERT_EQ(pack_->form.asks.size(), 28U);
  for (const std::size_t finding : pack_->form.asks) {
    const fhir::Answer question{pack_->findings[finding].id, {}, {}, {}};
    EXPECT_THAT(told(*pack_, finding, question, true), says(Evidence::Says::Present))
        << pack_->findings[finding].id;
    EXPECT_THAT(told(*pack_, finding, question, false), says(Evidence::Says::Absent))
        << pack_->findings[finding].id;
  }
}

TEST_F(Content, MatchesEveryQuestionOfEveryFindingByItsWordsWithAnyLeadIn) {
  ASSERT_THAT(problems(), IsEmpty());
  for (std::size_t f = 0; f < pack_->findings.size(); ++f) {
    const Finding& finding = pack_->findings[f];
    const auto matches = [&](const std::string& question, bool whole) {
      for (const std::string& leadIn : pack_->answers.leadIns) {
        const auto asked = pack_->asked(leadIn + " " + question + "?");
        ASSERT_TRUE(asked) << leadIn << " " << question;
        EXPECT_EQ(asked->finding, f) << question;
      }
      const fhir::Answer item{"1", question, {}, {}};
      EXPECT_THAT(told(*pack_, f, item, true), says(Evidence::Says::Present)) << question;
      EXPECT_THAT(told(*pack_, f, item, false),
                  says(whole ? Evidence::Says::Absent : Evidence::Says::NotDocumented))
          << question;
    };
    matches(finding.name, true);
    for (const std::string& each : finding.questions) matches(each, true);
    for (const std::string& each : finding.partialQuestions) matches(each, false);
  }
}

TEST_F(Content, MatchesNoQuestionThatIsNegatedOrHasMoreInIt) {
  ASSERT_THAT(problems(), IsEmpty());
  for (const Finding& finding : pack_->findings) {
    for (const std::string& each : finding.questions) {
      for (const std::string before : {"no ", "not ", "without ", "do you not have ", "family history of "})
        EXPECT_FALSE(pack_->asked(before + each)) << before << each;
      for (const std::string after :
           {" or anything else", " in a relative", " ruled out", " before the pain began"})
        EXPECT_FALSE(pack_->asked(each + after)) << each << after;
    }
  }
}

TEST_F(Content, AsksNoQuestionInTheNegative) {
  ASSERT_THAT(problems(), IsEmpty());
  const std::set<std::string> negations{"no",     "not",    "never",  "without",
                                        "denies", "unable", "cannot", "absent"};
  for (const Finding& finding : pack_->findings) {
    auto all = finding.questions;
    all.insert(all.end(), finding.partialQuestions.begin(), finding.partialQuestions.end());
    for (const std::string& question : all) {
      if (question == "constant pain that does not ease with rest")
        continue;  // the pain is what is asked for
      std::istringstream words(question);
      for (std::string word; words >> word;) EXPECT_FALSE(negations.contains(word)) << question;
    }
  }
}

// ---- content that is refused ----

MATCHER_P3(IsProblem, file, pointer, words, "") {
  return arg.file == file && arg.pointer == pointer && arg.message.find(words) != std::string::npos;
}

constexpr const char* kForm = "questionnaires/red-flag-screen.json";

TEST_F(Content, RefusesAFormThatAsksForWhatIsNoFinding) {
  replace(kForm, R"("linkId": "saddle-anaesthesia")", R"("linkId": "sadle-anaesthesia")");
  const auto found = problems();
  EXPECT_THAT(found, Contains(IsProblem(kForm, "/item/0/item/0/linkId", "no finding \"sadle-anaesthesia\"")));
  EXPECT_THAT(found, Contains(IsProblem(kForm, "/item", "does not ask for \"saddle-anaesthesia\"")));
  EXPECT_FALSE(pack_);
}

TEST_F(Content, RefusesAFormThatAsksTwiceOrInOtherWordsOrUnderAnotherCode) {
  replace(kForm, R"("linkId": "urinary-retention")", R"("linkId": "saddle-anaesthesia")");
  replace(kForm, "Unsteady", "Steady");
  replace(kForm, "New unsteadiness or change in walking", "Walking");
  replace(kForm, "386661006", "386661007");
  const auto found = problems();
  EXPECT_THAT(found, Contains(IsProblem(kForm, "/item/0/item/1/linkId", "twice")));
  EXPECT_THAT(found, Contains(IsProblem(kForm, "/item/1/item/4/text", "must be the finding's name")));
  EXPECT_THAT(found,
              Contains(IsProblem(kForm, "/item/2/item/0/code/0", "no code that stands for the finding")));
}

TEST_F(Content, RefusesAFormThatLeavesAnItemOfTheScreenOut) {
  replace("screen.json", R"("all": ["saddle-anaesthesia"])",
          R"("all": ["saddle-anaesthesia", "reduced-anal-tone"])");
  EXPECT_THAT(problems(), Contains(IsProblem(kForm, "/item", "does not ask for \"reduced-anal-tone\"")));
}

TEST_F(Content, RefusesAFormWithAnAnswerNobodyReads) {
  replace("answers.json", R"("code": "not-examined")", R"("code": "not-looked")");
  EXPECT_THAT(problems(), Contains(IsProblem(kForm, "/contained/0/compose/include/0/concept/2",
                                             "does not know the answer")));
}

TEST_F(Content, RefusesAFormThatIsNoQuestionnaire) {
  replace(kForm, R"("type": "choice")", R"("type": "boolean")");
  replace(kForm, R"("status": "draft",
  "subjectType")",
          R"("status": "ready",
  "subjectType")");
  const auto found = problems();
  EXPECT_THAT(found, Contains(IsProblem(kForm, "/item/0", "matches none of the allowed forms")));
  EXPECT_THAT(found, Contains(IsProblem(kForm, "/status", "must be one of")));
}

TEST_F(Content, RefusesAnInstrumentThatCannotBeAddedUp) {
  replace("instruments/gad-7.json", "68509-9", "69725-0");
  replace("instruments/phq-4.json", R"("gad-7")", R"("gad-9")");
  replace("instruments/phq-9.json", R"("score": 3)", R"("score": 2)");
  replace("instruments/start-back.json", R"({"linkIds": ["start-back-3"]})", "{}");
  replace("instruments/start-back.json", R"("system": "loinc")", R"("system": "snomed")");
  const auto found = problems();
  EXPECT_THAT(found, Contains(IsProblem("instruments/gad-7.json", "/items/1",
                                        "names two of the instrument's items")));
  EXPECT_THAT(found, Contains(IsProblem("instruments/phq-4.json", "/shortOf", "no instrument \"gad-9\"")));
  EXPECT_THAT(found, Contains(IsProblem("instruments/phq-9.json", "/answers/3/score", "another answer")));
  EXPECT_THAT(found, Contains(IsProblem("instruments/start-back.json", "/items/2", "to be recognised by")));
  EXPECT_THAT(found,
              Contains(IsProblem("instruments/start-back.json", "/total/system", "must be \"loinc\"")));
}

TEST_F(Content, RefusesAnInstrumentThatBreaksItsSchema) {
  replace("instruments/gad-7.json", R"("total")", R"("sum")");
  replace("instruments/phq-9.json", R"("id": "phq-9")", R"("id": "phq-8")");
  const auto found = problems();
  EXPECT_THAT(found, Contains(IsProblem("instruments/gad-7.json", "/sum", "unknown key")));
  EXPECT_THAT(found, Contains(IsProblem("instruments/gad-7.json", "", "lacks \"total\"")));
  EXPECT_THAT(found, Contains(IsProblem("instruments/phq-9.json", "/id", "must be the file's name")));
}

TEST_F(Content, RefusesAQuestionThatTwoFindingsShare) {
  replace("findings/foot-drop.json", "\"dropped foot\"", "\"Chest pain?\"");
  EXPECT_THAT(problems(), Contains(IsProblem("findings/foot-drop.json", "/questions/1", "already asks for")));
}

}  // namespace
}  // namespace plumbline::rules
