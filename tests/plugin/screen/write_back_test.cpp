#include "plugin/screen/write_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pack.h"

namespace plumbline::screen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WriteBack : public testing::Test {
 protected:
  /// Writes back to an EHR that answers in turn; the types that were offered.
  Fate write(const std::vector<Offered>& answers) {
    offered_.clear();
    std::size_t next = 0;
    return writeBack(tests::pack(), filled_, state_, [&](std::string_view type, const std::string& resource) {
      EXPECT_THAT(resource, HasSubstr("\"resourceType\":\"" + std::string(type) + "\""));
      EXPECT_THAT(resource, HasSubstr("\"value\":\"s-1\""));
      offered_.emplace_back(type);
      return answers.at(next++);
    });
  }

  const std::vector<store::ScreenAnswer> answers_{{"fever", "no"}};
  const Filled filled_{"p1", "", "", "2026-11-25T09:05:00Z", "s-1", answers_};
  Submission state_;
  std::vector<std::string> offered_;
};

TEST_F(WriteBack, PrefersAQuestionnaireResponse) {
  EXPECT_EQ(write({Offered::Taken}).writtenAs, "QuestionnaireResponse");
  EXPECT_THAT(offered_, ElementsAre("QuestionnaireResponse"));
}

TEST_F(WriteBack, GoesOnToTheNextKindWhereOneIsRefused) {
  EXPECT_EQ(write({Offered::Refused, Offered::Refused, Offered::Taken}).writtenAs, "DocumentReference");
  EXPECT_THAT(offered_, ElementsAre("QuestionnaireResponse", "Observation", "DocumentReference"));
}

TEST_F(WriteBack, SaysSoWhereTheEhrTakesNothing) {
  const Fate fate = write({Offered::Refused, Offered::Refused, Offered::Refused});
  EXPECT_EQ(fate.writtenAs, "");
  EXPECT_THAT(std::string(fate.why), HasSubstr("none of the forms"));
  EXPECT_EQ(write({}).writtenAs, "");
  EXPECT_THAT(offered_, IsEmpty());
}

TEST_F(WriteBack, OffersTheSameAgainWhereNobodyKnowsWhatBecameOfIt) {
  EXPECT_THAT(std::string(write({Offered::Refused, Offered::Unreached}).why), HasSubstr("did not answer"));
  EXPECT_EQ(write({Offered::Taken}).writtenAs, "Observation");
  EXPECT_THAT(offered_, ElementsAre("Observation"));
}

TEST_F(WriteBack, OffersNothingThatWasTaken) {
  write({Offered::Taken});
  EXPECT_EQ(write({}).writtenAs, "QuestionnaireResponse");
  EXPECT_THAT(offered_, IsEmpty());
}

TEST_F(WriteBack, EndsWithTheSession) {
  EXPECT_THAT(std::string(write({Offered::Over}).why), HasSubstr("is over"));
  EXPECT_THAT(offered_, ElementsAre("QuestionnaireResponse"));
}

TEST(Offered, IsTakenAsWhatItMeans) {
  const auto as = [](int status) { return offeredBy({fetch::Why::None, status, {}}); };
  for (const int status : {200, 201, 412}) EXPECT_EQ(as(status), Offered::Taken) << status;
  for (const int status : {400, 403, 404, 405, 409, 415, 422, 501})
    EXPECT_EQ(as(status), Offered::Refused) << status;
  for (const int status : {204, 302, 307, 408, 429, 500, 502, 503, 504})
    EXPECT_EQ(as(status), Offered::Unreached) << status;
  EXPECT_EQ(as(401), Offered::Over);
  EXPECT_EQ(offeredBy({fetch::Why::Late, 201, {}}), Offered::Unreached);
}

}  // namespace
}  // namespace plumbline::screen
