#include "plugin/snooze.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>

#include "plugin/answer.h"
#include "plugin/offline.h"
#include "plugin/store/moment.h"
#include "plugin/uuid.h"
#include "tests/plugin/situations.h"
#include "tests/plugin/store/store.h"
#include "tests/support/generate.h"

namespace plumbline {
namespace {

using namespace std::chrono_literals;
using cards::Indicator;
using rules::Tier;
using situations::condition;
using situations::emergency;
using situations::now;
using situations::pack;
using situations::Request;
using store::Held;

constexpr std::string_view kReasons = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes";

store::Override overrideOf(const std::string& reason, const std::string& system = "") {
  return {now(), "emergency", "critical", system, reason};
}

TEST(SnoozeTime, IsThatOfTheReasonUnlessTheSiteSaysAnother) {
  const auto time = [](const store::Override& last, Tier tier, const SnoozeTimes& site = {}) {
    return snoozeTime(pack(), site, last, tier);
  };
  EXPECT_EQ(time(overrideOf("patient-refuses", std::string(kReasons)), Tier::Soon), 168h);
  EXPECT_EQ(time(overrideOf("patient-refuses"), Tier::Soon), 168h) << "an EHR may leave the system out";
  EXPECT_EQ(time(overrideOf("patient-refuses", "urn:other"), Tier::Soon), 24h) << "not ours";
  EXPECT_EQ(time(overrideOf(""), Tier::Soon), 24h) << "no reason";
  EXPECT_EQ(time(overrideOf("patient-refuses"), Tier::Soon, {{"patient-refuses", 2h}}), 2h);
  EXPECT_EQ(time(overrideOf("busy"), Tier::Soon, {{"other", 0h}}), 0h);
}

TEST(SnoozeTime, KeepsNoEmergencyAwayForMoreThanTwelveHoursWhateverAnybodySays) {
  SnoozeTimes longest{{"other", kLongestSnooze}};
  for (const auto& each : pack().overrides) longest[each.code] = kLongestSnooze;
  for (const auto& each : pack().overrides) {
    EXPECT_LE(snoozeTime(pack(), longest, overrideOf(each.code), Tier::Emergency), 12h) << each.code;
    EXPECT_LE(snoozeTime(pack(), {}, overrideOf(each.code), Tier::Emergency), 12h) << each.code;
  }
  EXPECT_LE(snoozeTime(pack(), longest, overrideOf("none"), Tier::Emergency), 12h);
}

TEST(Snooze, EndsWithItsTimeAndBeforeWhatIsMorePressing) {
  cards::Card card;
  card.tier = Tier::Urgent;
  card.indicator = Indicator::Warning;
  store::Override last{now(), "urgent", "warning", "", ""};
  EXPECT_TRUE(isSnoozed(card, last, 12h, now()));
  EXPECT_TRUE(isSnoozed(card, last, 12h, now() + 12h - 1s));
  EXPECT_FALSE(isSnoozed(card, last, 12h, now() + 12h));
  EXPECT_FALSE(isSnoozed(card, last, 0h, now()));
  EXPECT_FALSE(isSnoozed(card, last, 12h, now() - 1s)) << "an override that is yet to come";
  last.tier = "soon";
  EXPECT_FALSE(isSnoozed(card, last, 12h, now())) << "a higher tier";
  last.tier = "emergency";
  EXPECT_TRUE(isSnoozed(card, last, 12h, now())) << "a lower tier";
  last.indicator = "info";
  EXPECT_FALSE(isSnoozed(card, last, 12h, now())) << "marked as more pressing";
  last = {now(), "urgent", "warning", "", ""};
  last.tier = "of another program";
  EXPECT_FALSE(isSnoozed(card, last, 12h, now()));
}

/// The service without sockets: a store of its own, and what it answers at a moment.
class Snoozed : public testing::Test {
 protected:
  std::vector<Held> ask(const hooks::Service& service, const std::string& body, fhir::Instant when,
                        const std::string& client = "") {
    Terms terms{.pack = pack(), .now = when, .client = client};
    terms.heldBack = [&](const cards::Card& card, std::string_view patient) {
      return heldBack(*writer, pack(), {}, client, patient, card, when);
    };
    Answered answered = answer(service, body, terms, [](std::string_view) { return randomUuid(); });
    EXPECT_EQ(answered.reply.status, 200) << answered.reply.body;
    std::vector<Held> held;
    sent.clear();
    for (const auto& each : answered.call->cards) {
      held.push_back(each.held);
      if (each.held == Held::No) sent.push_back(each.uuid);
    }
    EXPECT_EQ(situations::bodyOf(answered.reply)["cards"].Size(), sent.size());
    tier = answered.tier;
    writer->keep(*std::move(answered.call));
    return held;
  }

  std::vector<Held> ask(const Request& request, fhir::Instant when = now(), const std::string& client = "") {
    return ask(request.service(), request.text(), when, client);
  }

  /// Overrides what the last answer sent.
  void override(const std::string& reason = "already-assessed", fhir::Instant when = now(),
                const std::string& client = "") {
    for (const std::string& card : sent) {
      store::Feedback feedback = store::testing::feedback(card, store::written(when));
      feedback.received = feedback.stamp;
      feedback.client = client;
      feedback.reasonSystem.clear();
      feedback.reasonCode = reason;
      ASSERT_TRUE(writer->keep({feedback}));
    }
  }

