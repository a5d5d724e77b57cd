/// What EHRs are known to do differently, one test a difference, named by its id in the project's list of
/// them. Where the id speaks of a design other than this one, the test holds what the id protects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "plugin/cards/detail.h"
#include "plugin/hooks/profiles.h"
#include "plugin/wire.h"
#include "tests/plugin/situations.h"

namespace plumbline {
namespace {

using fhir::Coverage;
using rules::Tier;
using situations::askAs;
using situations::bundle;
using situations::cardsFor;
using situations::chartOf;
using situations::condition;
using situations::painful;
using situations::Request;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string diazepam() {
  return R"({"resourceType":"MedicationRequest","id":"a","status":"draft","intent":"order",)"
         R"("subject":{"reference":"Patient/p1"},"medicationCodeableConcept":{"text":"diazepam"}})";
}

// ---- Oracle Health ----

/// The client drops appContext: no link needs any.
TEST(Annex, ORCL_03_NoLinkDependsOnAppContext) {
  const cards::Site site{{}, "https://p.example/knowledge", "https://p.example/launch"};
  EXPECT_THAT(askAs("oracle", situations::structuralFirst(), site).reply.body,
              AllOf(HasSubstr("https://p.example/launch"), Not(HasSubstr("appContext"))));
}

TEST(Annex, ORCL_04_TextFitsANarrowPanel) {
  using namespace situations;
  Request crowded = emergency("encounter-discharge");
  for (const char* code : {"icd10|R26.1", "icd10|M21.371", "icd10|R50.9", "icd10|R15.9", "snomed|386661006"})
    crowded.with("conditions", condition(code, "2026-11-22"));
  crowded.prefetch("labs", failedSearch()).prefetch("notes", failedSearch());
  for (const Request& request : {emergency(), urgent("encounter-start"), soon(), structuralFirst(), cleared(),
                                 notAssessable(), crowded}) {
    const std::string detail = cardsFor("oracle", request).front().detail;
    std::istringstream lines(detail);
    int bullets = 0;
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(cards::utf16Length(line), 48U) << line;
      bullets += line.starts_with("- ");
    }
    EXPECT_LE(bullets, 6) << detail;
    EXPECT_EQ(detail.find('|'), detail.npos) << "no table";
    EXPECT_LE(cards::utf16Length(detail), cards::kMaxDetail);
  }
}

/// Later pages are shorter whatever was asked for: a next link is unread data, however full the page is.
TEST(Annex, ORCL_05_AFurtherPageMakesTheKeyPartial) {
  const std::string page =
      bundle({}, R"(,"link":[{"relation":"next","url":"https://ehr.example/fhir/Observation?page=2"}])");
  EXPECT_EQ(chartOf(painful().prefetch("observations", page))->record.of("observations"), Coverage::Partial);
}

TEST(Annex, ORCL_06_CommentsInRtfAreReadWithoutTheirMarkup) {
  const auto tier = [](const std::string& note) {
    const std::string observation =
        R"({"resourceType":"Observation","id":"n","status":"final","subject":{"reference":"Patient/p1"},)"
        R"("effectiveDateTime":"2026-11-22","code":{"text":"Examination"},"note":[{"text":")" +
        note + "\"}]}";
    return situations::ask(painful().with("observations", observation)).tier;
  };
  EXPECT_EQ(tier(R"({\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\f0\\fs20 New saddle \\b anaesthesia\\b0 .\\par})"),
            Tier::Emergency);
  EXPECT_EQ(tier(R"({\\rtf1\\ansi\\f0\\fs20 No complaints.\\par})"), Tier::None);
}

TEST(Annex, ORCL_07_AResponseWithoutAnswersIsNoNegative) {
  const std::string empty = R"({"resourceType":"QuestionnaireResponse","id":"q","status":"completed",
    "subject":{"reference":"Patient/p1"},"authored":"2026-11-23T08:00:00Z"})";
  const auto chart = chartOf(situations::structuralFirst().with("responses", empty));
  EXPECT_EQ(chart->assessment.tier, Tier::StructuralFirst);
  EXPECT_FALSE(chart->assessment.open.empty());
}

