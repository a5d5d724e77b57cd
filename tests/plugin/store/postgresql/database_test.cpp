/// PostgreSQL as an engine. Run, as all of this folder, by tests/plugin/store/on_postgresql.sh.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/store/postgresql_words.h"
#include "tests/plugin/store/postgresql/shared.h"

namespace plumbline::store::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(PostgresqlWords, NumberValuesAsItDoesAndLeaveWhatIsQuoted) {
  const auto made = numbered("SELECT a FROM b WHERE c = ?12 AND d = ?1 AND e <> '?2'");
  EXPECT_EQ(made.sql, "SELECT a FROM b WHERE c = $12 AND d = $1 AND e <> '?2'");
  EXPECT_EQ(made.values, 12);
  EXPECT_EQ(numbered("SELECT 1").values, 0);
}

TEST(PostgresqlWords, TellTimeAndRoomFromWhatIsWrong) {
  for (const char* state : {"57P01", "53100", "57014", "08006", "40001", "25006", "55P03"})
    EXPECT_TRUE(mayPass(state)) << state;
  for (const char* state : {"22021", "23505", "42P01", "42501", "0A000"})
    EXPECT_FALSE(mayPass(state)) << state;
  EXPECT_EQ(wordsFor("53100"), "PostgreSQL has no room left on its disk (SQLSTATE 53100)");
}

TEST(PostgresqlPlace, MayHoldNoPasswordAndIsNeverRepeated) {
  const auto problem = [](const std::string& connection) { return problemOf({"", connection, "", ""}); };
  EXPECT_EQ(problem("host=db dbname=plumbline"), "");
  EXPECT_EQ(problem("postgresql://plumbline@db/plumbline?sslmode=verify-full"), "");
  EXPECT_THAT(problem("host=db password=canary"), AllOf(HasSubstr("passwordFile"), Not(HasSubstr("canary"))));
  EXPECT_THAT(problem("postgresql://u:canary@db/x"),
              AllOf(HasSubstr("passwordFile"), Not(HasSubstr("canary"))));
  EXPECT_THAT(problem("canary"), AllOf(Not(IsEmpty()), Not(HasSubstr("canary"))));
}

TEST(PostgresqlPlace, IsExposedWhereAnotherMachineIsNotProvedToBeTheOne) {
  const auto exposed = [](const std::string& connection) { return isExposed({"", connection, "", ""}); };
  EXPECT_TRUE(exposed("host=db"));
  EXPECT_TRUE(exposed("host=db sslmode=require"));
  EXPECT_TRUE(exposed("host=/run/postgresql,db"));
  EXPECT_TRUE(exposed("hostaddr=10.0.0.1"));
  EXPECT_TRUE(exposed("host=127.0.0.1.example sslmode=disable"));
  EXPECT_TRUE(exposed("service=elsewhere"));
  EXPECT_FALSE(exposed("host=db sslmode=verify-full"));
  EXPECT_FALSE(exposed("host=/run/postgresql"));
  EXPECT_FALSE(exposed("host=localhost"));
  EXPECT_FALSE(exposed("hostaddr=127.0.0.1"));
  EXPECT_FALSE(exposed("dbname=plumbline"));
}

TEST(PostgresqlDatabase, OrdersTextByItsBytesWhateverTheLanguageOfTheDatabase) {
  Directory directory;
  Database database = directory.open();
  database.define("CREATE TABLE words (word TEXT PRIMARY KEY)");
  database.run("INSERT INTO words VALUES ('a'), ('B'), ('~'), ('2026'), ('')");
  Statement rows = database.prepare("SELECT word FROM words WHERE word < ?1 ORDER BY word");
  rows.bind(1, "~");
  std::vector<std::string> words;
  while (rows.next()) words.push_back(rows.text(0));
  EXPECT_THAT(words, ElementsAre("", "2026", "B", "a"));
}

TEST(PostgresqlDatabase, ReadsOnWhereAnotherStatementCameBetween) {
  Directory directory;
  const Database database = directory.open();
  Statement rows = database.prepare("SELECT generate_series(1, 3), 'x' = 'x', NULL, 'text'");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(database.number("SELECT 7"), 7);
  EXPECT_EQ(rows.number(0), 1);
  EXPECT_TRUE(rows.isNumber(0));
  EXPECT_EQ(rows.text(1), "1") << "a truth";
  EXPECT_EQ(rows.text(2), "");
  EXPECT_FALSE(rows.isNumber(3));
  EXPECT_TRUE(rows.next());
  EXPECT_TRUE(rows.next());
  EXPECT_EQ(rows.number(0), 3);
  EXPECT_FALSE(rows.next());
  EXPECT_EQ(rows.columns(), 4);
}

TEST(PostgresqlDatabase, NamesWhatIsWrongAndNoValue) {
  Directory directory;
  Database database = directory.open();
  try {
    database.run("SELECT 'canary'::bigint");
    FAIL() << "was taken";
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("22P02"), Not(HasSubstr("canary"))));
  }
  EXPECT_EQ(database.number("SELECT 1"), 1) << "the connection is good";
  Database reader(directory.place(), Database::Mode::ReadOnly);
  EXPECT_THROW(reader.run("CREATE TABLE nothing (word TEXT)"), StoreError);
}

TEST(PostgresqlDatabase, TellsOfWhatFailedBeforeTheCommitAndKeepsNothingOfIt) {
  Directory directory;
  Database database = directory.open();
  database.define("CREATE TABLE words (word TEXT PRIMARY KEY)");
  const auto put = [&](const std::vector<std::string>& words) {
    Transaction all(database);
    Statement insert = database.prepare("INSERT INTO words VALUES (?1)");
    for (const auto& each : words) insert.bind(1, each).run();
    all.commit();
  };
  EXPECT_THROW(put({"a", "b", "a", "c"}), StoreError);
  {
    const Transaction leftOpen(database);
    Statement insert = database.prepare("INSERT INTO words VALUES (?1)");
    for (int i = 0; i < 2; ++i) insert.bind(1, "a").run();
  }
  EXPECT_EQ(database.number("SELECT count(*) FROM words"), 0);
  std::vector<std::string> many;
  for (int i = 0; i < 1234; ++i) many.push_back(std::to_string(i));
  put(many);
  EXPECT_EQ(database.number("SELECT count(*) FROM words"), 1234);
  Transaction all(database);
  Statement insert = database.prepare("INSERT INTO words VALUES (?1) ON CONFLICT DO NOTHING");
  insert.bind(1, "new").run();
  EXPECT_EQ(database.changed(), 1);
  insert.bind(1, "7").run();
  EXPECT_EQ(database.changed(), 0);
}

TEST(PostgresqlDatabase, EndsWhatTakesTooLong) {
  Directory directory;
  Database database(directory.place(), Database::Mode::ReadOnly);
  database.endBy(std::chrono::steady_clock::now() + 100ms);
  EXPECT_THROW(database.run("SELECT pg_sleep(10)"), StoreError);
}

}  // namespace
}  // namespace plumbline::store::testing
