/// What each hook does that the others do not: architecture §5 rules 15, 16 and 20.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "plugin/cards/compose.h"
#include "plugin/cards/detail.h"
#include "rules/words.h"
#include "tests/plugin/cards/markdown.h"
#include "tests/plugin/situations.h"

namespace plumbline::hooks {
namespace {

using cards::linesUnder;
using cards::shownIn;
using situations::bundle;
using situations::cardsOf;
using situations::chartOf;
using situations::condition;
using situations::Request;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string drug(const std::string& id, const std::string& name, const std::string& more = "") {
  return R"({"resourceType":"MedicationRequest","id":")" + id +
         R"(","status":"draft","intent":"order","subject":{"reference":"Patient/p1"},)"
         R"("medicationCodeableConcept":{"text":")" +
         name + "\"}" + more + "}";
}

std::string order(const std::string& id, const std::string& code, const std::string& more = "") {
  const auto bar = code.find('|');
  const std::string system = code.starts_with("loinc") ? "http://loinc.org"
                             : code.starts_with("cpt") ? "http://www.ama-assn.org/go/cpt"
                                                       : "http://snomed.info/sct";
  const std::string concept_ =
      code.starts_with("text")
          ? R"({"text":")" + code.substr(bar + 1) + "\"}"
          : R"({"coding":[{"system":")" + system + R"(","code":")" + code.substr(bar + 1) + "\"}]}";
  return R"({"resourceType":"ServiceRequest","id":")" + id +
         R"(","status":"draft","intent":"order","subject":{"reference":"Patient/p1"},"code":)" + concept_ +
         more + "}";
}

Request ordering(Request request, const std::vector<std::string>& drafts,
                 const std::string& selections = "[]") {
  return request.context("draftOrders", bundle(drafts)).context("selections", selections);
}

Request painful(const std::string& hook) {
  return Request(hook).with("conditions", condition("icd10|M54.50", "2026-11-10"));
}

std::vector<std::string> under(const std::string& heading, const Request& request) {
  const auto all = cardsOf(request);
  return all.empty() ? std::vector<std::string>{} : linesUnder(heading, shownIn(all.front().detail));
}

/// The classes by which the pack knows what is being ordered.
std::vector<std::string> classesOf(const Request& request) {
  std::vector<std::string> ids;
  const auto chart = chartOf(request);
  for (const std::size_t each : chart->assessment.ordering) ids.push_back(situations::pack().orders[each].id);
  return ids;
}

// ---- order-select and order-sign ----

TEST(OrderSelect, IsAboutTheSelectedDraftsOnly) {
  const auto ask = [](const std::string& selections) {
    return situations::ask(ordering(
        painful("order-select"), {drug("a", "diazepam 2 mg"), drug("b", "amoxicillin 500 mg")}, selections));
  };
  EXPECT_EQ(ask(R"(["MedicationRequest/a"])").tier, rules::Tier::StructuralFirst);
  EXPECT_EQ(ask(R"(["MedicationRequest/b"])").tier, rules::Tier::None);
  EXPECT_EQ(ask(R"(["MedicationRequest/b","MedicationRequest/a"])").tier, rules::Tier::StructuralFirst);
}

TEST(OrderSelect, IgnoresSelectionsThatLeadNowhere) {
  const auto ask = [](const std::string& selections) {
    return situations::ask(ordering(painful("order-select"), {drug("a", "diazepam 2 mg")}, selections)).tier;
  };
  EXPECT_EQ(ask(R"(["MedicationRequest/gone","MedicationRequest/a"])"), rules::Tier::StructuralFirst);
  EXPECT_EQ(ask(R"(["MedicationRequest/gone"])"), rules::Tier::None);
  EXPECT_EQ(ask(R"(["ServiceRequest/a"])"), rules::Tier::None) << "another type";
  EXPECT_EQ(ask(R"([7, null, "MedicationRequest/a"])"), rules::Tier::StructuralFirst);
}

TEST(OrderSelect, TakesEveryDraftAsSelectedWhereTheListIsEmpty) {
  EXPECT_EQ(situations::ask(ordering(painful("order-select"), {drug("a", "diazepam 2 mg")})).tier,
            rules::Tier::StructuralFirst);
}

TEST(OrderSelect, FindsASelectionByWholeUrlAndByFullUrl) {
  const std::string entry = R"({"resourceType":"Bundle","entry":[{"fullUrl":"urn:uuid:1","resource":)" +
                            drug("a", "diazepam 2 mg") + R"(},{"resource":)" + drug("b", "amoxicillin") +
                            "}]}";
  for (const std::string selection : {"urn:uuid:1", "https://ehr.example/fhir/MedicationRequest/a", "a"}) {
    const Request request = painful("order-select")
                                .context("draftOrders", entry)
                                .context("selections", "[\"" + selection + "\"]");
    EXPECT_EQ(situations::ask(request).tier, rules::Tier::StructuralFirst) << selection;
  }
}

