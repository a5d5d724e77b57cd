#include "plugin/cards/suggest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "plugin/cards/detail.h"
#include "tests/plugin/cards/markdown.h"
#include "tests/plugin/situations.h"

namespace plumbline::cards {
namespace {

using situations::cardsFor;
using situations::condition;
using situations::Request;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> codesOf(const Card& card) {
  std::vector<std::string> codes;
  for (const auto& each : card.suggestions)
    codes.push_back(std::string(each.order.system) + "|" + std::string(each.order.code));
  return codes;
}

/// New ascending weakness: the pathway whose referral has no code that is safe anywhere.
Request ascending() {
  return Request()
      .with("conditions", condition("icd10|M54.50", "2026-11-18"))
      .with("conditions", condition("icd10|G61.0", "2026-11-22"));
}

TEST(Suggest, OrdersByTheSitesCodesFirstAndByUrgencyBeforeThat) {
  const Site plain{{{"lumbar-mri", {"IMG1", "urn:site", "MRI L-spine"}}}, "", ""};
  EXPECT_THAT(codesOf(cardsFor("spec", situations::emergency(), plain).front()), Contains("urn:site|IMG1"));
  Site urgent = plain;
  urgent.orders["lumbar-mri/stat"] = {"IMG9", "urn:site", ""};
  EXPECT_THAT(codesOf(cardsFor("spec", situations::emergency(), urgent).front()),
              ElementsAre("urn:site|IMG9", "http://loinc.org|69388-7", "http://snomed.info/sct|308482002"));
}

TEST(Suggest, LeavesAnOrderWithoutMappingAndWithoutASafeCodeAsText) {
  const auto has = [](const rules::Pathway& pathway) {
    return std::any_of(pathway.options.begin(), pathway.options.end(), [](const auto& each) {
      return each.order == "referral-neurology" && each.code.empty();
    });
  };
  ASSERT_TRUE(has(*situations::pack().pathway("acute-neuropathy-or-myelitis")));
  const auto before = cardsFor("spec", ascending()).front();
  EXPECT_THAT(codesOf(before), Not(Contains("|")));
  for (const auto& each : before.suggestions) EXPECT_NE(each.logicalOrder, "referral-neurology");
  const Site site{{{"referral-neurology", {"REF7", "urn:site", "Neurology"}}}, "", ""};
  EXPECT_THAT(codesOf(cardsFor("spec", ascending(), site).front()), Contains("urn:site|REF7"));
}

TEST(Suggest, WritesUnmappedOrdersOutForAClientThatTakesOnlyItsOwnCodes) {
  const auto card = cardsFor("epic", situations::emergency()).front();
  EXPECT_THAT(card.suggestions, IsEmpty());
  EXPECT_THAT(linesUnder("Consider", shownIn(card.detail)), Contains(HasSubstr("bladder scan")));
}

TEST(Suggest, GivesTheReasonOfThePathwayThatOffersIt) {
  const Card card = cardsFor("spec", situations::emergency()).front();
  for (const auto& each : card.suggestions) EXPECT_EQ(each.reason, "To rule out: Cauda equina syndrome");
}

TEST(Suggest, OffersTestsOfBloodWithAnInfection) {
  const Request request = Request()
                              .with("conditions", condition("icd10|M54.50", "2026-11-18"))
                              .with("conditions", condition("icd10|M46.46", "2026-11-22"));
  std::set<std::string> orders;
  const Card card = cardsFor("spec", request).front();
  for (const auto& each : card.suggestions) orders.emplace(each.logicalOrder);
  EXPECT_THAT(orders, testing::IsSupersetOf({"crp", "esr", "fbc", "blood-cultures"}));
}

TEST(Suggest, AsksForTheScreenWhereItIsOpenAndThereIsTime) {
  const auto asks = [](const std::string& profile, const Request& request) {
    const Card card = cardsFor(profile, request).front();
    const auto& all = card.suggestions;
    return std::any_of(all.begin(), all.end(), [](const auto& each) { return !each.questionnaire.empty(); });
  };
  EXPECT_TRUE(asks("spec", situations::structuralFirst()));
  EXPECT_TRUE(asks("spec", situations::soon()));
  EXPECT_TRUE(asks("spec", situations::emergency("encounter-start")));
  EXPECT_FALSE(asks("spec", situations::emergency())) << "not before an emergency is seen to";
  EXPECT_FALSE(asks("spec", situations::cleared())) << "nothing is open";
  EXPECT_FALSE(asks("epic", situations::structuralFirst())) << "takes no Task";
}

TEST(Suggest, LinksWhatTheSiteHasSetUp) {
  const Site site{{}, "https://plumbline.example/knowledge", "https://plumbline.example/launch"};
  const auto links = [&](const Request& request) {
    std::vector<std::string> all;
    const Card card = cardsFor("spec", request, site).front();
    for (const auto& each : card.links) {
      if (each.url.starts_with("https://plumbline.example"))
        all.push_back(std::string(each.label) + (each.type == Link::Smart ? " (app)" : ""));
    }
    return all;
  };
  EXPECT_THAT(links(situations::structuralFirst()),
              ElementsAre("How this was decided", "Red-flag screen (app)"));
  EXPECT_THAT(links(situations::cleared()), ElementsAre("How this was decided"));
}

TEST(Suggest, LinksToWhereTheKnowledgeTellsOfWhatHeadsTheCard) {
  const auto behind = [](const Request& request, const std::string& page) {
    const Site site{{}, page, ""};
    return cardsFor("spec", request, site).front().links.back().behind;
  };
  EXPECT_EQ(behind(situations::emergency(), "https://p.example/knowledge"), "#pathway-cauda-equina");
  EXPECT_EQ(behind(situations::structuralFirst(), "https://p.example/knowledge"), "#screen");
  EXPECT_EQ(behind(situations::emergency(), "https://site.example/how"), "") << "a page of others";
}

TEST(Suggest, ReportsMappedOrdersThatNobodyOffers) {
  const Site site{{{"lumbar-mri", {}}, {"lumbar-mri/stat", {}}, {"brain-mri", {}}, {"crp/asap", {}}}, "", ""};
  EXPECT_THAT(unknownOrders(site, situations::pack()), ElementsAre("brain-mri", "crp/asap"));
}

TEST(Overrides, AreOfHl7sCodesAndAlreadyAssessed) {
  std::size_t own = 0;
  for (const auto& each : situations::pack().overrides) {
    if (each.system == "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes") continue;
    EXPECT_EQ(each.code, "already-assessed");
    ++own;
  }
  EXPECT_EQ(own, 1U);
}

}  // namespace
}  // namespace plumbline::cards
