#include "rules/text/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "rules/text/content.h"
#include "tests/rules/text/told.h"
#include "tests/support/pack.h"

namespace plumbline::rules::text {
namespace {

using Says = Mention::Says;

using plumbline::tests::pack;

/// How the words in brackets are meant.
Context meant(std::string marked) {
  const std::size_t begin = marked.find('<');
  marked.erase(begin, 1);
  const std::size_t end = marked.find('>');
  marked.erase(end, 1);
  return contextAt(content(), marked, begin, end);
}

MATCHER_P(StateIs, state, "") {
  return arg.state == state;
}
MATCHER_P(TimeIs, time, "") {
  return arg.time == time;
}
MATCHER_P(WhoIs, who, "") {
  return arg.who == who;
}

TEST(Context, ANegationReachesOverItsList) {
  EXPECT_THAT(meant("No fever, chills, <night sweats> or weight loss."), StateIs(State::Negated));
  EXPECT_THAT(meant("She denies any numbness and <weakness>."), StateIs(State::Negated));
  EXPECT_THAT(meant("No fever, chills. Has <night sweats>."), StateIs(State::Affirmed));
}

TEST(Context, ADenialThatRunsIntoAPhraseReachesOverItsList) {
  EXPECT_THAT(told("fever", "She has not had fevers, rigors or sweats."), testing::Each(Says::Absent));
}

TEST(Context, AButEndsANegation) {
  EXPECT_THAT(meant("Denies numbness but has <weakness>."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("No rash; <fever> since Monday."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("No numbness (has <weakness> though)."), StateIs(State::Affirmed));
}

TEST(Context, WhatIsCalledNewIsNoFurtherItemOfANo) {
  EXPECT_THAT(meant("No fever, worsening <leg weakness>."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("No fever, new <leg weakness> or numbness."), StateIs(State::Negated));
  EXPECT_THAT(meant("Denies fever, new <leg weakness>."), StateIs(State::Negated));
}

TEST(Context, WhereEachItemHasANoOfItsOwnOneWithoutIsThere) {
  EXPECT_THAT(meant("No rash, no cough, <numb feet>."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("No rash, no cough, <numb feet> or weakness."), StateIs(State::Negated));
  EXPECT_THAT(meant("No rash, cough, <numb feet>."), StateIs(State::Negated));
}

TEST(Context, WhatIsDescribedIsNoFurtherItemOfANo) {
  EXPECT_THAT(meant("No allergies, severe <back pain>."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("No allergies, severe <back pain> or fever."), StateIs(State::Negated));
  EXPECT_THAT(meant("No rash, severe <back pain>, cough."), StateIs(State::Negated));
}

TEST(Context, TheSecondOfTwoItemsMayNotBeMeantByTheNo) {
  EXPECT_TRUE(meant("No accident, <numb feet>.").vague);
  EXPECT_FALSE(meant("No tingling or <numb feet>.").vague);
  EXPECT_FALSE(meant("No tingling, pain, <numb feet>.").vague);
  EXPECT_FALSE(meant("Denies tingling, <numb feet>.").vague);
}

TEST(Context, ANoMayBeOfAnotherDay) {
  EXPECT_TRUE(meant("No <numb feet> when seen yesterday.").otherDay);
  EXPECT_TRUE(meant("No <weakness> or numbness on 3/11/2026.").otherDay);
  EXPECT_TRUE(meant("Initially denied <weakness>.").otherDay);
  EXPECT_FALSE(meant("No <weakness> since yesterday.").otherDay);
  EXPECT_FALSE(meant("No <weakness> in the last week.").otherDay);
  EXPECT_FALSE(meant("No <weakness> since a fall on Monday.").otherDay);
  EXPECT_FALSE(meant("No <weakness>, went to work on Monday.").otherDay);
}

TEST(Context, WhatIsPresentIsNoFurtherItemOfADenial) {
  EXPECT_THAT(meant("Denies fever, <numb feet> present."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("Denies fever or <numb feet> at present."), StateIs(State::Negated));
  EXPECT_THAT(meant("No rash, cough, <swelling> present."), StateIs(State::Negated));
}

TEST(Context, WhatIsAdmittedInTheEndIsThere) {
  EXPECT_THAT(meant("At first denied <numb feet>, later admits to it."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("No <numb feet> last week, has it today."), StateIs(State::Affirmed));
}

TEST(Context, ADenialMaySpeakOfAllItemsBeforeIt) {
  EXPECT_THAT(meant("<Fever>, cough: denies both."), StateIs(State::Negated));
  EXPECT_THAT(meant("<Fever>, cough, weight loss: all denied."), StateIs(State::Negated));
  EXPECT_THAT(meant("<Numb> since Monday, fever, cough: denies both."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("Denies all <bladder symptoms>."), StateIs(State::Negated));
}

TEST(Context, ACourseToldAsHistoryIsOfToday) {
  EXPECT_THAT(meant("h/o <numb feet> x 2 days."), TimeIs(Time::Current));
  EXPECT_THAT(meant("Hx of <fever> for 3/7."), TimeIs(Time::Current));
  EXPECT_THAT(meant("h/o <fracture> x 2."), TimeIs(Time::Historical));
  EXPECT_THAT(meant("Previous <retention> for 2 days."), TimeIs(Time::Historical));
}

TEST(Context, AConditionOfHowItHappensIsNoAdvice) {
  EXPECT_THAT(meant("If she coughs she <leaks>."), TimeIs(Time::Current));
  EXPECT_THAT(meant("If she <leaks> she is to call."), TimeIs(Time::Hypothetical));
}

TEST(Context, AdviceGoesOnBehindASemicolonUnlessWhatWasSeenIsTold) {
  EXPECT_THAT(meant("Return if weak; <numb>; feverish."), TimeIs(Time::Hypothetical));
  EXPECT_THAT(meant("Return if worse; <numb> since noon."), TimeIs(Time::Current));
  EXPECT_THAT(meant("Return if worse; <numb> on examination."), TimeIs(Time::Current));
}

TEST(Context, AParentMayBeThePatient) {
  EXPECT_THAT(meant("36yo mother with <numb feet>."), WhoIs(Who::Patient));
  EXPECT_THAT(meant("Mother with <breast cancer>."), WhoIs(Who::Other));
  EXPECT_THAT(meant("Old lady with <numb feet>."), TimeIs(Time::Current));
}

TEST(Context, TheDoubtOfACauseIsNotThatOfItsEffect) {
  EXPECT_THAT(meant("Possible slipped disc causing her <numbness>."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("Possible abscess causing <cord compression>."), StateIs(State::Uncertain));
}

TEST(Context, ADoubtBeforeANumberIsOfTheNumber) {
  EXPECT_THAT(meant("Has lost maybe 9 kg of <weight>."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("Possibly <weight loss>."), StateIs(State::Uncertain));
}

TEST(Context, ANegationMayStandBehind) {
  EXPECT_THAT(meant("<Babinski> negative."), StateIs(State::Negated));
  EXPECT_THAT(meant("<Fever>: no, weakness: yes."), StateIs(State::Negated));
  EXPECT_THAT(meant("<Leg weakness>, Hoffmann negative."), StateIs(State::Affirmed));
}

TEST(Context, WhatCannotBeExcludedIsSuspected) {
  EXPECT_THAT(meant("Cannot exclude <cauda equina syndrome>."), StateIs(State::Uncertain));
  EXPECT_THAT(meant("?<CES>, for MRI."), StateIs(State::Uncertain));
  EXPECT_THAT(meant("No improvement in <numbness>."), StateIs(State::Affirmed));
}

TEST(Context, TimeAndPerson) {
  EXPECT_THAT(meant("Return if <numbness> of the saddle area."), TimeIs(Time::Hypothetical));
  EXPECT_THAT(meant("History of <breast cancer>."), TimeIs(Time::Historical));
  EXPECT_THAT(meant("2 week history of <back pain>."), TimeIs(Time::Current));
  EXPECT_THAT(meant("Family history of <cancer>."), WhoIs(Who::Other));
  EXPECT_THAT(meant("Wife reports he is <incontinent>."), WhoIs(Who::Patient));
}

TEST(Context, AHeadingHoldsUntilTheNext) {
  EXPECT_THAT(meant("Family history:\nDiabetes.\n<Breast cancer>.\n"), WhoIs(Who::Other));
  EXPECT_THAT(meant("Family history: diabetes.\nExamination: <foot drop>.\n"), WhoIs(Who::Patient));
}

TEST(Context, AHeadingWithWordsOnItsLineHoldsUntilAnEmptyLine) {
  EXPECT_THAT(meant("PMH: asthma.\n\n<Saddle numbness> and heavy legs.\n"), TimeIs(Time::Current));
  EXPECT_THAT(meant("FH: breast cancer.\n\n<Prostate cancer>.\n"), WhoIs(Who::Patient));
  EXPECT_THAT(meant("PMH: asthma, <breast cancer>.\n"), TimeIs(Time::Historical));
  EXPECT_THAT(meant("PMH:\n\n<breast cancer>\n"), TimeIs(Time::Historical));
  EXPECT_THAT(meant("PMH: asthma. Presents with <saddle numbness>."), TimeIs(Time::Current));
}

TEST(Reader, APastWordOfOnePhraseIsThatOfAnotherThatBeginsWithinIt) {
  for (const char* text : {"Old fracture L1.", "Old compression fracture of T12 on the film."})
    EXPECT_THAT(told("vertebral-fracture-diagnosis", text), testing::IsEmpty()) << text;
  for (const char* text : {"Fracture L1.", "80 years old, fracture L1."})
    EXPECT_THAT(told("vertebral-fracture-diagnosis", text), testing::ElementsAre(Says::Present)) << text;
}

TEST(Context, ADenialBehindAColonIsOfAllBareItemsBeforeIt) {
  EXPECT_THAT(meant("<Fever>, cough: denies."), StateIs(State::Negated));
  EXPECT_THAT(meant("<Saddle numbness>, leg weakness and falls: denied."), StateIs(State::Negated));
  EXPECT_THAT(meant("<Numb> saddle since Monday, fever: denies."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("Saddle is <numb>, fever: denies."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("Severe <back pain>, fever: denies."), StateIs(State::Affirmed));
}

TEST(Context, ALineThatEndsInAColonSpeaksOfTheListBelow) {
  EXPECT_THAT(meant("Denies:\n- fever\n- <numbness>\n"), StateIs(State::Negated));
  EXPECT_THAT(meant("Return if:\nfever\n<numbness>\n"), TimeIs(Time::Hypothetical));
  EXPECT_THAT(meant("Return if:\nfever\n\n<Numbness> on examination.\n"), TimeIs(Time::Current));
  EXPECT_THAT(meant("Return if:\nfever\nExamination: <numbness>\n"), TimeIs(Time::Current));
  EXPECT_THAT(meant("Denies:\n- fever.\n- <numbness>\n"), StateIs(State::Negated));
  EXPECT_THAT(meant("Denies:\n- fever\nExamination\n<numbness>\n"), StateIs(State::Affirmed));
}

TEST(Context, WhatIsSaidSinceWhenIsThere) {
  EXPECT_THAT(meant("No allergies, <saddle numbness> since nine."), StateIs(State::Affirmed));
  EXPECT_THAT(meant("PMH: asthma. <Saddle numbness> since last night."), TimeIs(Time::Current));
}

TEST(Reader, AnExceptionIsNoNormal) {
  EXPECT_THAT(told("saddle-anaesthesia", "Perianal sensation intact except on the left."),
              testing::ElementsAre(Says::NotDocumented));
}

TEST(Reader, WhatIsNotSeenIsNotRead) {
  EXPECT_THAT(told("saddle-anaesthesia", "saddle\xE2\x80\x8B numb\xC2\xADness"),
              testing::ElementsAre(Says::Present));
}

TEST(Reader, WordsThatSayAbsenceTurnRoundWhenDenied) {
  EXPECT_THAT(told("saddle-anaesthesia", "Perianal sensation intact."), testing::ElementsAre(Says::Absent));
  EXPECT_THAT(told("saddle-anaesthesia", "Possibly perianal sensation intact."),
              testing::ElementsAre(Says::NotDocumented));
}

TEST(Reader, AVagueNoRulesNothingOut) {
  EXPECT_THAT(told("saddle-anaesthesia", "No injury, saddle numbness."),
              testing::ElementsAre(Says::NotDocumented));
  EXPECT_THAT(told("saddle-anaesthesia", "Perianal sensation intact when last seen."),
              testing::ElementsAre(Says::NotDocumented));
  EXPECT_THAT(told("saddle-anaesthesia", "Saddle numbness when last seen."),
              testing::ElementsAre(Says::Present));
}

TEST(Reader, ALineDoesNotEndBehindAWordThatLeadsOn) {
  EXPECT_THAT(told("saddle-anaesthesia", "Numb around the\nanus"), testing::ElementsAre(Says::Present));
  EXPECT_THAT(told("fever", "Denies\nfever"), testing::ElementsAre(Says::Absent));
  EXPECT_THAT(told("fever", "No cough\nfever"), testing::ElementsAre(Says::Present));
}

TEST(Reader, AHashBeforeABoneIsAFracture) {
  EXPECT_THAT(told("vertebral-fracture-diagnosis", "# L1 on film"), testing::ElementsAre(Says::Present));
  EXPECT_THAT(told("vertebral-fracture-diagnosis", "Plan\n# L-spine film"), testing::IsEmpty());
}

TEST(Reader, ASpellingOrAPluralIsTheSameWord) {
  EXPECT_THAT(told("saddle-anaesthesia", "saddle anesthesia"), testing::ElementsAre(Says::Present));
  EXPECT_THAT(told("foot-drop", "FOOT-DROP on the left"), testing::ElementsAre(Says::Present));
}

TEST(Reader, NumbersHaveUnits) {
  const auto values = [](std::string_view text) {
    std::vector<std::pair<double, std::string>> all;
    for (const Reading& each : read(content(), text).readings) all.emplace_back(each.value, each.unit);
    return all;
  };
  EXPECT_THAT(values("Temp 38.5"), testing::ElementsAre(std::pair(38.5, std::string("Cel"))));
  EXPECT_THAT(values("T 101.3 F"), testing::ElementsAre(std::pair(101.3, std::string("[degF]"))));
  EXPECT_THAT(values("PVR was 450 ml"), testing::ElementsAre(std::pair(450.0, std::string("mL"))));
  EXPECT_THAT(values("BP 88/50, HR 128"), testing::ElementsAre(std::pair(88.0, std::string("mm[Hg]")),
                                                               std::pair(128.0, std::string("/min"))));
  EXPECT_THAT(values("hip flexion 3/5"), testing::ElementsAre(std::pair(3.0, std::string("grade"))));
  EXPECT_THAT(values("WBC 17"), testing::ElementsAre(std::pair(17.0, std::string("10*9/L"))));
  EXPECT_THAT(values("CSF: WBC 17"), testing::IsEmpty());
}

TEST(Reader, GradesOfBothSidesStandInARow) {
  const auto sides = [](std::string_view text) {
    std::vector<std::pair<double, Side>> all;
    for (const Reading& each : read(content(), text).readings) all.emplace_back(each.value, each.side);
    return all;
  };
  EXPECT_THAT(sides("Power: L 3/5, R 4/5"),
              testing::ElementsAre(std::pair(3.0, Side::Left), std::pair(4.0, Side::Right)));
  EXPECT_THAT(sides("Power L 3/5, sensation R 4/5"), testing::ElementsAre(std::pair(3.0, Side::Left)));
}

TEST(Reader, SidesAndTimesAreThoseBesideThePhrase) {
  const auto mentions = read(content(), "Right foot drop for 3 weeks.").mentions;
  const auto found = std::find_if(mentions.begin(), mentions.end(), [](const Mention& each) {
    return each.finding == *pack().find("foot-drop");
  });
  ASSERT_NE(found, mentions.end());
  EXPECT_EQ(found->side, Side::Right);
  EXPECT_EQ(found->sinceDays, 21);
}

TEST(Reader, ASnippetIsShortAndCutBetweenWords) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "and so on ";
  text += "saddle numbness";
  for (int i = 0; i < 60; ++i) text += " and so on";
  const auto mentions = read(content(), text).mentions;
  ASSERT_FALSE(mentions.empty());
  for (const Mention& each : mentions) {
    EXPECT_LE(each.snippet.size(), content().snippet);
    EXPECT_THAT(std::string(each.snippet), testing::HasSubstr("numbness"));
  }
}

/// Seconds of the processor that `text` takes to be read: whatever else runs on the machine.
double seconds(const std::string& text) {
  const std::clock_t start = std::clock();
  (void)read(content(), text);
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

std::string times(std::string_view piece, std::size_t bytes) {
  std::string all;
  while (all.size() < bytes) all += piece;
  return all;
}

/// Eight times the text takes about eight times as long: not thirty.
TEST(Reader, IsLinearWhateverTheText) {
  constexpr std::size_t kSmall = 64 * 1024;
  for (const std::string_view piece : {"no no no ",
                                       "numb ",
                                       "no numbness ",
                                       "saddle numbness, ",
                                       "((((",
                                       "[ ] yes ",
                                       "family history of ",
                                       "a",
                                       "power 3/5 ",
                                       "return if ",
                                       "x:x:x:",
                                       "leg weakness and numb saddle ",
                                       "?",
                                       "? ",
                                       ":",
                                       "numb legs, denies both, ",
                                       "no numb legs yesterday ",
                                       "numb legs present, ",
                                       "no numb legs, ",
                                       "numb; if weak; "}) {
    (void)seconds(times(piece, kSmall));
    const double small = seconds(times(piece, kSmall));
    const double large = seconds(times(piece, 8 * kSmall));
    EXPECT_LT(large, 30 * small + 0.02) << piece;
  }
}

}  // namespace
}  // namespace plumbline::rules::text