TEST(OrderSign, IsAboutEveryDraft) {
  const Request request =
      painful("order-sign").context("draftOrders", bundle({drug("b", "amoxicillin"), drug("a", "diazepam")}));
  EXPECT_EQ(situations::ask(request).tier, rules::Tier::StructuralFirst);
}

TEST(OrderSelect, KnowsEachClassOfOrderByCodeOrText) {
  const struct {
    std::string draft, cls;
  } cases[] = {{drug("a", "lorazepam 1 mg"), "anxiolytic"},
               {drug("a", "Oxycodone 5 mg tablets"), "opioid"},
               {drug("a", "Lyrica 75 mg"), "gabapentinoid"},
               {drug("a", "cyclobenzaprine"), "muscle-relaxant"},
               {drug("a", "amitriptyline 10 mg"), "antidepressant"},
               {order("a", "snomed|308447003"), "physiotherapy"},
               {order("a", "cpt|97110"), "physiotherapy"},
               {order("a", "text|Physical therapy, eval and treat"), "physiotherapy"},
               {order("a", "cpt|90834"), "psychology"},
               {order("a", "snomed|308459004"), "psychology"},
               {order("a", "text|Referral to psychology"), "psychology"},
               {order("a", "cpt|72148"), "spine-mri"},
               {order("a", "loinc|24968-0"), "spine-mri"},
               {order("a", "text|MRI lumbar spine without contrast"), "spine-mri"},
               {order("a", "loinc|37340-7"), "plain-imaging"},
               {order("a", "text|Fit note, two weeks"), "sick-note"}};
  for (const auto& each : cases) {
    EXPECT_THAT(classesOf(ordering(painful("order-select"), {each.draft})), ElementsAre(each.cls))
        << each.draft;
    EXPECT_THAT(classesOf(ordering(painful("order-select"), {each.draft}, R"(["Other/x"])")), IsEmpty());
  }
  EXPECT_THAT(
      classesOf(ordering(painful("order-select"), {drug("a", "amoxicillin"), order("b", "text|Diet")})),
      IsEmpty());
}

TEST(OrderSelect, SaysFirstWhatTheOrderBeingMadeDoesNotSettle) {
  const auto consider = [](const std::string& draft) {
    return under("Consider", ordering(situations::emergency("order-select"), {draft}));
  };
  EXPECT_THAT(consider(drug("a", "tramadol 50 mg")).front(), HasSubstr("opioid being ordered"));
  EXPECT_THAT(consider(order("a", "cpt|97110")).front(), HasSubstr("physiotherapy being ordered"));
  EXPECT_THAT(consider(drug("a", "amoxicillin")), Not(Contains(HasSubstr("being ordered"))));
  EXPECT_THAT(consider(drug("a", "tramadol", R"(,"doNotPerform":true)")),
              Not(Contains(HasSubstr("being ordered"))));
}

/// Whatever is ordered, an emergency card holds no word of stress, keeps its length and its own options.
TEST(OrderSelect, KeepsTheRulesOfRedFlagCardsForEveryClass) {
  for (const rules::OrderClass& cls : situations::pack().orders) {
    for (const Request& red : {situations::emergency("order-select"), situations::urgent("order-select")}) {
      std::string draft;
      if (cls.medications) {
        const auto& names = situations::pack().medications[*cls.medications].names;
        draft = drug("a", cls.ingredients.empty() ? names.front() : cls.ingredients.front());
      } else {
        draft = order("a", "text|" + (cls.words.empty() ? situations::pack().imaging[cls.imaging[0]].words[0]
                                                        : cls.words[0]));
      }
      const Request request = ordering(red, {draft});
      ASSERT_THAT(classesOf(request), Contains(cls.id));
      const auto card = cardsOf(request).front();
      EXPECT_LE(cards::utf16Length(card.detail), cards::kMaxDetail);
      for (const auto& stem : situations::pack().stressWords)
        EXPECT_FALSE(rules::holdsWord(card.detail, stem)) << stem << "\n" << card.detail;
    }
  }
}

