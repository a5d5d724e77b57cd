#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "plugin/report/render.h"
#include "plugin/report/rows.h"
#include "tests/plugin/store/store.h"

namespace plumbline::report {
namespace {

using store::testing::call;
using store::testing::feedback;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Two patients, four calls, three cards: one accepted and later overridden, one overridden, one passed over.
class Report : public testing::Test {
 protected:
  Report() {
    const auto writer = directory.writer();
    writer->keep(call("card-1"));
    writer->keep(call("card-2"));
    auto other = call("card-3", "bay-1");
    other.service = "plumbline-order-sign";
    other.cards.front().pathways = other.pathways = "spinal-infection cauda-equina";
    other.cards.front().tier = other.tier = "urgent";
    other.microseconds = 9000;
    other.at = "2026-11-24T08:00:00Z";
    writer->keep(other);
    writer->keep(call("", "bay-1"));
    auto formula = feedback("card-2");
    formula.comment = "=HYPERLINK(\"x\"),\nboth";
    formula.reasonCode = "<script>";
    EXPECT_TRUE(writer->keep({feedback("card-1", "2026-11-23T10:01:00Z", "accepted"), feedback("card-1"),
                              formula, feedback("card-none")}));
  }

  Figures figures(const std::string& since = "") {
    auto database = directory.open();
    return collect(database, {since});
  }
  std::string rows(std::string_view name, bool csv, const std::string& since = "") {
    auto database = directory.open();
    std::ostringstream out;
    exportRows(database, name, since, csv, out);
    return out.str();
  }

