#include "fhir/date.h"

#include <gtest/gtest.h>

namespace plumbline::fhir {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::sys_days;
using namespace std::chrono_literals;

DateRange at(const char* text) {
  const auto date = parseDate(text);
  EXPECT_TRUE(date) << text;
  return date.value_or(DateRange{});
}

TEST(Date, IsAsWideAsItIsVague) {
  EXPECT_EQ(at("2024"), (DateRange{sys_days{2024y / 1 / 1}, sys_days{2025y / 1 / 1} - 1s}));
  EXPECT_EQ(at("2024-02"), (DateRange{sys_days{2024y / 2 / 1}, sys_days{2024y / 3 / 1} - 1s}));
  EXPECT_EQ(at("2024-02-29"), (DateRange{sys_days{2024y / 2 / 29}, sys_days{2024y / 3 / 1} - 1s}));
  EXPECT_EQ(at("2024-02-29T10:00:00Z").earliest, sys_days{2024y / 2 / 29} + 10h);
  EXPECT_EQ(at("2024-02-29T10:00:00.123Z").latest, sys_days{2024y / 2 / 29} + 10h);
}

TEST(Date, AppliesTheZoneAndDoubtsItsAbsence) {
  EXPECT_EQ(at("2024-01-01T01:00:00+02:00").earliest, sys_days{2023y / 12 / 31} + 23h);
  EXPECT_EQ(at("2024-01-01T23:00:00-05:00").earliest, sys_days{2024y / 1 / 2} + 4h);
  const auto unzoned = at("2024-01-01T12:00:00");
  EXPECT_EQ(unzoned.latest - unzoned.earliest, 26h);
}

TEST(Date, RefusesWhatIsNoDate) {
  for (const char* text : {"",
                           "24",
                           "202",
                           "2024-",
                           "2024-13",
                           "2024-00",
                           "2023-02-29",
                           "2024-04-31",
                           "2024-1-1",
                           "2024-01-01T",
                           "2024-01-01T24:00:00Z",
                           "2024-01-01T10:60:00Z",
                           "2024-01-01T10:00:61Z",
                           "2024-01-01T10:00:00.Z",
                           "2024-01-01T10:00:00+25:00",
                           "2024-01-01T10:00:00Zjunk",
                           "2024-01-01 10:00:00Z",
                           " 2024",
                           "0000",
                           "2024-01-01T10:00:00z",
                           "-2024",
                           "20240101"}) {
    EXPECT_FALSE(parseDate(text)) << text;
  }
}

TEST(Date, ReadsALeapSecondAsTheSecondBefore) {
  EXPECT_EQ(at("2016-12-31T23:59:60Z").latest, sys_days{2017y / 1 / 1} - 1s);
}

TEST(Window, BelowAtAndAboveItsEdge) {
  const Instant now = sys_days{2024y / 3 / 15} + 12h;
  const auto exactly = [](Instant instant) { return DateRange{instant, instant}; };
  EXPECT_TRUE(maybeWithin(exactly(now - days{14} + 1s), now, days{14}));
  EXPECT_TRUE(maybeWithin(exactly(now - days{14}), now, days{14}));
  EXPECT_FALSE(maybeWithin(exactly(now - days{14} - 1s), now, days{14}));
  EXPECT_TRUE(surelyWithin(exactly(now - days{14}), now, days{14}));
  EXPECT_FALSE(surelyWithin(exactly(now - days{14} - 1s), now, days{14}));
}

TEST(Window, AStraddlingDateMayBeRecentButIsNotSurelySo) {
  const Instant now = sys_days{2024y / 3 / 15} + 12h;
  EXPECT_TRUE(maybeWithin(at("2024-03-01"), now, days{14}));
  EXPECT_FALSE(surelyWithin(at("2024-03-01"), now, days{14}));
  EXPECT_TRUE(maybeWithin(at("2024"), now, days{14}));
  EXPECT_FALSE(maybeWithin(at("2024-02-29"), now, days{14}));
}

TEST(Age, CountsCompletedYearsAndKeepsTheDoubt) {
  const Instant now = sys_days{2024y / 3 / 15} + 12h;
  EXPECT_EQ(ageAt(at("2006-03-15"), now).youngest, 18);
  EXPECT_EQ(ageAt(at("2006-03-16"), now).youngest, 17);
  EXPECT_EQ(ageAt(at("2006"), now).youngest, 17);
  EXPECT_EQ(ageAt(at("2006"), now).oldest, 18);
  EXPECT_EQ(ageAt(at("2030"), now).oldest, 0);
}

}  // namespace
}  // namespace plumbline::fhir
