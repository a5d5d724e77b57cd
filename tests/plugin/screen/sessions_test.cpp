#include "plugin/screen/sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/screen/cookies.h"

namespace plumbline::screen {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const Clock::time_point kNow{1000h};

Launch launch() {
  Launch made;
  made.verifier = "v";
  return made;
}

std::shared_ptr<Session> session(long seconds = 3600) {
  return std::make_shared<Session>(App{}, Granted{"token", "p1", "", "", seconds}, fetch::Base{}, kNow);
}

TEST(Launch, IsTakenOnceByTheBrowserThatBeganIt) {
  Launches launches;
  launches.add("state", "browser", launch(), kNow);
  ASSERT_TRUE(launches.take("state", "browser", kNow + 9min));
  EXPECT_FALSE(launches.take("state", "browser", kNow + 9min));
}

TEST(Launch, IsOverWithAnyAnswerToItsState) {
  for (const std::string other : {"", "another"}) {
    Launches launches;
    launches.add("state", "browser", launch(), kNow);
    EXPECT_FALSE(launches.take("wrong", "browser", kNow));
    EXPECT_FALSE(launches.take("state", other, kNow));
    EXPECT_FALSE(launches.take("state", "browser", kNow));
  }
}

TEST(Launch, IsOverAfterItsTime) {
  Launches launches;
  launches.add("state", "browser", launch(), kNow);
  EXPECT_FALSE(launches.take("state", "browser", kNow + kLaunchTime));
}

TEST(Launch, OfTooManyTheOldestGoes) {
  Launches launches;
  for (std::size_t i = 0; i <= kMostLaunches; ++i)
    launches.add(std::to_string(i), "browser", launch(), kNow + std::chrono::milliseconds(i));
  EXPECT_EQ(launches.size(), kMostLaunches);
  EXPECT_FALSE(launches.take("0", "browser", kNow + 1min));
  EXPECT_TRUE(launches.take(std::to_string(kMostLaunches), "browser", kNow + 1min));
}

TEST(Launch, OfTooManyOneOfTheAddressThatHasTheMostGoes) {
  Launches launches;
  const auto add = [&](const std::string& state, const std::string& address, std::chrono::seconds after) {
    Launch made = launch();
    made.address = address;
    launches.add(state, "browser", made, kNow + after);
  };
  add("first", "192.0.2.1", 0s);
  for (std::size_t i = 0; i <= kMostLaunches; ++i) add("flood" + std::to_string(i), "192.0.2.66", 1s);
  EXPECT_EQ(launches.size(), kMostLaunches);
  EXPECT_TRUE(launches.take("first", "browser", kNow + 1min));
}

TEST(Launch, BeginsSoOftenOfAnAddressAndSoOftenOfAll) {
  using Turn = Launches::Turn;
  Launches launches;
  for (int i = 0; i < kLaunchesOfAddress; ++i) EXPECT_EQ(launches.turn("192.0.2.66", kNow), Turn::Given);
  EXPECT_EQ(launches.turn("192.0.2.66", kNow), Turn::TooOften);
  EXPECT_EQ(launches.turn("192.0.2.1", kNow), Turn::Given) << "of another nothing was taken";
  EXPECT_EQ(launches.turn("192.0.2.66", kNow + 1s), Turn::Given);

  int given = 0;
  for (int i = 0; i < 2 * kLaunchesOfAll; ++i)
    given += launches.turn("address " + std::to_string(i), kNow + 1min) == Turn::Given ? 1 : 0;
  EXPECT_EQ(given, kLaunchesOfAll);
  EXPECT_EQ(launches.turn("192.0.2.1", kNow + 1min), Turn::Busy);
  EXPECT_EQ(launches.turn("192.0.2.1", kNow + 2min), Turn::Given);
}

TEST(Session, IsFoundByWhatWasGivenForItAlone) {
  Sessions sessions;
  const std::string one = sessions.begin(session(), kNow), two = sessions.begin(session(), kNow);
  EXPECT_NE(one, two);
  EXPECT_NE(sessions.find(one, kNow), sessions.find(two, kNow));
  EXPECT_EQ(sessions.find("", kNow), nullptr);
  EXPECT_EQ(sessions.find(one + "x", kNow), nullptr);
  sessions.end(one);
  EXPECT_EQ(sessions.find(one, kNow), nullptr);
  EXPECT_NE(sessions.find(two, kNow), nullptr);
}

TEST(Session, EndsWhenItIsIdle) {
  Sessions sessions;
  const std::string held = sessions.begin(session(), kNow);
  EXPECT_NE(sessions.find(held, kNow + kIdleTime - 1s), nullptr);
  EXPECT_NE(sessions.find(held, kNow + 2 * kIdleTime - 2s), nullptr);
  EXPECT_EQ(sessions.find(held, kNow + 3 * kIdleTime), nullptr);
  EXPECT_EQ(sessions.size(), 0U);
}

TEST(Session, EndsWithItsTokenAndAfterAnHourHoweverBusyItIs) {
  Sessions sessions;
  const std::string shortly = sessions.begin(session(60), kNow),
                    longer = sessions.begin(session(86'400), kNow);
  EXPECT_EQ(sessions.find(shortly, kNow + 60s), nullptr);
  for (auto passed = 0min; passed < kLongestTime; passed += 10min)
    EXPECT_NE(sessions.find(longer, kNow + passed), nullptr);
  EXPECT_EQ(sessions.find(longer, kNow + kLongestTime), nullptr);
}

TEST(Session, OfTooManyTheOneIdleLongestGoes) {
  Sessions sessions;
  const std::string first = sessions.begin(session(), kNow), second = sessions.begin(session(), kNow + 1ms);
  sessions.find(first, kNow + 2ms);
  for (std::size_t i = 2; i <= kMostSessions; ++i) sessions.begin(session(), kNow + 1s);
  EXPECT_EQ(sessions.size(), kMostSessions);
  EXPECT_EQ(sessions.find(second, kNow + 1s), nullptr);
  EXPECT_NE(sessions.find(first, kNow + 1s), nullptr);
}

TEST(Session, GivesOutSoManyNamesForSubmissions) {
  const auto one = session();
  for (std::size_t i = 0; i < kMostSubmissions; ++i) EXPECT_NE(one->nextSubmission(), "");
  EXPECT_EQ(one->nextSubmission(), "");
  EXPECT_NE(one->csrf, session()->csrf);
}

TEST(Cookies, AreForThisHostAndNoScript) {
  for (const Place place : {Place::Window, Place::Frame}) {
    const auto [field, value] = setCookie(kSessionCookie, "v", place);
    EXPECT_EQ(field, "Set-Cookie");
    EXPECT_THAT(value, AllOf(testing::StartsWith("__Host-plumbline-screen=v; "), HasSubstr("; Path=/"),
                             HasSubstr("; Secure"), HasSubstr("; HttpOnly"), Not(HasSubstr("Domain"))));
  }
  EXPECT_THAT(setCookie(kSessionCookie, "v", Place::Window).second, HasSubstr("SameSite=Lax"));
  EXPECT_THAT(setCookie(kSessionCookie, "v", Place::Frame).second, HasSubstr("SameSite=None; Partitioned"));
  EXPECT_THAT(dropCookie(kSessionCookie, Place::Frame).second,
              AllOf(HasSubstr("Max-Age=0"), HasSubstr("Partitioned")));
}

TEST(Cookies, AreReadWhereThereIsExactlyOneOfTheName) {
  const auto read = [](const std::vector<std::string>& fields) {
    http::Request request;
    for (const auto& each : fields) request.headers.push_back({"cookie", each});
    return std::string(cookie(request, kSessionCookie));
  };
  EXPECT_EQ(read({"a=b; __Host-plumbline-screen=v1; c=d"}), "v1");
  EXPECT_EQ(read({"a=b", "__Host-plumbline-screen=v2"}), "v2");
  EXPECT_EQ(read({"__Host-plumbline-screen=v1; __Host-plumbline-screen=v2"}), "");
  EXPECT_EQ(read({"x__Host-plumbline-screen=v1"}), "");
  EXPECT_EQ(read({"__Host-plumbline-screen"}), "");
  EXPECT_EQ(read({}), "");
}

}  // namespace
}  // namespace plumbline::screen
