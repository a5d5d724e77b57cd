#include "rules/instruments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "fhir/code_system.h"
#include "tests/rules/content.h"

namespace plumbline::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Code loinc(const std::string& code) {
  Code made;
  made.system = fhir::kLoinc;
  made.code = code;
  return made;
}

fhir::Value number(double figure) {
  fhir::Value value;
  value.quantity = fhir::Quantity{figure, "{score}", "", ""};
  return value;
}

fhir::Value coded(const std::string& code, std::string_view display = {}) {
  fhir::Value value;
  value.concept_.coding.push_back({fhir::kLoinc, code, display});
  return value;
}

fhir::Answer answer(std::string_view linkId, const fhir::Value& value) {
  return {linkId, {}, {}, {value}};
}

/// "short" has the items 1-1 and 2-2, "long" those and 3-3; an answer scores 0 or 1.
class Scoring : public testing::Test {
 protected:
  Scoring() {
    const std::vector<ScoredAnswer> answers{{0, {loinc("LA0")}, {"never"}, false},
                                            {1, {loinc("LA1")}, {"often"}, true}};
    const auto item = [&](const std::string& code) {
      return InstrumentItem{loinc(code), {"item-" + code}, {"question " + code.substr(0, 1)}, answers};
    };
    instruments_.add({"long", "Long", loinc("90-0"), {item("1-1"), item("2-2"), item("3-3")}, {}});
    instruments_.add({"short", "Short", loinc("80-0"), {item("1-1"), item("2-2")}, {0}});
  }

  static std::vector<std::string> told(const std::vector<fhir::Measurement>& all) {
    std::vector<std::string> words;
    for (const auto& each : all) {
      const auto& quantity = each.value.quantity;
      words.push_back(each.code.coding.front().code + "=" +
                      (quantity ? std::to_string(int(quantity->value)) : "?"));
    }
    return words;
  }
  std::vector<std::string> sums(const std::vector<fhir::Answer>& answers) const {
    return told(instruments_.scores(answers).sums);
  }
  std::vector<std::string> items(const std::vector<fhir::Answer>& answers) const {
    return told(instruments_.scores(answers).items);
  }

  Instruments instruments_;
};

TEST_F(Scoring, AddsUpWhenEveryItemIsAnswered) {
  EXPECT_THAT(sums({answer("1-1", number(1)), answer("2-2", number(0)), answer("3-3", number(1))}),
              ElementsAre("90-0=2"));
  EXPECT_THAT(sums({answer("1-1", number(1)), answer("2-2", number(1))}), ElementsAre("80-0=2"));
  EXPECT_THAT(sums({answer("1-1", number(1))}), IsEmpty());
  EXPECT_THAT(sums({}), IsEmpty());
}

TEST_F(Scoring, KnowsAnItemByItsCodeItsLinkIdsAndItsWords) {
  fhir::Answer byCode{"x", {}, {{{fhir::kLoinc, "2-2", {}}}, {}}, {number(1)}};
  fhir::Answer byWords{"y", "1. Question 1?", {}, {number(1)}};
  EXPECT_THAT(sums({byCode, byWords}), ElementsAre("80-0=2"));
  EXPECT_THAT(sums({answer("/form/item-1-1", number(1)), answer("/2-2", number(0))}), ElementsAre("80-0=1"));
  byCode.code.coding.front().system = fhir::kSnomed;
  EXPECT_THAT(sums({byCode, byWords}), IsEmpty());
}

TEST_F(Scoring, ReadsTheCodeBeforeTheOrdinalAndTheOrdinalBeforeTheWords) {
  fhir::Value value = coded("LA1", "never");
  value.ordinal = 0;
  EXPECT_THAT(items({answer("1-1", value)}), ElementsAre("1-1=1"));
  value.concept_.coding.front().code = "local";
  EXPECT_THAT(items({answer("1-1", value)}), ElementsAre("1-1=0"));
  value.concept_.coding.front().display = "often";
  EXPECT_THAT(items({answer("1-1", value)}), ElementsAre("1-1=0"));
  value.ordinal.reset();
  EXPECT_THAT(items({answer("1-1", value)}), ElementsAre("1-1=1"));
}

TEST_F(Scoring, ReadsABooleanAndWordsInAnyCase) {
  fhir::Value value;
  value.boolean = true;
  EXPECT_THAT(items({answer("1-1", value)}), ElementsAre("1-1=1"));
  fhir::Value words;
  words.text = "Never.";
  EXPECT_THAT(items({answer("1-1", words)}), ElementsAre("1-1=0"));
  words.text = "not never";
  EXPECT_THAT(items({answer("1-1", words)}), ElementsAre("1-1=?"));
}

TEST_F(Scoring, PassesOnANumberThatIsNoAnswerAndAddsNothingUp) {
  EXPECT_THAT(items({answer("1-1", number(7)), answer("2-2", number(1))}), ElementsAre("1-1=7", "2-2=1"));
  EXPECT_THAT(sums({answer("1-1", number(7)), answer("2-2", number(1))}), IsEmpty());
  EXPECT_THAT(sums({answer("1-1", number(1)), answer("1-1", number(7)), answer("2-2", number(1))}),
              IsEmpty());
  fhir::Value open = number(1);
  open.quantity->comparator = ">";
  EXPECT_THAT(sums({answer("1-1", open), answer("2-2", number(1))}), IsEmpty());
  fhir::Value weighed;
  weighed.concept_.text = "a lot";
  weighed.ordinal = 7;
  EXPECT_THAT(sums({answer("1-1", weighed), answer("2-2", number(1))}), IsEmpty());
}