/// That imaging is of little use without a red flag is said only where none is raised.
TEST(OrderSelect, NeverCallsImagingUnneededBesideAnEmergency) {
  const std::string film = order("a", "loinc|37340-7");
  const auto calm = under("Consider", ordering(situations::structuralFirst("order-select"), {film}));
  EXPECT_THAT(calm, Contains(HasSubstr("Imaging is for recorded red flags")));
  for (const std::string& draft : {film, order("a", "loinc|24968-0")}) {
    const Request request = ordering(situations::emergency("order-select"), {draft});
    EXPECT_EQ(cardsOf(request).front().indicator, cards::Indicator::Critical);
    EXPECT_THAT(cardsOf(request).front().detail, Not(HasSubstr("Imaging is for recorded")));
  }
}

TEST(OrderSelect, SuggestsNoMriWhileAnyIsAmongTheDraftsSelectedOrNot) {
  const Request request =
      ordering(situations::emergency("order-select"), {order("m", "cpt|72148"), drug("a", "tramadol")},
               R"(["MedicationRequest/a"])");
  EXPECT_THAT(under("Consider", request), Contains(HasSubstr("MRI of the spine is being ordered")));
  const cards::Card card = cardsOf(request).front();
  for (const auto& each : card.suggestions) EXPECT_THAT(std::string(each.label), Not(HasSubstr("MRI")));
}

TEST(DraftOrders, ResolveAMedicationContainedBesideOrInThePrefetch) {
  const std::string medication =
      R"({"resourceType":"Medication","id":"m1","code":{"text":"Diazepam 2 mg tablets"}})";
  const auto request = [](const std::string& reference, const std::string& more = "") {
    return R"({"resourceType":"MedicationRequest","id":"a","status":"draft","intent":"order",)"
           R"("subject":{"reference":"Patient/p1"},"medicationReference":{"reference":")" +
           reference + "\"}" + more + "}";
  };
  const auto tier = [](Request whole) { return situations::ask(whole).tier; };
  EXPECT_EQ(tier(ordering(painful("order-select"), {request("#m1", ",\"contained\":[" + medication + "]")})),
            rules::Tier::StructuralFirst);
  EXPECT_EQ(tier(ordering(painful("order-select"), {request("Medication/m1"), medication})),
            rules::Tier::StructuralFirst);
  EXPECT_EQ(tier(ordering(painful("order-select"), {request("Medication/m1")})
                     .prefetch("drugs", bundle({medication}))),
            rules::Tier::StructuralFirst);
  Request byUrl = painful("order-select");
  byUrl.context("draftOrders", R"({"resourceType":"Bundle","entry":[{"resource":)" + request("urn:uuid:m") +
                                   R"(},{"fullUrl":"urn:uuid:m","resource":)" + medication + "}]}");
  EXPECT_EQ(tier(byUrl), rules::Tier::StructuralFirst);
}

TEST(DraftOrders, NeedNeitherAnIdNorAFullUrlAndMayBeOfOlderReleases) {
  const std::string noId =
      R"({"resourceType":"MedicationRequest","status":"draft","intent":"order",)"
      R"("subject":{"reference":"Patient/p1"},"medicationCodeableConcept":{"text":"diazepam"}})";
  std::string old = noId;
  old.replace(old.find("MedicationRequest"), 17, "MedicationOrder");
  for (const auto& draft : {noId, old})
    EXPECT_EQ(situations::ask(ordering(painful("order-select"), {draft})).tier, rules::Tier::StructuralFirst);
  std::string stu3 = order("a", "cpt|72148");
  stu3.replace(stu3.find("ServiceRequest"), 14, "ProcedureRequest");
  EXPECT_THAT(classesOf(ordering(painful("order-select"), {stu3})), ElementsAre("spine-mri"));
  EXPECT_EQ(situations::ask(ordering(painful("order-select"), {R"({"resourceType":"DiagnosticOrder"})"}))
                .reply.status,
            200);
}

// ---- encounter-start ----

TEST(EncounterStart, AsksForEveryItemOfTheScreenThatIsOpen) {
  const auto asked = [](const std::string& hook) {
    return testing::PrintToString(under("Not documented", situations::urgent(hook)));
  };
  EXPECT_THAT(asked("encounter-start"), HasSubstr("fever"));
  EXPECT_GT(asked("encounter-start").size(), asked("patient-view").size());
  EXPECT_THAT(under("Consider", situations::urgent("encounter-start")),
              Contains(HasSubstr("at the start of this visit")));
  EXPECT_THAT(under("Consider", situations::urgent("patient-view")),
              Not(Contains(HasSubstr("at the start of this visit"))));
}

TEST(EncounterStart, IsSilentWhereNothingIsRaised) {
  EXPECT_THAT(cardsOf(situations::silent("encounter-start")), IsEmpty());
}

// ---- problem-list-item-create ----