/// A search by encounter also gives all problems: each is read by its own dates, once.
TEST(Annex, ORCL_08_ProblemsThatComeWithAnEncounterCountOnce) {
  const std::string old =
      condition("icd10|R33.9", "2019-01-01", R"(,"encounter":{"reference":"Encounter/e1"})");
  Request request("encounter-start");
  request.with("conditions", condition("icd10|M54.50", "2026-11-10"))
      .with("conditions", old)
      .with("encounter", old);
  Request once("encounter-start");
  once.with("conditions", condition("icd10|M54.50", "2026-11-10")).with("conditions", old);
  EXPECT_EQ(situations::ask(request).tier, situations::ask(once).tier);
  EXPECT_LT(situations::ask(request).tier, Tier::Urgent) << "an old problem is no new finding";
}

TEST(Annex, ORCL_09_AFamilyPlaceholderSaysNothing) {
  const std::string placeholder = R"({"resourceType":"FamilyMemberHistory","id":"f","status":"completed",
    "patient":{"reference":"Patient/p1"},"relationship":{"coding":[{"code":"FAMMEMB"}]}})";
  const auto chart = chartOf(painful().prefetch("family", bundle({placeholder})));
  EXPECT_EQ(chart->assessment.tier, Tier::None);
  EXPECT_THAT(chart->record.unreadable, IsEmpty());
}

/// Oracle shows only links that were registered with it. Nothing here compares two lists; what a site has to
/// register can be read from its content and configuration, for no card has any other link.
TEST(Annex, ORCL_10_EveryLinkOfACardIsOneThatCanBeRegistered) {
  using namespace situations;
  const cards::Site site{{}, "https://p.example/knowledge", "https://p.example/launch"};
  std::set<std::string> known{site.explanationUrl, site.screenUrl};
  for (const auto& [id, source] : pack().sources) known.insert(source.url);
  for (const Request& request : {emergency(), urgent("encounter-start"), soon(),
                                 structuralFirst("order-sign"), cleared(), notAssessable()}) {
    const auto links = cardsFor("oracle", request, site).front().links;
    EXPECT_FALSE(links.empty());
    for (const auto& link : links) EXPECT_TRUE(known.contains(std::string(link.url))) << link.url;
  }
}

// ---- athenahealth ----

TEST(Annex, ATHN_01_WithoutSelectionsEveryDraftCounts) {
  Request request = painful("order-select");
  request.context("draftOrders", bundle({diazepam()})).dropContext("selections");
  EXPECT_EQ(askAs("athena", request).tier, Tier::StructuralFirst);
  const auto refused = askAs("spec", request).reply;
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("context.selections"));
}

/// An emergency is told at the first hook that fires, whichever it is.
TEST(Annex, ATHN_02_OrderHooksAloneSuffice) {
  for (const std::string hook : {"order-select", "order-sign"}) {
    EXPECT_EQ(cardsFor("athena", situations::emergency(hook)).front().indicator, cards::Indicator::Critical);
    EXPECT_THAT(cardsFor("athena", situations::structuralFirst(hook)), SizeIs(1));
  }
}

// ---- the CDS Hooks sandbox ----

/// It renders HTML in Markdown: nothing of the chart may come out as markup.
TEST(Annex, SBX_02_HtmlOfTheChartIsInert) {
  const std::string note = R"x({"resourceType":"Condition","id":"x","subject":{"reference":"Patient/p1"},
    "clinicalStatus":{"coding":[{"code":"active"}]},"recordedDate":"2026-11-22",
    "code":{"text":"New saddle anaesthesia <img src=x onerror=alert(1)> [a](javascript:alert(2))"}})x";
  const std::string detail = cardsFor("sandbox", painful().with("conditions", note)).front().detail;
  EXPECT_THAT(detail, HasSubstr("addle anaesthesia"));
  for (std::size_t at = detail.find('<'); at != detail.npos; at = detail.find('<', at + 1))
    EXPECT_TRUE(at > 0 && detail[at - 1] == '\\') << detail;
  EXPECT_EQ(detail.find("]("), detail.npos) << detail;
}

