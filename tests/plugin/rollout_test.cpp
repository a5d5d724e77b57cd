#include "plugin/rollout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "plugin/answer.h"
#include "tests/plugin/situations.h"
#include "tests/support/generate.h"

namespace plumbline {
namespace {

using situations::condition;
using situations::emergency;
using situations::pack;
using situations::Request;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string kView = "plumbline-patient-view";

Answered askUnder(const Rollout& rollout, const Request& request,
                  cards::Grouping grouping = cards::Grouping::Single) {
  return answer(request.service(), request.text(),
                {.pack = pack(), .now = situations::now(), .grouping = grouping, .rollout = &rollout},
                namedUuid);
}

std::size_t sent(const Answered& answered) {
  return situations::bodyOf(answered.reply)["cards"].Size();
}

std::vector<std::string> storedAs(const Answered& answered, store::Held held) {
  std::vector<std::string> pathways;
  for (const auto& each : answered.call->cards) {
    if (each.held == held) pathways.push_back(each.pathways);
  }
  return pathways;
}

/// Saddle numbness and retention, and a fever: cauda equina and spinal infection.
Request twoPathways() {
  return emergency().with("conditions", condition("icd10|R50.9", "2026-11-22"));
}

TEST(Rollout, TakesTheMoreRestrainedOfPathwayAndServiceAndTheDefaultForWhatIsNotListed) {
  const Rollout rollout{.standard = Mode::Silent,
                        .answers = {{"cauda-equina", Mode::On}, {"herpes-zoster", Mode::Off}},
                        .services = {{kView, Mode::Pilot}}};
  EXPECT_EQ(modeOf(rollout, "plumbline-order-sign", "cord-compression"), Mode::Silent);
  EXPECT_EQ(modeOf(rollout, "plumbline-order-sign", "cauda-equina"), Mode::On);
  EXPECT_EQ(modeOf(rollout, kView, "cord-compression"), Mode::Pilot);
  EXPECT_EQ(modeOf(rollout, kView, "cauda-equina"), Mode::Pilot);
  EXPECT_EQ(modeOf(rollout, kView, "herpes-zoster"), Mode::Off);
}

TEST(Rollout, IsSaidInTheLog) {
  EXPECT_EQ(words(broughtOut()), "on");
  EXPECT_EQ(words({.standard = Mode::Silent,
                   .answers = {{"cauda-equina", Mode::On}, {"cleared", Mode::Off}},
                   .services = {{kView, Mode::On}}}),
            "silent; on: cauda-equina, plumbline-patient-view; off: cleared");
}

TEST(Rollout, StoresWhatASilentPathwayWouldHaveShownAndSendsNothing) {
  const Answered answered = askUnder({.standard = Mode::Silent}, emergency());
  EXPECT_EQ(answered.reply.status, 200);
  EXPECT_EQ(answered.reply.body, R"({"cards":[]})");
  EXPECT_THAT(storedAs(answered, store::Held::No), IsEmpty());
  EXPECT_THAT(storedAs(answered, store::Held::Silent), ElementsAre("cauda-equina"));
  EXPECT_EQ(answered.call->tier, "emergency");
  EXPECT_EQ(answered.tier, rules::Tier::Emergency);
}

TEST(Rollout, LeavesASilentPathwayOutOfTheCardOfAnother) {
  const auto whole = askUnder(broughtOut(), twoPathways());
  ASSERT_THAT(whole.reply.body, HasSubstr(R"("id":"spinal-infection")"));
  const Answered answered = askUnder({.answers = {{"spinal-infection", Mode::Silent}}}, twoPathways());
  ASSERT_EQ(sent(answered), 1U);
  EXPECT_THAT(answered.reply.body, Not(HasSubstr(R"("id":"spinal-infection")")));
  EXPECT_THAT(answered.reply.body, Not(HasSubstr("Spinal infection")));
  EXPECT_THAT(storedAs(answered, store::Held::No), ElementsAre("cauda-equina"));
  EXPECT_THAT(storedAs(answered, store::Held::Silent), ElementsAre("spinal-infection"));
  const Answered led = askUnder({.answers = {{"cauda-equina", Mode::Silent}}}, twoPathways());
  EXPECT_EQ(sent(led), 1U) << "the other still shows when the lead is silent";
  EXPECT_THAT(storedAs(led, store::Held::No), ElementsAre("spinal-infection"));
  EXPECT_THAT(led.reply.body, Not(HasSubstr("Cauda equina")));
}

TEST(Rollout, StoresNothingOfAPathwayThatIsOff) {
  const Answered answered = askUnder({.answers = {{"cauda-equina", Mode::Off}}}, emergency());
  EXPECT_EQ(sent(answered), 0U);
  EXPECT_THAT(answered.call->cards, IsEmpty());
}

TEST(Rollout, ChecksTheRequestsOfAServiceThatIsOffAndKeepsNothing) {
  const Rollout off{.services = {{kView, Mode::Off}}};
  const Answered answered = askUnder(off, emergency());
  EXPECT_EQ(answered.reply.body, R"({"cards":[]})");
  EXPECT_FALSE(answered.call);
  EXPECT_EQ(askUnder(off, emergency().dropContext("userId")).reply.status, 400);
  EXPECT_EQ(askUnder(off, emergency().dropPrefetch("conditions")).reply.status, 412);
  EXPECT_EQ(sent(askUnder(off, emergency("order-sign"))), 1U) << "the others answer";
}

/// Leaving a danger out must not let a word of stress or an all-clear in.
TEST(Rollout, GivesNoLesserAnswerInPlaceOfWhatIsLeftOut) {
  Rollout rollout;
  for (const auto& each : pack().pathways) rollout.answers[each.id] = Mode::Off;
  Request request = situations::structuralFirst();
  request.with("conditions", condition("snomed|449813001", "2026-11-22"));
  ASSERT_GE(askUnder(broughtOut(), request).tier, rules::Tier::Urgent);
  EXPECT_EQ(sent(askUnder(rollout, request)), 0U);
  EXPECT_EQ(sent(askUnder(rollout, situations::structuralFirst())), 1U);
}

TEST(Rollout, BringsOutAPathwayAtSoonWhereTheAnswerItWasALineOfIsSilent) {
  Request request = situations::structuralFirst();
  request.with("conditions", condition("snomed|53574006", "2026-11-10"));
  ASSERT_EQ(askUnder(broughtOut(), request).tier, rules::Tier::StructuralFirst);
  const Answered answered = askUnder({.answers = {{"structural-first", Mode::Silent}}}, request);
  ASSERT_EQ(sent(answered), 1U);
  EXPECT_THAT(answered.reply.body, HasSubstr(R"("tier":"soon")"));
}

TEST(Pilot, DrawsTheShareOfEachClientsUsersOnceAndForAll) {
  const auto share = [](const Pilot& pilot, const std::string& client) {
    std::set<std::string> users;
    for (int i = 0; i < 1000; ++i) {
      const std::string user = "Practitioner/" + std::to_string(i);
      hooks::HookRequest request;
      request.userId = user;
      if (reaches(pilot, request, client)) users.insert(user);
    }
    return users;
  };
  const auto tenth = share({.percent = 10}, "a");
  EXPECT_NEAR(static_cast<double>(tenth.size()), 100, 35);
  EXPECT_EQ(share({.percent = 10}, "a"), tenth);
  EXPECT_NE(share({.percent = 10}, "b"), tenth);
  EXPECT_NE(share({.percent = 10, .seed = "second"}, "a"), tenth);
  const auto half = share({.percent = 50}, "a");
  EXPECT_TRUE(std::includes(half.begin(), half.end(), tenth.begin(), tenth.end()))
      << "who saw cards goes on seeing them when the share grows";
  EXPECT_THAT(share({.percent = 0}, "a"), IsEmpty());
  EXPECT_THAT(share({.percent = 100}, "a"), SizeIs(1000));
}

TEST(Pilot, ReachesTheEncountersAtItsPlaces) {
  const auto at = [](const std::string& encounter, const std::string& id = "e1") {
    Request request = emergency("encounter-start");
    request.context("encounterId", '"' + id + '"');
    request.prefetch("encounter", R"({"resourceType":"Encounter","id":"e1","status":"in-progress",)"
                                  R"("subject":{"reference":"Patient/p1"},)" +
                                      encounter + "}");
    return sent(askUnder(
        {.standard = Mode::Pilot, .pilot = {.places = {"Location/ed", "Organization/ortho"}}}, request));
  };
  EXPECT_EQ(
      at(R"("location":[{"location":{"reference":"Location/ward"}},{"location":{"reference":"Location/ed"}}])"),
      1U);
  EXPECT_EQ(at(R"("serviceProvider":{"reference":"Organization/ortho"})"), 1U);
  EXPECT_EQ(at(R"("location":[{"location":{"reference":"Location/ward"}}])"), 0U);
  EXPECT_EQ(at(R"("location":["Location/ed"])"), 0U);
  EXPECT_EQ(at(R"("serviceProvider":{"reference":"Organization/ortho"})", "e2"), 0U) << "another encounter";
}

TEST(Pilot, StoresAsSilentForThoseItDoesNotReach) {
  const Rollout nobody{.standard = Mode::Pilot, .pilot = {.percent = 0, .places = {"Location/none"}}};
  EXPECT_THAT(storedAs(askUnder(nobody, emergency()), store::Held::Silent), ElementsAre("cauda-equina"));
  const Rollout everybody{.standard = Mode::Pilot, .pilot = {.percent = 100}};
  EXPECT_EQ(sent(askUnder(everybody, emergency())), 1U);
}

/// Over made-up charts and rollouts: what is sent is On, what is stored as silent is Silent, and nothing that
/// is off is either.
TEST(Rollout, SendsAndStoresByTheModesWhateverTheChart) {
  constexpr Mode kModes[] = {Mode::Off, Mode::Silent, Mode::On};
  std::size_t seen = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const tests::Generated chart = tests::generate(pack(), seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Rollout rollout;
    for (const auto each : answersOf(pack())) rollout.answers[std::string(each)] = kModes[random() % 3];
    const auto all = hooks::services();
    const auto& service =
        *std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.hookName == chart.hook; });
    const Answered answered = answer(service, chart.call(situations::now()).request(),
                                     {.pack = pack(),
                                      .now = situations::now(),
                                      .grouping = cards::Grouping::PerPathway,
                                      .rollout = &rollout},
                                     namedUuid);
    ASSERT_EQ(answered.reply.status, 200) << seed;
    for (const auto& card : answered.call->cards) {
      ++seen;
      const bool headed = card.tier != "structural-first" && !card.pathways.empty();
      const Mode mode = rollout.answers.at(headed ? card.pathways : card.tier);
      std::istringstream each(card.pathways);
      for (std::string id; each >> id;) EXPECT_EQ(rollout.answers.at(id), mode) << seed << " " << id;
      EXPECT_EQ(mode, card.held == store::Held::No ? Mode::On : Mode::Silent) << seed;
    }
  }
  EXPECT_GT(seen, 50U);
}

}  // namespace
}  // namespace plumbline
