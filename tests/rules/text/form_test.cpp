#include "rules/text/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/rules/text/told.h"

namespace plumbline::rules::text {
namespace {

using Says = Mention::Says;

TEST(Form, AnAnswerStandsBehindItsItem) {
  EXPECT_THAT(told("saddle-anaesthesia", "saddle numbness (-), fever (+)"),
              testing::ElementsAre(Says::Absent));
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness: no"), testing::ElementsAre(Says::Absent));
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness? Y"), testing::ElementsAre(Says::Present));
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness\tnot done"),
              testing::ElementsAre(Says::NotPerformed));
}

TEST(Form, WhatExplainsTheItemStandsBeforeItsAnswer) {
  for (const char* label :
       {"Saddle numbness (around the back passage)", "Saddle numbness, now or in the past",
        "Saddle numbness ever", "Private parts (saddle numbness)"}) {
    const std::string item = label;
    EXPECT_THAT(told("saddle-anaesthesia", item + ": No"), testing::ElementsAre(Says::Absent)) << label;
    EXPECT_THAT(told("saddle-anaesthesia", item + "? no, fever: yes"), testing::ElementsAre(Says::Absent))
        << label;
    EXPECT_THAT(told("saddle-anaesthesia", item + ": yes"), testing::ElementsAre(Says::Present)) << label;
    EXPECT_THAT(told("saddle-anaesthesia", item + ": not tested"), testing::ElementsAre(Says::NotPerformed))
        << label;
    EXPECT_THAT(told("saddle-anaesthesia", item + ": Y/N"), testing::ElementsAre(Says::NotDocumented))
        << label;
  }
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness, weak legs (both): no"),
              testing::ElementsAre(Says::Present));
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness (left. Fever): no"),
              testing::ElementsAre(Says::Present));
}

TEST(Form, ANoToGettingBetterLeavesItThere) {
  for (const char* text : {"Saddle numbness resolved: no", "Saddle numbness improved? No.",
                           "Saddle numbness relieved by rest: no", "Saddle numbness (S3 to S5) gone: none"}) {
    EXPECT_THAT(told("saddle-anaesthesia", text), testing::ElementsAre(Says::Present)) << text;
  }
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness resolved: yes"), testing::IsEmpty());
  EXPECT_THAT(told("saddle-anaesthesia", "Perianal sensation intact, improved: no"),
              testing::ElementsAre(Says::NotDocumented));
}

TEST(Form, AnEmptyBoxIsNoNo) {
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness [ ] yes [x] no"),
              testing::ElementsAre(Says::Absent));
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness yes [x] no [ ]"),
              testing::ElementsAre(Says::Present));
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness [ ] yes [ ] no"),
              testing::ElementsAre(Says::NotDocumented));
  EXPECT_THAT(told("saddle-anaesthesia", "[ ] Saddle numbness"), testing::ElementsAre(Says::NotDocumented));
  EXPECT_THAT(told("saddle-anaesthesia", "[x] Saddle numbness"), testing::ElementsAre(Says::Present));
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness: Y/N"), testing::ElementsAre(Says::NotDocumented));
}

}  // namespace
}  // namespace plumbline::rules::text