TEST(ProblemListItemCreate, SpeaksOfWhatIsSavedAlready) {
  const Request request =
      painful("problem-list-item-create").context("conditions", bundle({condition("icd10|F45.41", "")}));
  const auto all = cardsOf(request);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(all.front().summary, AllOf(HasSubstr("was added"), Not(HasSubstr("being"))));
  EXPECT_EQ(all.front().indicator, cards::Indicator::Warning);
}

// ---- encounter-discharge ----

Request discharge() {
  return Request("encounter-discharge")
      .with("conditions", condition("icd10|M54.50", "2026-11-18"))
      .with("conditions", condition("snomed|449813001", "2026-11-20"));
}

std::string activeOrder(const std::string& code, const std::string& authored, const std::string& more = "") {
  std::string text = order("o", code, R"(,"authoredOn":")" + authored + "\"" + more);
  return text.replace(text.find("draft"), 5, "active");
}

bool plans(const Request& request) {
  const auto recorded = under("Recorded", request);
  const auto missing = testing::PrintToString(under("Not documented", request));
  const bool told = std::any_of(recorded.begin(), recorded.end(),
                                [](const auto& line) { return line.starts_with("Plan on record"); });
  EXPECT_NE(told, missing.find("a plan: no matching") != missing.npos) << "one of the two is said";
  return told;
}

TEST(EncounterDischarge, SaysWhetherAPlanForAnOpenPathwayIsOnRecord) {
  EXPECT_FALSE(plans(discharge()));
  EXPECT_TRUE(plans(discharge().with("orders", activeOrder("loinc|24968-0", "2026-11-21"))));
  EXPECT_TRUE(plans(discharge().with("orders", activeOrder("snomed|308482002", "2026-11-21"))));
  EXPECT_TRUE(plans(discharge().with("orders", activeOrder("text|Neurosurgery referral", "2026-11-21"))));
  EXPECT_TRUE(plans(discharge().with("appointments", R"({"resourceType":"Appointment","id":"a",
      "status":"booked","created":"2026-11-21","start":"2026-11-25T09:00:00Z",
      "serviceType":[{"text":"Spinal surgery clinic"}],
      "participant":[{"actor":{"reference":"Patient/p1"}}]})")));
}

TEST(EncounterDischarge, TakesForNoPlanWhatAnswersNothingCameBeforeOrIsNotGoingToBe) {
  EXPECT_FALSE(plans(discharge().with("orders", activeOrder("snomed|308447003", "2026-11-21")))) << "physio";
  EXPECT_FALSE(plans(discharge().with("orders", activeOrder("loinc|24968-0", "2026-11-19")))) << "before";
  EXPECT_FALSE(plans(discharge().with("orders", activeOrder("loinc|24968-0", "2026-11-20")))) << "a tie";
  EXPECT_FALSE(plans(discharge().with("orders", order("o", "loinc|24968-0")))) << "a draft without a date";
  EXPECT_FALSE(plans(
      discharge().with("orders", activeOrder("loinc|24968-0", "2026-11-21", R"(,"doNotPerform":true)"))));
  std::string revoked = activeOrder("loinc|24968-0", "2026-11-21");
  revoked.replace(revoked.find("active"), 6, "revoked");
  EXPECT_FALSE(plans(discharge().with("orders", revoked)));
  EXPECT_FALSE(plans(discharge().with("appointments", R"({"resourceType":"Appointment","id":"a",
      "status":"cancelled","created":"2026-11-21","serviceType":[{"text":"Spinal surgery clinic"}],
      "participant":[{"actor":{"reference":"Patient/p1"}}]})")));
}

TEST(EncounterDischarge, LowersNothingForAReferralAndSpeaksOfPlansOnlyThere) {
  Request request =
      discharge().with("orders", activeOrder("snomed|308482002", "2026-11-21", R"(,"priority":"stat")"));
  EXPECT_EQ(situations::ask(request).tier, rules::Tier::Emergency);
  Request view = Request("patient-view")
                     .with("conditions", condition("icd10|M54.50", "2026-11-18"))
                     .with("conditions", condition("snomed|449813001", "2026-11-20"));
  EXPECT_THAT(cardsOf(view).front().detail, Not(HasSubstr("plan")));
}

TEST(EncounterDischarge, NamesTheOtherOpenPathwaysWithoutAPlan) {
  Request request = discharge().with("conditions", condition("icd10|R26.1", "2026-11-20"));
  EXPECT_THAT(testing::PrintToString(under("Not documented", request)),
              HasSubstr("a plan for Spinal cord compression"));
}

}  // namespace
}  // namespace plumbline::hooks