  store::testing::Directory directory;
  std::unique_ptr<store::Writer> writer = directory.writer();
  std::vector<std::string> sent;
  Tier tier = Tier::None;
};

const std::vector<Held> kSent{Held::No}, kHeld{Held::Snoozed};

TEST_F(Snoozed, OnlyByAnOverrideThatIsRecorded) {
  EXPECT_EQ(ask(emergency()), kSent);
  EXPECT_EQ(ask(emergency()), kSent) << "passed over";
  override();
  EXPECT_EQ(ask(emergency()), kHeld);
  EXPECT_EQ(ask(emergency("order-sign")), kHeld) << "the same picture at another hook";
}

TEST_F(Snoozed, ForTheTimeOfTheReasonAndAnEmergencyForTwelveHours) {
  ask(emergency());
  override();
  EXPECT_EQ(ask(emergency(), now() + 12h - 1s), kHeld);
  EXPECT_EQ(ask(emergency(), now() + 12h), kSent);
  ask(situations::soon());
  override("cds-suboptimal-context");
  EXPECT_EQ(ask(situations::soon(), now() + 59min), kHeld);
  EXPECT_EQ(ask(situations::soon(), now() + 60min), kSent);
}

TEST_F(Snoozed, NeverForAnotherPatientOrClient) {
  ask(emergency(), now(), "north");
  override("already-assessed", now(), "north");
  EXPECT_EQ(ask(emergency(), now(), "north"), kHeld);
  EXPECT_EQ(ask(emergency(), now(), "south"), kSent);
  std::string other = emergency().text();
  for (auto at = other.find("p1"); at != std::string::npos; at = other.find("p1", at))
    other.replace(at, 2, "p2");
  EXPECT_EQ(ask(emergency().service(), other, now(), "north"), kSent);
}

TEST_F(Snoozed, ByAnOverrideOfOneOfSeveralCardsThatOneOnly) {
  Request two = emergency();
  two.with("conditions", condition("icd10|R50.9", "2026-11-22"));
  Terms terms{.pack = pack(), .now = now(), .grouping = cards::Grouping::PerPathway};
  const auto first = answer(two.service(), two.text(), terms, [](std::string_view) { return randomUuid(); });
  ASSERT_GE(first.call->cards.size(), 2U);
  sent = {first.call->cards[1].uuid};
  writer->keep(*first.call);
  override();
  terms.heldBack = [&](const cards::Card& card, std::string_view patient) {
    return heldBack(*writer, pack(), {}, "", patient, card, now());
  };
  const auto second = answer(two.service(), two.text(), terms, [](std::string_view) { return randomUuid(); });
  for (const auto& card : second.call->cards)
    EXPECT_EQ(card.held, card.pathways == first.call->cards[1].pathways ? Held::Snoozed : Held::No)
        << card.pathways;
}

TEST_F(Snoozed, SurvivesARestartAndEndsWithTheStore) {
  ask(emergency());
  override();
  writer.reset();
  writer = directory.writer();
  EXPECT_EQ(ask(emergency()), kHeld);
  writer.reset();
  std::filesystem::remove_all(directory.path());
  std::ofstream(directory.path()) << "no directory";
  writer = directory.writer();
  EXPECT_EQ(ask(emergency()), kSent) << "a store that cannot be read silences nothing";
}

TEST_F(Snoozed, TellsOfGapsOnceADay) {
  EXPECT_EQ(ask(situations::notAssessable()), kSent);
  ASSERT_TRUE(writer->keep({store::testing::feedback("card-none")}))
      << "what was handed over is written by now";
  EXPECT_EQ(ask(situations::notAssessable()), std::vector{Held::Told});
  EXPECT_EQ(ask(situations::notAssessable(), now() + 24h - 1s), std::vector{Held::Told});
  EXPECT_EQ(ask(situations::notAssessable(), now() + 24h), kSent);
}

/// Over made-up charts: the same picture is held back after its override; with one red flag more it is not.
TEST_F(Snoozed, UntilARedFlagIsAddedWhateverTheChart) {
  const auto serviceOf = [](const std::string& hook) -> const hooks::Service& {
    for (const auto& each : hooks::services()) {
      if (each.hookName == hook) return each;
    }
    throw std::invalid_argument(hook);
  };
  std::vector<const rules::Finding*> flags;
  for (const auto& finding : pack().findings) {
    if (finding.isRedFlag()) flags.push_back(&finding);
  }
  std::size_t held = 0, added = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    // Each chart is of a client of its own, since all are of one patient.
    const std::string client = "client-" + std::to_string(seed);
    tests::Generated chart = tests::generate(pack(), seed);
    const auto& service = serviceOf(chart.hook);
    const auto redFlags = [&] {
      const auto call = chart.call(now());
      std::vector<std::string> present;
      forEachChart(call.request(), {pack(), now()}, [&](const Chart& read) {
        for (const auto& each : read.assessment.findings) {
          const auto& finding = pack().findings[each.finding];
          if (finding.isRedFlag() && each.present()) present.push_back(finding.id);
        }
      });
      return present;
    };
    if (ask(service, chart.call(now()).request(), now(), client) != kSent || tier == Tier::NotAssessable)
      continue;
    override("already-assessed", now(), client);
    ASSERT_EQ(ask(service, chart.call(now()).request(), now(), client), kHeld) << chart.shorthand();
    ++held;
    const auto before = redFlags();
    chart.chart.push_back(tests::evidenceEntry(pack(), *flags[seed % flags.size()], seed, "added"));
    if (redFlags().size() <= before.size()) continue;
    ++added;
    const auto again = ask(service, chart.call(now()).request(), now(), client);
    EXPECT_TRUE(again == kSent || again.empty()) << chart.shorthand();
    EXPECT_NE(again, kHeld) << chart.shorthand();
  }
  EXPECT_GT(held, 100U);
  EXPECT_GT(added, 30U);
}

}  // namespace
}  // namespace plumbline