  store::testing::Directory directory;
};

const Group& named(const std::vector<Group>& groups, const std::string& name) {
  static const Group none;
  for (const Group& each : groups) {
    if (each.name == name) return each;
  }
  ADD_FAILURE() << name;
  return none;
}

TEST_F(Report, CountsCallsAndWhatBecameOfCards) {
  const Figures f = figures();
  EXPECT_EQ(f.all.calls, 4);
  EXPECT_EQ(f.patients, 2);
  EXPECT_EQ(f.all.fired, 3);
  EXPECT_EQ(f.all.shown, 3);
  EXPECT_EQ(f.all.accepted, 1);
  EXPECT_EQ(f.all.overridden, 2);
  EXPECT_EQ(f.all.ignored, 1);
  EXPECT_EQ(f.repeated, 1) << "card-2 says of the same patient what card-1 said";
  EXPECT_EQ(f.feedback, 3);
  EXPECT_EQ(f.quarantined, 1);
  EXPECT_DOUBLE_EQ(f.all.time.p50, 1.5);
  EXPECT_DOUBLE_EQ(f.all.time.slowest, 9);
}

TEST_F(Report, CountsByHookTierAndPathway) {
  const Figures f = figures();
  EXPECT_EQ(named(f.byHook, "patient-view").calls, 3);
  EXPECT_EQ(named(f.byHook, "patient-view").fired, 2);
  EXPECT_EQ(named(f.byHook, "order-sign").ignored, 1);
  EXPECT_EQ(named(f.byTier, "none").calls, 1);
  EXPECT_EQ(named(f.byTier, "emergency").overridden, 2);
  EXPECT_EQ(named(f.byPathway, "cauda-equina").shown, 3);
  EXPECT_EQ(named(f.byPathway, "spinal-infection").shown, 1);
}

TEST_F(Report, CountsReasonsAndWhatWasNotDocumented) {
  const Figures f = figures();
  EXPECT_EQ(f.reasons.size(), 2U);
  ASSERT_EQ(f.unknown.size(), 1U);
  EXPECT_EQ(f.unknown[0].name, "reduced-anal-tone");
  EXPECT_EQ(f.unknown[0].count, 3);
  EXPECT_EQ(f.unknownOf, 3);
}

TEST_F(Report, CountsWhatWouldHaveBeenShown) {
  auto made = call("card-4");
  made.pathways = "cauda-equina spinal-infection";
  made.cards.push_back({"card-5", "topic-1", "warning", "urgent", "spinal-infection", store::Held::Silent});
  auto silent = call("card-6");
  silent.cards.front().held = store::Held::Silent;
  {
    const auto writer = directory.writer();
    writer->keep(made);
    writer->keep(silent);
  }
  const Figures f = figures();
  EXPECT_EQ(f.all.shown, 4);
  EXPECT_EQ(f.all.silent, 2);
  EXPECT_EQ(f.all.fired, 5) << "calls";
  EXPECT_EQ(named(f.byPathway, "spinal-infection").silent, 1);
  EXPECT_EQ(named(f.byPathway, "spinal-infection").shown, 1);
  EXPECT_EQ(named(f.byPathway, "spinal-infection").fired, 2);
  EXPECT_EQ(named(f.byPathway, "cauda-equina").silent, 1);
  EXPECT_EQ(named(f.byPathway, "cauda-equina").shown, 4);
  EXPECT_EQ(named(f.byTier, "urgent").silent, 1);
  EXPECT_THAT(asText(f), HasSubstr("would show"));
  EXPECT_THAT(rows("cards", false), AllOf(HasSubstr(R"("card":"card-5")"), HasSubstr(R"("state":"silent")"),
                                          HasSubstr(R"("state":"shown")")));
}

TEST_F(Report, NamesAnswersToReviseOrRetireWithTheirNumbers) {
  auto database = directory.open();
  EXPECT_THAT(collect(database).review, testing::IsEmpty()) << "shown too seldom to judge";
  const Figures f = collect(database, {}, {.shown = 3, .overriddenPercent = 66, .ignoredPercent = 100});
  ASSERT_EQ(f.review.size(), 1U);
  EXPECT_EQ(f.review[0].group.name, "cauda-equina");
  EXPECT_EQ(f.review[0].group.overridden, 2);
  EXPECT_EQ(f.review[0].reasonCount, 1);
  EXPECT_THAT(collect(database, {}, {3, 67, 100}).review, testing::IsEmpty());
  EXPECT_EQ(collect(database, {}, {1, 100, 100}).review[0].group.name, "spinal-infection")
      << "shown once, ignored";
  EXPECT_THAT(asText(f), AllOf(HasSubstr("shown at least 3 times, and overridden at least 66 %"),
                               HasSubstr("3 shown, 1 accepted, 2 overridden (66.7 %), 1 ignored (33.3 %)")));
  EXPECT_THAT(asJson(f), HasSubstr(R"("review":{"shown":3,"overriddenPercent":66,"ignoredPercent":100,)"));
  EXPECT_THAT(asHtml(f), HasSubstr("To revise or retire"));
}

TEST_F(Report, BeginsWhereItIsTold) {
  const Figures f = figures("2026-11-24T00:00:00Z");
  EXPECT_EQ(f.all.calls, 1);
  EXPECT_EQ(f.all.shown, 1);
  EXPECT_EQ(f.all.overridden, 0);
  EXPECT_EQ(f.unknown[0].count, 1);
  EXPECT_EQ(figures("2026-12-01T00:00:00Z").all.calls, 0);
  EXPECT_THAT(asText(figures("2026-12-01T00:00:00Z")), HasSubstr("since 2026-12-01T00:00:00Z"));
}

TEST_F(Report, EndsWhereItIsToldAndCountsOneClient) {
  auto ours = call("card-7");
  ours.client = "city";
  ours.at = "2026-11-24T23:59:59Z";
  auto later = call("", "bay-1");
  later.client = "city";
  later.at = "2026-11-25T00:00:00Z";
  {
    const auto writer = directory.writer();
    writer->keep(ours);
    writer->keep(later);
  }
  auto database = directory.open();
  const Figures day = collect(database, {"2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"});
  EXPECT_EQ(day.all.calls, 2);
  EXPECT_EQ(day.unknownOf, 2);
  ASSERT_EQ(day.days.size(), 1U);
  EXPECT_EQ(day.days[0].all.name, "2026-11-24");
  const Figures city = collect(database, {.client = "city"});
  EXPECT_EQ(city.all.calls, 2);
  EXPECT_EQ(city.all.shown, 1);
  EXPECT_EQ(city.all.overridden, 0) << "what clinicians of others did";
  EXPECT_EQ(city.feedback, 0);
  EXPECT_EQ(city.quarantined, 0);
  EXPECT_EQ(city.unknownOf, 1);
  EXPECT_EQ(city.unknown[0].count, 1);
  ASSERT_EQ(city.clients.size(), 2U) << "all of them, so that another can be asked for";
  EXPECT_EQ(city.clients[0].name, "");
  EXPECT_EQ(city.clients[0].count, 4);
  EXPECT_EQ(city.clients[1].name, "city");
  EXPECT_EQ(collect(database, {.client = "none"}).all.calls, 0);
}

TEST_F(Report, CountsByDayWhatItCountsInAll) {
  const Figures f = figures();
  ASSERT_EQ(f.days.size(), 2U);
  EXPECT_EQ(f.days[0].all.name, "2026-11-23");
  EXPECT_EQ(f.days[0].all.calls, 3);
  EXPECT_EQ(f.days[0].all.overridden, 2);
  EXPECT_EQ(f.days[1].all.calls, 1);
  EXPECT_EQ(named(f.days[0].byPathway, "cauda-equina").fired, 2);
  EXPECT_EQ(named(f.days[1].byPathway, "cauda-equina").shown, 1);
  EXPECT_EQ(named(f.days[1].byPathway, "spinal-infection").fired, 1);
  EXPECT_THAT(asJson(f), HasSubstr(R"("pathways":{"cauda-equina":{"fired":2,"shown":2,"overridden":2}}})"));
}

TEST_F(Report, TimesEachHookAndTheWhole) {
  const Figures f = figures();
  EXPECT_DOUBLE_EQ(named(f.byHook, "patient-view").time.slowest, 1.5);
  EXPECT_DOUBLE_EQ(named(f.byHook, "order-sign").time.p50, 9);
  EXPECT_DOUBLE_EQ(f.all.time.p95, 9);
}

TEST_F(Report, NamesTheContentsThatAnswered) {
  auto newer = call("card-8");
  newer.pack = "sha256:2";
  newer.at = "2026-11-26T07:00:00Z";
  directory.writer()->keep(newer);
  const Figures f = figures();
  ASSERT_EQ(f.contents.size(), 2U);
  EXPECT_EQ(f.contents[0].digest, "sha256:1");
  EXPECT_EQ(f.contents[0].calls, 4);
  EXPECT_EQ(f.contents[0].last, "2026-11-24T08:00:00Z");
  EXPECT_EQ(f.contents[1].first, "2026-11-26T07:00:00Z");
}

TEST_F(Report, PrintsTheSameFiguresInEveryForm) {
  EXPECT_THAT(asText(figures()),
              AllOf(HasSubstr("overridden"), HasSubstr("66.7 %"), HasSubstr("cauda-equina")));
  EXPECT_THAT(
      asJson(figures()),
      AllOf(
          HasSubstr(
              R"({"calls":4,"fired":3,"shown":3,"accepted":1,"overridden":2,"ignored":1,"snoozed":0,"silent":0,)"),
          HasSubstr(R"("milliseconds":{"p50":1.50,)"), HasSubstr(R"({"hook":"order-sign","calls":1,)")));
}

TEST_F(Report, IsAPageThatNeedsNothingElseAndRunsNothing) {
  EXPECT_THAT(asHtml(figures()),
              AllOf(HasSubstr("<svg"), HasSubstr("&lt;script&gt;"), Not(HasSubstr("<script")),
                    Not(HasSubstr("src=")), Not(HasSubstr("href="))));
}

TEST_F(Report, ExportsFeedbackWithItsCardAndThatOnUnknownCards) {
  const std::string all = rows("feedback", false);
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 4);
  EXPECT_THAT(
      all,
      AllOf(HasSubstr(R"("card":"card-1","outcome":"accepted","outcomeTimestamp":"2026-11-23T10:01:00Z")"),
            HasSubstr(R"("known":1)"), HasSubstr(R"("known":0)"), Not(HasSubstr("elm-204"))));
}

TEST_F(Report, WritesNoCellThatASpreadsheetWouldRun) {
  const std::string csv = rows("feedback", true);
  EXPECT_THAT(csv, AllOf(testing::StartsWith("card,outcome,outcomeTimestamp,"),
                         HasSubstr("\"'=HYPERLINK(\"\"x\"\"),\nboth\""), Not(HasSubstr(",=")),
                         Not(HasSubstr("\"="))));
}

TEST_F(Report, ExportsCardsAndAuditSinceADay) {
  const auto count = [&](std::string_view name, const std::string& since) {
    const std::string text = rows(name, true, since);
    return std::count(text.begin(), text.end(), '\n') - 1;
  };
  EXPECT_EQ(count("cards", ""), 3);
  EXPECT_EQ(count("cards", "2026-11-24T00:00:00Z"), 1);
  EXPECT_EQ(count("audit", ""), 8);
  EXPECT_FALSE(hasRows("quarantine"));
}

}  // namespace
}  // namespace plumbline::report