/// It leaves out keys whose tokens it cannot resolve: missing is not searched and empty.
TEST(Annex, SBX_03_AnUnresolvedTokenLeavesTheKeyMissing) {
  Request request = situations::cleared();
  EXPECT_EQ(askAs("sandbox", request).tier, Tier::Cleared);
  EXPECT_EQ(askAs("sandbox", request.dropPrefetch("encounter")).tier, Tier::Cleared) << "not needed";
  EXPECT_EQ(askAs("sandbox", request.dropPrefetch("notes")).tier, Tier::StructuralFirst);
}

// ---- HAPI ----

TEST(Annex, HAPI_02_ABundleNeedsNoTotal) {
  const auto chart = chartOf(painful().prefetch("labs", R"({"resourceType":"Bundle","type":"searchset"})"));
  EXPECT_EQ(chart->record.of("labs"), Coverage::Supplied);
}

// ---- the standard ----

TEST(Annex, SPEC_01_NullMissingEmptyAndOutcomeAreFourAnswers) {
  const auto labs = [](const std::string& value) {
    return chartOf(painful().prefetch("labs", value))->record.of("labs");
  };
  EXPECT_EQ(labs("null"), Coverage::Supplied);
  EXPECT_EQ(labs(bundle({})), Coverage::Supplied);
  EXPECT_EQ(labs(situations::failedSearch()), Coverage::Failed);
  EXPECT_EQ(chartOf(painful().dropPrefetch("labs"))->record.of("labs"), Coverage::Missing);
}

/// Nothing is fetched yet, so that a next link makes what is there a part.
TEST(Annex, SPEC_02_ANextLinkInPrefetchIsFollowedOrToldAsIncomplete) {
  Request request = situations::cleared();
  request.prefetch("vitals", bundle({}, R"(,"link":[{"relation":"next","url":"https://ehr.example/2"}])"));
  EXPECT_EQ(situations::ask(request).tier, Tier::StructuralFirst);
  EXPECT_THAT(cardsFor("spec", request).front().detail, HasSubstr("vitals"));
}

TEST(Annex, SPEC_03_DiscoveryListsTheKeysOfItsProfileOnly) {
  for (const hooks::Profile& client : hooks::profiles()) {
    rapidjson::Document body;
    body.Parse(wire::discovery(client).c_str());
    ASSERT_TRUE(body.IsObject()) << client.name;
    for (const auto& service : body["services"].GetArray()) {
      EXPECT_EQ(service["prefetch"].MemberCount(), client.prefetch.size()) << client.name;
      for (const auto& each : client.prefetch)
        EXPECT_EQ(service["prefetch"][std::string(each.key).c_str()].GetString(), each.query) << client.name;
      EXPECT_EQ(service.HasMember("version"), !client.version.empty()) << client.name;
      EXPECT_EQ(service.HasMember("hookVersion"), !client.version.empty()) << client.name;
    }
  }
  EXPECT_THAT(wire::discovery(), Not(HasSubstr("today()")));
  EXPECT_THAT(wire::discovery(*hooks::profile("spec-3")),
              AllOf(HasSubstr("today()"), HasSubstr("\"hookVersion\":\"0.1.0\"")));
}

TEST(Annex, SPEC_06_NoSystemActions) {
  for (const hooks::Profile& client : hooks::profiles())
    EXPECT_THAT(askAs(client.name, situations::emergency()).reply.body, Not(HasSubstr("systemActions")));
}

/// Keys of a profile are published ones, so that what it leaves out counts as missing.
TEST(Profiles, AskForNothingThatIsNotRead) {
  for (const hooks::Profile& client : hooks::profiles()) {
    std::set<std::string_view> known, required;
    for (const auto& each : hooks::prefetch()) {
      known.insert(each.key);
      if (each.required) required.insert(each.key);
    }
    for (const auto& each : client.prefetch) {
      EXPECT_TRUE(known.contains(each.key)) << client.name << " " << each.key;
      required.erase(each.key);
    }
    EXPECT_THAT(required, IsEmpty()) << client.name;
    EXPECT_EQ(hooks::profile(client.name), &client);
  }
  EXPECT_EQ(hooks::profile("cerner"), nullptr);
}

}  // namespace
}  // namespace plumbline
