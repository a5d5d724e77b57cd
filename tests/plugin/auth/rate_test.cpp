#include "plugin/auth/rate.h"

#include <gtest/gtest.h>

namespace plumbline::auth {
namespace {

using namespace std::chrono_literals;
using Clock = Bucket::Clock;

int taken(Bucket& bucket, Clock::time_point now, int tries = 100) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += bucket.take(now) ? 1 : 0;
  return count;
}

TEST(Rates, HoldOneSecondsWorthAndFillUpAsTimePasses) {
  const auto start = Clock::now();
  Bucket bucket(10);
  EXPECT_FALSE(bucket.isEmpty(start));
  EXPECT_EQ(taken(bucket, start), 10);
  EXPECT_TRUE(bucket.isEmpty(start));
  EXPECT_EQ(taken(bucket, start + 250ms), 2);
  EXPECT_EQ(taken(bucket, start + 1h), 10) << "what is not used is not saved up";
  bucket.giveBack();
  EXPECT_EQ(taken(bucket, start + 1h), 1);
  EXPECT_EQ(taken(bucket, start), 0) << "a clock that goes back fills nothing";
}

TEST(Rates, AreWithoutEndAtZero) {
  Bucket bucket(0);
  EXPECT_EQ(taken(bucket, Clock::now(), 10'000), 10'000);
  EXPECT_FALSE(bucket.isEmpty(Clock::now()));
}

TEST(Rates, AreEachAddressesOwn) {
  const auto start = Clock::now();
  Buckets buckets(5);
  EXPECT_EQ(taken(*buckets.of("10.0.0.1", start), start), 5);
  EXPECT_EQ(taken(*buckets.of("10.0.0.1", start), start), 0);
  EXPECT_EQ(taken(*buckets.of("10.0.0.2", start), start), 5);
}

TEST(Rates, MakeNewAddressesShareOneOnlyWhileAllOthersAreBusy) {
  const auto start = Clock::now();
  Buckets buckets(5);
  for (std::size_t i = 0; i < Buckets::kMaxAddresses; ++i) buckets.of(std::to_string(i), start)->take(start);
  EXPECT_EQ(buckets.of("a", start), buckets.of("b", start));
  EXPECT_NE(buckets.of("a", start + 10s), buckets.of("b", start + 10s));
}

}  // namespace
}  // namespace plumbline::auth
