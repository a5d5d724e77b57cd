/// What only a store does that several replicas share. Run by tests/plugin/store/on_postgresql.sh.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "plugin/store/postgresql_words.h"
#include "tests/plugin/store/store.h"

namespace plumbline::store::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Whether it comes true within a time.
template <class Condition>
bool soon(Condition condition, std::chrono::milliseconds limit = 20s) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < until) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return condition();
}

bool isOverridden(const Writer& writer, const Call& call) {
  return writer.lastOverride(call.client, call.patient, call.cards.front()).has_value();
}

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

TEST(PostgresqlDatabase, EndsWhatTakesTooLong) {
  Directory directory;
  Database database(directory.place(), Database::Mode::ReadOnly);
  database.endBy(std::chrono::steady_clock::now() + 100ms);
  EXPECT_THROW(database.run("SELECT pg_sleep(10)"), StoreError);
}

TEST(PostgresqlWriter, KeepsTextThatItCannotHoldAsNearAsItCan) {
  Directory directory;
  Call odd = call("card-1");
  odd.jti = std::string("a\0b", 3);
  Feedback comment = feedback("card-1");
  comment.comment = std::string("c\0d", 3);
  const auto writer = directory.writer();
  writer->keep(odd);
  ASSERT_TRUE(writer->keep({comment}));
  EXPECT_EQ(directory.number("SELECT count(*) FROM audit WHERE jti = 'a\xEF\xBF\xBD"
                             "b'"),
            1);
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt);
}

TEST(PostgresqlWriter, LosesNoCallAndRefusesFeedbackWhileItIsAway) {
  Directory directory;
  const auto writer = directory.writer();
  writer->keep(call("card-1"));
  ASSERT_TRUE(writer->keep({feedback("card-1")}));
  Postgres::one().stop(SIGQUIT);
  EXPECT_FALSE(writer->keep({feedback("card-1", "2026-11-23T10:00:07Z")}));
  writer->keep(call("card-2"));
  writer->keep(call("card-3"));
  EXPECT_FALSE(writer->keep({feedback("card-2", "2026-11-23T10:00:08Z")}));
  EXPECT_FALSE(writer->counters().writable);
  EXPECT_TRUE(isOverridden(*writer, call("card-1"))) << "what is known stays known";
  Postgres::one().start();
  EXPECT_TRUE(soon([&] { return writer->counters().calls == 3; })) << writer->counters().calls;
  EXPECT_TRUE(writer->keep({feedback("card-2", "2026-11-23T10:00:08Z")}));
  EXPECT_TRUE(writer->counters().writable);
  EXPECT_EQ(writer->counters().callsLost, 0U);
  EXPECT_EQ(directory.number("SELECT count(*) FROM audit WHERE kind = 'call'"), 3);
  EXPECT_EQ(directory.number("SELECT count(*) FROM quarantine"), 0);
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt);
  EXPECT_THAT(directory.log, ElementsAre(HasSubstr("cannot be written"), HasSubstr("written again")));
}

