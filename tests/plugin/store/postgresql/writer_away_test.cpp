/// A writer whose database goes away and comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <set>
#include <thread>

#include "tests/plugin/store/postgresql/shared.h"

namespace plumbline::store::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

}  // namespace
}  // namespace plumbline::store::testing
