#include "plugin/store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugin/store/store.h"

namespace plumbline::store::testing {
namespace {

/// Everything the engine knows of the tables.
std::string shapeOf(const Database& database) {
  std::string text;
  Statement rows = database.prepare(
      onPostgresql()
          ? "SELECT concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable) "
            "FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND table_name <> 'plumbline_schema' UNION ALL SELECT indexdef FROM pg_indexes "
            "WHERE schemaname = current_schema() ORDER BY 1"
          : "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name");
  while (rows.next()) text += rows.text(0) + "\n";
  return text;
}

TEST(Schema, GoesDownToEveryVersionAndUpAgainToTheSameTables) {
  Directory directory;
  directory.writer()->keep(call("card-1"));
  Database database = directory.open();
  const std::string newest = shapeOf(database);
  std::vector<std::string> shapes{newest};
  for (int version = schemaVersion() - 1; version >= 0; --version) {
    migrate(database, version);
    EXPECT_EQ(database.schema().version, version);
    EXPECT_NE(shapeOf(database), shapes.back()) << version;
    shapes.push_back(shapeOf(database));
  }
  EXPECT_EQ(shapes.back(), "") << "version 0 is an empty file";
  for (int version = 1; version <= schemaVersion(); ++version) {
    migrate(database, version);
    shapes.pop_back();
    EXPECT_EQ(shapeOf(database), shapes.back()) << version;
  }
}

TEST(Schema, KeepsCardsFeedbackAndAuditThroughAStepDownAndUp) {
  Directory directory;
  {
    const auto writer = directory.writer();
    writer->keep(call("card-1"));
    ASSERT_TRUE(writer->keep({feedback("card-1"), feedback("card-none")}));
  }
  Database database = directory.open();
  migrate(database, schemaVersion() - 1);
  directory.writer()->keep(call("card-2"));
  EXPECT_EQ(database.schema().version, schemaVersion()) << "the writer brings it up";
  EXPECT_EQ(database.number("SELECT count(*) FROM cards"), 2);
  EXPECT_EQ(database.number("SELECT count(*) FROM feedback"), 1);
  EXPECT_EQ(database.number("SELECT count(*) FROM quarantine"), 1);
  EXPECT_EQ(directory.verify().brokenAt, std::nullopt);
  EXPECT_EQ(directory.verify().rows, 4);
}

TEST(Schema, KeepsTheCountsOfWhatWasNotDocumentedThroughAStepDownAndUp) {
  Directory directory;
  Call city = call("card-2");
  city.client = "city";
  {
    const auto writer = directory.writer();
    writer->keep(call("card-1"));
    writer->keep(city);
  }
  Database database = directory.open();
  migrate(database, 3);
  EXPECT_EQ(database.number("SELECT calls FROM unknown WHERE finding = 'reduced-anal-tone'"), 2);
  EXPECT_EQ(database.number("SELECT count(*) FROM unknown"), 1);
  migrate(database, schemaVersion());
  EXPECT_EQ(database.number("SELECT calls FROM unknown WHERE finding = 'reduced-anal-tone'"), 2);
  EXPECT_EQ(database.number("SELECT calls FROM unknown WHERE finding = ''"), 2) << "of both clients";
}

TEST(Schema, LeavesAFileOfAnUnknownVersionAlone) {
  Directory directory;
  directory.writer().reset();
  Database database = directory.open();
  const std::string before = shapeOf(database);
  database.setSchema({99, 99});
  EXPECT_THROW(migrate(database, schemaVersion()), StoreError);
  EXPECT_THROW(requireSchema(database), StoreError);
  EXPECT_EQ(shapeOf(database), before);
  EXPECT_EQ(database.schema().version, 99);
}

}  // namespace
}  // namespace plumbline::store::testing