TEST(PostgresqlWriter, LosesNothingItAcknowledgedWhenItIsRestartedUnderLoad) {
  constexpr int kClients = 4;
  Directory directory;
  const auto writer = directory.writer();
  writer->keep(call("card-1"));
  ASSERT_TRUE(writer->keep({feedback("card-1")}));
  std::atomic<bool> ending{false};
  std::vector<std::set<std::string>> acknowledged(kClients);
  std::atomic<int> calls{1};
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] {
      for (int i = 0; !ending; ++i) {
        const std::string moment = std::to_string(c) + "-" + std::to_string(i);
        writer->keep(call("card-" + moment));
        ++calls;
        // Sent again until it is taken, as an EHR does.
        while (!writer->keep({feedback("card-" + moment, moment)}) && !ending)
          std::this_thread::sleep_for(20ms);
        if (!ending) acknowledged[static_cast<std::size_t>(c)].insert(moment);
      }
    });
  }
  for (const int signal : {SIGINT, SIGQUIT, SIGQUIT}) {
    std::this_thread::sleep_for(300ms);
    Postgres::one().stop(signal);
    Postgres::one().start();
  }
  std::this_thread::sleep_for(300ms);
  ending = true;
  for (auto& each : clients) each.join();
  EXPECT_TRUE(soon([&] { return writer->counters().calls == static_cast<std::uint64_t>(calls); }));
  std::size_t promised = 0;
  const Database database = directory.open();
  Statement found = database.prepare("SELECT count(*) FROM feedback WHERE card = ?1 AND moment = ?2");
  for (const auto& each : acknowledged) {
    promised += each.size();
    for (const auto& moment : each) {
      found.bind(1, "card-" + moment).bind(2, moment);
      ASSERT_TRUE(found.next());
      EXPECT_EQ(found.number(0), 1) << moment << " was acknowledged and is lost";
      found.reset();
    }
  }
  EXPECT_GT(promised, 100U) << "there was no load";
  EXPECT_EQ(writer->counters().callsLost, 0U);
  EXPECT_EQ(database.number("SELECT count(*) FROM audit WHERE kind = 'call'"), calls) << "each call once";
  EXPECT_EQ(database.number("SELECT calls FROM unknown WHERE finding = ''"), calls);
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt) << directory.verify().problem;
  std::cout << "3 restarts, " << promised << " acknowledged, " << calls << " calls\n";
}

/// Commits are done and their answer is withheld, as it is while a standby is waited for.
class Unheard {
 public:
  Unheard() { waitFor("'nobody'"); }
  ~Unheard() { waitFor("''"); }

  /// Cuts the connection of the one that waits for its answer.
  static bool cut() {
    const Database database({"", Postgres::one().base()}, Database::Mode::ReadOnly);
    return soon([&] {
      return database.number(
                 "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                 "WHERE wait_event = 'SyncRep'") > 0;
    });
  }

 private:
  static void waitFor(const std::string& standby) {
    Database database({"", Postgres::one().base()}, Database::Mode::ReadWrite);
    database.run("ALTER SYSTEM SET synchronous_standby_names = " + standby);
    database.run("SELECT pg_reload_conf()");
    EXPECT_TRUE(soon([&] {
      Statement now = database.prepare("SELECT current_setting('synchronous_standby_names')");
      return now.next() && "'" + now.text(0) + "'" == standby;
    }));
  }
};

TEST(PostgresqlWriter, KeepsACallOnceWhoseCommitWasDoneAndNotAnswered) {
  Directory directory;
  const auto writer = directory.writer();
  writer->keep(call("card-1"));
  ASSERT_TRUE(writer->keep({feedback("card-1")}));
  {
    const Unheard commits;
    writer->keep(call("card-2"));
    writer->keep(call(""));
    ASSERT_TRUE(Unheard::cut());
  }
  EXPECT_TRUE(soon([&] { return writer->counters().calls == 3; })) << writer->counters().calls;
  writer->keep(call("card-3"));
  ASSERT_TRUE(writer->keep({feedback("card-2")}));
  EXPECT_EQ(directory.number("SELECT count(*) FROM audit WHERE kind = 'call'"), 4);
  EXPECT_EQ(directory.number("SELECT calls FROM unknown WHERE finding = ''"), 3);
  EXPECT_EQ(writer->counters().failures, 1U);
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt);
}

TEST(PostgresqlWriter, TakesFeedbackOnceWhoseCommitWasDoneAndNotAnswered) {
  Directory directory;
  const auto writer = directory.writer();
  writer->keep(call("card-1"));
  ASSERT_TRUE(writer->keep({feedback("card-none")}));
  {
    const Unheard commits;
    std::thread waits([&] { EXPECT_FALSE(writer->keep({feedback("card-1")})); });
    EXPECT_TRUE(Unheard::cut());
    waits.join();
  }
  EXPECT_TRUE(soon([&] { return isOverridden(*writer, call("card-1")); })) << "it is learned from the tables";
  EXPECT_TRUE(writer->keep({feedback("card-1")})) << "sent again";
  EXPECT_EQ(directory.number("SELECT count(*) FROM feedback"), 1);
  EXPECT_EQ(directory.number("SELECT count(*) FROM audit WHERE kind = 'overridden'"), 1);
}

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
