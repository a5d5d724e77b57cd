/// Several writers of one database, its backup, and its return.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/plugin/store/postgresql/shared.h"

namespace plumbline::store::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(PostgresqlReplicas, WriteOneChain) {
  constexpr int kEach = 60;
  Directory directory;
  const auto one = directory.writer(), two = directory.writer();
  std::vector<std::thread> threads;
  for (const auto* const writer : {&one, &two}) {
    threads.emplace_back([&, writer, name = writer == &one ? "one-" : "two-"] {
      for (int i = 0; i < kEach; ++i) {
        const std::string card = name + std::to_string(i);
        (*writer)->keep(call(card));
        EXPECT_TRUE((*writer)->keep({feedback(card)}));
      }
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt) << directory.verify().problem;
  EXPECT_EQ(directory.verify().rows, 4 * kEach);
  EXPECT_EQ(directory.number("SELECT calls FROM unknown WHERE finding = ''"), 2 * kEach);
  EXPECT_EQ(directory.number("SELECT count(*) FROM quarantine"), 0);
  EXPECT_THAT(directory.log, IsEmpty());
}

TEST(PostgresqlReplicas, TakeFeedbackOnACardThatAnotherShowed) {
  Directory directory;
  const auto one = directory.writer(), two = directory.writer();
  one->keep(call("card-1"));
  ASSERT_TRUE(one->keep({feedback("card-none")}));
  EXPECT_TRUE(two->keep({feedback("card-1")}));
  EXPECT_EQ(directory.number("SELECT count(*) FROM feedback"), 1);
}

TEST(PostgresqlReplicas, LearnWithinASecondWhatAnotherWrote) {
  Directory directory;
  const auto one = directory.writer(), two = directory.writer();
  const Call shown = call("card-1");
  Call gaps = call("card-2", "bay-1");
  gaps.cards.front().tier = kToldOnce;
  Screened screened;
  screened.at = "2026-11-25T09:00:00Z";
  screened.until = "2026-11-28T09:00:00Z";
  screened.submission = "s-1";
  screened.client = "hospital";
  screened.patient = "elm-204";
  screened.answers = {{"fever", "no"}};
  one->keep(shown);
  one->keep(gaps);
  ASSERT_TRUE(one->keep(screened));
  ASSERT_TRUE(one->keep({feedback("card-1")}));
  const auto knows = [&] {
    return isOverridden(*two, shown) && two->lastTold("", "bay-1", gaps.cards.front()) &&
           !two->screens("hospital", "elm-204", fhir::parseDate(screened.at)->earliest).empty();
  };
  EXPECT_FALSE(isOverridden(*two, call("card-1", "bay-1")));
  EXPECT_TRUE(soon(knows, 1s));
  EXPECT_EQ(two->lastOverride("", "elm-204", shown.cards.front())->reasonCode, "assessed");
}

TEST(PostgresqlReplicas, LearnWhatAnotherWroteBeforeTheyWrite) {
  Directory directory;
  const auto one = directory.writer(), two = directory.writer();
  one->keep(call("card-1"));
  ASSERT_TRUE(one->keep({feedback("card-1")}));
  ASSERT_TRUE(two->keep({feedback("card-none")}));
  EXPECT_TRUE(isOverridden(*two, call("card-1")));
}

TEST(PostgresqlReplicas, OfTwoVersionsWriteSideBySideWhereTheTablesPermitIt) {
  Directory directory;
  const auto older = directory.writer();
  older->keep(call("card-1"));
  ASSERT_TRUE(older->keep({feedback("card-1")}));
  Database newer = directory.open();
  const auto bringTo = [&](const std::string& change, Schema schema) {
    Transaction all(newer);
    newer.define(change);
    newer.setSchema(schema);
    all.commit();
  };
  const int ours = schemaVersion();
  bringTo("ALTER TABLE cards ADD COLUMN more TEXT NOT NULL DEFAULT ''", {ours + 1, ours});
  EXPECT_TRUE(soon([&] { return older->keep({feedback("card-1", "2026-11-23T10:00:07Z")}); }, 5s));
  older->keep(call("card-2"));
  ASSERT_TRUE(older->keep({feedback("card-none")})) << "what came before is on disk";
  EXPECT_TRUE(directory.writer()->keep({feedback("card-2")})) << "one of ours starts beside newer ones";
  EXPECT_EQ(newer.schema(), (Schema{ours + 1, ours})) << "and brings nothing down";

  bringTo("ALTER TABLE cards RENAME COLUMN held TO kept", {ours + 2, ours + 2});
  EXPECT_FALSE(older->keep({feedback("card-1", "2026-11-23T10:00:08Z")}));
  EXPECT_FALSE(directory.writer()->keep({feedback("card-1", "2026-11-23T10:00:08Z")}));
  EXPECT_THAT(directory.log, Contains(HasSubstr("schema " + std::to_string(ours + 2))));

  bringTo("ALTER TABLE cards RENAME COLUMN kept TO held; ALTER TABLE cards DROP COLUMN more", {ours, ours});
  EXPECT_TRUE(older->keep({feedback("card-1", "2026-11-23T10:00:08Z")})) << "after it was rolled back";
  EXPECT_EQ(directory.number("SELECT count(*) FROM feedback"), 4);
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt);
}

/// The exit code of a program of PostgreSQL's, on its server.
int ran(const std::string& program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), Postgres::program(program));
  int status = -1;
  ::waitpid(Postgres::one().startedAs(arguments, SIGTERM), &status, 0);
  return status;
}

TEST(PostgresqlBackup, IsTakenWhileItIsWrittenAndBringsBackWhatWasThere) {
  Directory directory;
  const std::string base = Postgres::one().base(), file = Postgres::one().directory() + "/backup.sql";
  const std::string schema = directory.place().connection.substr(directory.place().connection.rfind('=') + 1);
  const std::string name = schema.substr(0, schema.size() - 1);
  {
    const auto writer = directory.writer();
    writer->keep(call("card-1"));
    ASSERT_TRUE(writer->keep({feedback("card-1"), feedback("card-none")}));
    ASSERT_EQ(ran("pg_dump", {"-d", base, "-n", name, "-f", file}), 0);
    ASSERT_TRUE(writer->keep({feedback("card-1", "2026-11-23T10:00:09Z")}));
  }
  EXPECT_THAT(read(file), AllOf(HasSubstr("card-1"), Not(HasSubstr("elm-204")), Not(HasSubstr("quince"))))
      << "nothing that names a patient or user is in it";
  Database({"", base}, Database::Mode::ReadWrite).run("DROP SCHEMA " + name + " CASCADE");
  ASSERT_EQ(ran("psql", {"-q", "-v", "ON_ERROR_STOP=1", "-d", base, "-f", file}), 0);
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt) << directory.verify().problem;
  EXPECT_EQ(directory.verify().rows, 3);
  const auto writer = directory.writer();
  EXPECT_TRUE(isOverridden(*writer, call("card-1"))) << "what is in force stays in force";
  EXPECT_TRUE(writer->keep({feedback("card-1", "2026-11-23T10:00:09Z")})) << "sent again after the restore";
  EXPECT_EQ(directory.number("SELECT count(*) FROM feedback"), 2);
}

}  // namespace
}  // namespace plumbline::store::testing
