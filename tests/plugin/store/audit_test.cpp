#include "plugin/store/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/store/check.h"
#include "tests/plugin/store/store.h"

namespace plumbline::store::testing {
namespace {

/// A chain of five calls, one of them answered with feedback: six rows.
struct Chain {
  Chain() {
    const auto writer = directory.writer();
    for (int i = 1; i <= 5; ++i) writer->keep(call("card-" + std::to_string(i)));
    EXPECT_TRUE(writer->keep({feedback("card-2")}));
  }

  void tamper(const std::string& sql) const { directory.open().run(sql); }

  Directory directory;
};

class Audit : public Chain, public ::testing::Test {};

TEST_F(Audit, IsWholeAsWritten) {
  const auto verdict = directory.verify();
  EXPECT_EQ(verdict.brokenAt, std::nullopt) << verdict.problem;
  EXPECT_EQ(verdict.rows, 6);
  EXPECT_EQ(verdict.hash.size(), 64U);
}

TEST_F(Audit, NamesAnEditedRowWhateverColumnWasEdited) {
  for (const std::string column : {"at", "kind", "service", "client", "issuer", "jti", "hookInstance",
                                   "patient", "who", "tier", "pathways", "cards", "pack", "hash"}) {
    Chain fresh;
    fresh.tamper("UPDATE audit SET " + column + " = " + column + " || 'x' WHERE number = 3");
    EXPECT_EQ(fresh.directory.verify().brokenAt, 3) << column;
  }
  for (const std::string column : {"microseconds", "held"}) {
    Chain fresh;
    fresh.tamper("UPDATE audit SET " + column + " = " + column + " + 1 WHERE number = 3");
    EXPECT_EQ(fresh.directory.verify().brokenAt, 3) << column;
  }
}

TEST_F(Audit, NamesTextThatMovedFromOneColumnToTheNext) {
  tamper("UPDATE audit SET tier = 'emergenc', pathways = 'y' || pathways WHERE number = 2");
  EXPECT_EQ(directory.verify().brokenAt, 2);
}

TEST_F(Audit, NamesADeletedRow) {
  tamper("DELETE FROM audit WHERE number = 3");
  EXPECT_EQ(directory.verify().brokenAt, 3);
}

TEST_F(Audit, NamesADeletedFirstRow) {
  tamper("DELETE FROM audit WHERE number = 1");
  EXPECT_EQ(directory.verify().brokenAt, 1);
}

TEST_F(Audit, NamesADeletedLastRow) {
  tamper("DELETE FROM audit WHERE number = 6");
  EXPECT_EQ(directory.verify().brokenAt, 6);
}

TEST_F(Audit, NamesTheFirstOfTwoRowsThatChangedPlaces) {
  tamper(
      "UPDATE audit SET number = 99 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 4;"
      "UPDATE audit SET number = 4 WHERE number = 99");
  EXPECT_EQ(directory.verify().brokenAt, 2);
}

TEST_F(Audit, NamesARowPutInAtTheEnd) {
  tamper(
      "INSERT INTO audit SELECT 7, at, kind, service, client, issuer, jti, hookInstance, patient, who, tier,"
      "pathways, cards, pack, microseconds, held, hash FROM audit WHERE number = 6");
  EXPECT_EQ(directory.verify().brokenAt, 7);
}

TEST_F(Audit, NamesAnEndThatWasCutTogetherWithItsSeal) {
  tamper(
      "DELETE FROM audit WHERE number > 4; "
      "UPDATE seal SET number = 4, hash = (SELECT hash FROM audit WHERE number = 4)");
  EXPECT_EQ(directory.verify().brokenAt, 4);
  tamper("DELETE FROM seal");
  EXPECT_EQ(directory.verify().brokenAt, 4);
  tamper("DELETE FROM audit");
  EXPECT_NE(directory.verify().brokenAt, std::nullopt);
}

TEST_F(Audit, IsNotMendedByWritingOn) {
  for (const std::string sql : {"DELETE FROM seal", "DELETE FROM audit WHERE number = 6",
                                "UPDATE audit SET tier = '' WHERE number = 1",
                                "DELETE FROM audit WHERE number > 4; UPDATE seal SET number = 4, "
                                "hash = (SELECT hash FROM audit WHERE number = 4)"}) {
    Chain fresh;
    fresh.tamper(sql);
    fresh.directory.writer()->keep(call("card-7"));
    EXPECT_NE(fresh.directory.verify().brokenAt, std::nullopt) << sql;
  }
}

TEST_F(Audit, IsNotJudgedByAnotherKey) {
  EXPECT_FALSE(isOfAnotherKey(directory.open(), Key::of(directory.place(), false)));
  std::ofstream(directory.path() + "/key") << std::string(32, 'x');
  EXPECT_TRUE(isOfAnotherKey(directory.open(), Key::of(directory.place(), false)));
}

TEST(DatabaseOfAFile, SaysWhyItCannotBeOpened) {
  try {
    const Database none({"/nowhere"}, Database::Mode::ReadOnly);
    FAIL() << "was opened";
  } catch (const StoreError& error) {
    EXPECT_STREQ(error.what(), "plumbline.db cannot be opened: No such file or directory");
  }
}

TEST_F(Audit, SealsAnEmptyChain) {
  Directory empty;
  empty.writer().reset();
  EXPECT_EQ(empty.verify().brokenAt, std::nullopt);
  EXPECT_EQ(empty.verify().rows, 0);
}

}  // namespace
}  // namespace plumbline::store::testing
