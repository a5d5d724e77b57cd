#include "rules/question.h"

#include <gtest/gtest.h>

namespace plumbline::rules {
namespace {

TEST(Question, IsComparedWithoutCaseAndPunctuation) {
  EXPECT_EQ(plainWords("  Have you had: FEVER (or chills)?! "), "have you had fever or chills");
  EXPECT_EQ(plainWords("it's"), "it s");
  EXPECT_EQ(plainWords("it\u2019s"), "it s");
  EXPECT_EQ(plainWords("night\u00a0pain \u2014"), "night pain");
  EXPECT_EQ(plainWords(""), "");
  EXPECT_EQ(plainWords("?!"), "");
}

TEST(Question, KeepsLettersOutsideAscii) {
  EXPECT_EQ(plainWords("Fi\u00e8vre?"), "fi\u00e8vre");
}

TEST(Question, LosesOneLeadingNumberButNotANumberOfItsOwn) {
  EXPECT_EQ(plainWords("3. Fever"), "fever");
  EXPECT_EQ(plainWords("Q12: Fever"), "fever");
  EXPECT_EQ(plainWords("3. 2 weeks"), "2 weeks");
  EXPECT_EQ(plainWords("12"), "12");
  EXPECT_EQ(plainWords("quiet 3"), "quiet 3");
}

TEST(Question, LosesTheLongestLeadIn) {
  const std::vector<std::string> leadIns{"do you have", "do you have any", "any"};
  EXPECT_EQ(withoutLeadIn("do you have any fever", leadIns), "fever");
  EXPECT_EQ(withoutLeadIn("do you have fever", leadIns), "fever");
  EXPECT_EQ(withoutLeadIn("any fever", leadIns), "fever");
  EXPECT_EQ(withoutLeadIn("anything", leadIns), "anything");
  EXPECT_EQ(withoutLeadIn("any", leadIns), "any");
  EXPECT_EQ(withoutLeadIn("fever", leadIns), "fever");
}

TEST(Question, IsCalledByTheLastPartOfItsLinkId) {
  EXPECT_EQ(ownLinkId("/44249-1/44250-9"), "44250-9");
  EXPECT_EQ(ownLinkId("fever"), "fever");
  EXPECT_EQ(ownLinkId("fever/"), "");
  EXPECT_EQ(ownLinkId(""), "");
}

}  // namespace
}  // namespace plumbline::rules