TEST_F(Scoring, AddsUpAnItemAnsweredTwiceAlikeButNotInTwoWays) {
  EXPECT_THAT(sums({answer("1-1", number(1)), answer("1-1", coded("LA1")), answer("2-2", number(0))}),
              ElementsAre("80-0=1"));
  EXPECT_THAT(sums({answer("1-1", number(1)), answer("1-1", number(0)), answer("2-2", number(0))}),
              IsEmpty());
}

TEST_F(Scoring, LetsAWrittenTotalStandInPlaceOfTheSum) {
  const std::vector<fhir::Answer> answers{answer("1-1", number(1)), answer("2-2", number(1)),
                                          answer("/80-0", number(5))};
  EXPECT_THAT(told(instruments_.scores(answers).written), ElementsAre("80-0=5"));
  EXPECT_THAT(sums(answers), IsEmpty());
}

TEST_F(Scoring, CarvesNoShortFormOutOfALongerOneEvenWhereTheFurtherItemIsNotAnswered) {
  const std::vector<fhir::Answer> both{answer("1-1", number(1)), answer("2-2", number(1))};
  auto withFurther = both;
  withFurther.push_back({"3-3", {}, {}, {}});
  EXPECT_THAT(sums(withFurther), IsEmpty());
  auto withOther = both;
  withOther.push_back({"something-else", {}, {}, {number(1)}});
  EXPECT_THAT(sums(withOther), ElementsAre("80-0=2"));
}

TEST_F(Scoring, GivesTheNumberOfAnObservationOfAnItem) {
  fhir::Measurement measured{{{{fhir::kLoinc, "1-1", {}}}, {}}, coded("LA1"), {}, {}};
  const auto scored = instruments_.scored(measured);
  ASSERT_TRUE(scored);
  EXPECT_EQ(scored->value.quantity->value, 1);
  EXPECT_EQ(scored->code.coding.front().code, "1-1");
  measured.value = number(1);
  EXPECT_FALSE(instruments_.scored(measured)) << "a number already";
  measured.value = coded("LA9");
  EXPECT_FALSE(instruments_.scored(measured)) << "no answer of the item";
  measured.value = {};
  EXPECT_FALSE(instruments_.scored(measured)) << "no value";
  measured = {{{{fhir::kLoinc, "80-0", {}}}, {}}, coded("LA1"), {}, {}};
  EXPECT_FALSE(instruments_.scored(measured)) << "a total has no answers";
  EXPECT_TRUE(instruments_.knows(measured.code));
  measured.code.coding.front().code = "7-7";
  EXPECT_FALSE(instruments_.scored(measured)) << "no item";
  EXPECT_FALSE(instruments_.knows(measured.code));
}

// ---- the instruments of the content ----

using tests::Content;

/// One answer to each item, by each way it can be recognised, that scores the most there is.
std::vector<fhir::Answer> fullAnswers(const Instrument& instrument, double& most) {
  std::vector<fhir::Answer> answers;
  most = 0;
  for (const InstrumentItem& item : instrument.items) {
    most += item.answers.back().score;
    const std::string_view linkId =
        item.linkIds.empty() ? std::string_view(item.code.code) : item.linkIds.front();
    answers.push_back({linkId, {}, {}, {number(item.answers.back().score)}});
  }
  return answers;
}

TEST_F(Content, AddsUpEveryInstrumentOnlyWhenEachOfItsItemsIsAnswered) {
  ASSERT_THAT(problems(), IsEmpty());
  ASSERT_EQ(pack_->instruments.all().size(), 4U);
  for (const Instrument& instrument : pack_->instruments.all()) {
    double most = 0;
    const auto answers = fullAnswers(instrument, most);
    const auto sums = pack_->instruments.scores(answers).sums;
    ASSERT_EQ(sums.size(), 1U) << instrument.id;
    EXPECT_EQ(sums.front().code.coding.front().code, instrument.total.code);
    EXPECT_EQ(sums.front().value.quantity->value, most) << instrument.id;
    for (std::size_t left = 0; left < answers.size(); ++left) {
      auto fewer = answers;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left));
      EXPECT_THAT(pack_->instruments.scores(fewer).sums, IsEmpty()) << instrument.id << " without " << left;
    }
  }
}

TEST_F(Content, KnowsEveryAnswerOfEveryInstrumentByEachOfItsCodesAndWords) {
  ASSERT_THAT(problems(), IsEmpty());
  for (const Instrument& instrument : pack_->instruments.all()) {
    double most = 0;
    const auto full = fullAnswers(instrument, most);
    for (std::size_t i = 0; i < full.size(); ++i) {
      const auto scoresAs = [&](const ScoredAnswer& meant, const fhir::Value& value) {
        auto answers = full;
        answers[i].values = {value};
        const auto sums = pack_->instruments.scores(answers).sums;
        ASSERT_EQ(sums.size(), 1U) << instrument.id << " item " << i;
        EXPECT_EQ(sums.front().value.quantity->value,
                  most - instrument.items[i].answers.back().score + meant.score);
      };
      for (const ScoredAnswer& each : instrument.items[i].answers) {
        for (const Code& code : each.codes) scoresAs(each, coded(code.code));
        for (const std::string& words : each.words) scoresAs(each, coded("local", words));
      }
    }
  }
}

TEST_F(Content, HasTheMostThatEachInstrumentIsKnownToScore) {
  ASSERT_THAT(problems(), IsEmpty());
  std::map<std::string, double> most;
  for (const Instrument& each : pack_->instruments.all()) fullAnswers(each, most[each.id]);
  const std::map<std::string, double> known{{"gad-7", 21}, {"phq-9", 27}, {"phq-4", 12}, {"start-back", 9}};
  EXPECT_EQ(most, known);
}

}  // namespace
}  // namespace plumbline::rules
