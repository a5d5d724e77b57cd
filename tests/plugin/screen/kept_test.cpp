/// What is kept of a screen, in the answers that come after it.
#include "plugin/screen/kept.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/answer.h"
#include "plugin/screen/documents.h"
#include "tests/plugin/screen/chart.h"
#include "tests/support/chart.h"
#include "tests/support/pack.h"

namespace plumbline::screen {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string kept(std::string_view patient, const std::vector<store::ScreenAnswer>& answers) {
  return questionnaireResponse(tests::pack(), {patient, {}, {}, "2026-11-25T08:00:00Z", "s-1", answers});
}

class Kept : public testing::Test {
 protected:
  Kept() {
    tests::addPatient(call_, nullptr, kNow);
    call_.resources.push_back({"conditions", std::string(kPain)});
  }

  std::string answerWith(const std::vector<std::string>& screens) {
    Terms terms{.pack = tests::pack(), .now = kNow};
    terms.screens = [&](std::string_view patient) {
      EXPECT_EQ(patient, "p1");
      return screens;
    };
    return answer(*hooks::service("plumbline-patient-view"), call_.request(), terms,
                  [](std::string_view) { return "uuid"; })
        .reply.body;
  }

  tests::EhrCall call_;
};

TEST_F(Kept, AnswersAreEvidenceOfTheNextCall) {
  EXPECT_EQ(answerWith({}), R"({"cards":[]})");
  EXPECT_THAT(answerWith({kept("p1", {{"saddle-anaesthesia", "yes"}, {"fever", "no"}})}),
              AllOf(HasSubstr(R"("tier":"emergency")"), HasSubstr(R"("present":["saddle-anaesthesia")"),
                    HasSubstr(R"(,"fever",)"), Not(HasSubstr(R"({"finding":"fever")"))));
}

TEST_F(Kept, AYesIsNotTakenBackByAFormThatDoesNotAskAgain) {
  const std::string later =
      questionnaireResponse(tests::pack(), {"p1", {}, {}, "2026-11-25T09:00:00Z", "s-2", {{"fever", "no"}}});
  EXPECT_THAT(answerWith({kept("p1", {{"saddle-anaesthesia", "yes"}}), later}),
              HasSubstr(R"("tier":"emergency")"));
}

TEST_F(Kept, WhatTheEhrWasGivenTooCountsOnce) {
  const std::string fever = kept("p1", {{"fever", "yes"}});
  const std::string once = answerWith({fever});
  call_.resources.push_back({"responses", fever});
  EXPECT_EQ(answerWith({fever}), once);
  EXPECT_EQ(answerWith({}), once);
}

TEST_F(Kept, NothingIsReadOfAnotherPatientOrOfWhatIsNoResource) {
  EXPECT_THAT(answerWith({kept("p2", {{"fever", "yes"}})}), Not(HasSubstr("cards")));
  EXPECT_EQ(answerWith({"nonsense"}), R"({"cards":[]})");
}

}  // namespace
}  // namespace plumbline::screen
