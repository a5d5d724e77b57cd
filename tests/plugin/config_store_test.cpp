#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "plugin/config_files.h"
#include "plugin/store/check.h"
#include "plugin/store/schema.h"
#include "plugin/store/writer.h"
#include "tests/plugin/config_fixture.h"

namespace plumbline {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using StoreConfiguration = Configuration;

auto problemAt(const std::string& pointer, const std::string& words) {
  return AllOf(Field(&fhir::Problem::pointer, pointer), Field(&fhir::Problem::message, HasSubstr(words)));
}

TEST_F(StoreConfiguration, IsADirectoryOrADatabaseThatIsShared) {
  const auto file = load(R"({"store": {"path": "data"}})");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->store, (store::Place{(directory_ / "data").string()}));
  const auto shared = load(R"({"store": {"type": "postgresql", "connection": "host=db sslmode=verify-full",
    "passwordFile": "password", "keyFile": "/run/secrets/key"}})");
  ASSERT_TRUE(shared);
  EXPECT_EQ(shared->store, (store::Place{"", "host=db sslmode=verify-full",
                                         (directory_ / "password").string(), "/run/secrets/key"}));
  EXPECT_THAT(needRestart(*file, *shared), Contains("store"));
}

TEST_F(StoreConfiguration, RefusesWhatIsLackingAndWhatIsOfTheOtherKind) {
  EXPECT_THAT(pointers(R"({"store": {}})"), ElementsAre("/store"));
  EXPECT_THAT(pointers(R"({"store": {"type": "postgresql"}})"), Contains("/store"));
  EXPECT_THAT(pointers(R"({"store": {"path": "data", "keyFile": "key"}})"), ElementsAre("/store/keyFile"));
  EXPECT_THAT(
      pointers(
          R"({"store": {"type": "postgresql", "connection": "host=db", "keyFile": "k", "path": "data"}})"),
      ElementsAre("/store/path"));
}

TEST_F(StoreConfiguration, RefusesAPasswordInTheConnectionWithoutRepeatingIt) {
  EXPECT_THAT(
      pointers(R"({"store": {"type": "postgresql", "keyFile": "k", "connection": "password=canary"}})"),
      ElementsAre("/store/connection"));
  EXPECT_THAT(problems_.front().message, AllOf(HasSubstr("passwordFile"), Not(HasSubstr("canary"))));
}

TEST_F(StoreConfiguration, ReachesAnotherMachineOnlyWhenItIsSureOfIt) {
  const auto problems = [&](const std::string& connection, const std::string& more) {
    const auto config = load(R"({"store": {"type": "postgresql", "keyFile": "k", "connection": ")" +
                             connection + "\"}" + more + "}");
    std::vector<fhir::Problem> found;
    if (config) checkExposed(*config, file_, found);
    return found;
  };
  const auto exposed = problemAt("/store/connection", "verify-full");
  EXPECT_THAT(problems("host=db", ""), Contains(exposed));
  EXPECT_THAT(problems("host=db sslmode=verify-full", ""), Not(Contains(exposed)));
  EXPECT_THAT(problems("host=/run/postgresql", ""), Not(Contains(exposed)));
  EXPECT_THAT(problems("host=db", R"(, "development": {"allowPlainHttp": true})"), Not(Contains(exposed)));
}

TEST_F(StoreConfiguration, TellsOfAKeyThatCannotBeReadAndADatabaseThatIsNotThere) {
  const auto config = load(R"({"store": {"type": "postgresql", "keyFile": "key", "passwordFile": "password",
    "connection": "host=/nowhere"}})");
  ASSERT_TRUE(config);
  std::vector<fhir::Problem> problems, notes;
  std::ofstream(directory_ / "password") << "canary\n";
  checkEverything(*config, {}, problems, notes);
  EXPECT_THAT(problems, Contains(problemAt("/store/keyFile", "key")));
  EXPECT_THAT(notes, Contains(problemAt("/store", "/nowhere")));
  EXPECT_THAT(notes, Contains(problemAt("/store/passwordFile", "everybody")));
  for (const auto& each : notes) EXPECT_THAT(each.message, Not(HasSubstr("canary")));
  std::ofstream(directory_ / "key") << std::string(32, 'k');
  problems.clear();
  checkEverything(*config, {}, problems, notes);
  EXPECT_THAT(problems, IsEmpty());
}

struct Found {
  std::vector<fhir::Problem> problems, notes;
};

Found lookAt(const Config& config) {
  Found found;
  checkEverything(config, {}, found.problems, found.notes);
  return found;
}

TEST_F(StoreConfiguration, IsADirectoryThatCanBeWrittenAndLeavesNothingThere) {
  const auto config = load(R"({"store": {"path": "later/data"}})");
  ASSERT_TRUE(config);
  EXPECT_THAT(lookAt(*config).problems, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(directory_ / "later"));
  const auto none = load(R"({"store": {"path": "/proc/data"}})");
  ASSERT_TRUE(none);
  EXPECT_THAT(lookAt(*none).problems,
              ElementsAre(problemAt("/store/path", "/proc/data cannot be written: ")));
}

TEST_F(StoreConfiguration, TellsOfADirectoryWhoseKeyIsLackingOrAnother) {
  const auto config = load(R"({"store": {"path": "data"}})");
  ASSERT_TRUE(config);
  const std::string key = store::keyFileOf(config->store);
  store::Writer(config->store, [](const std::string& words) { ADD_FAILURE() << words; });
  EXPECT_THAT(lookAt(*config).problems, IsEmpty());
  std::ofstream(key) << std::string(32, 'x');
  EXPECT_THAT(lookAt(*config).problems,
              ElementsAre(problemAt("/store/path", key + " is not the key this store was made with")));
  std::filesystem::remove(key);
  EXPECT_THAT(lookAt(*config).problems, ElementsAre(problemAt("/store/path", "restore it from the backup")));
  EXPECT_FALSE(std::filesystem::exists(key));
}

TEST_F(StoreConfiguration, NotesTablesThatTheFirstStartMakesOrBringsUpAndRefusesLaterOnes) {
  const auto config = load(R"({"store": {"path": "data"}})");
  ASSERT_TRUE(config);
  store::Writer(config->store, [](const std::string& words) { ADD_FAILURE() << words; });
  store::Database database(config->store, store::Database::Mode::ReadWrite);
  store::migrate(database, store::schemaVersion() - 1);
  EXPECT_THAT(lookAt(*config).problems, IsEmpty());
  EXPECT_THAT(lookAt(*config).notes, Contains(problemAt("/store", "the first start brings it to")));
  store::migrate(database, 0);
  EXPECT_THAT(lookAt(*config).notes, Contains(problemAt("/store", "is empty; the first start makes")));
  database.setSchema({99, 99});
  EXPECT_THAT(lookAt(*config).problems, ElementsAre(problemAt("/store", "has schema 99")));
}

TEST_F(StoreConfiguration, NeedsItsPasswordFile) {
  const auto config = load(R"({"store": {"type": "postgresql", "keyFile": "key", "passwordFile": "password",
    "connection": "host=/nowhere"}})");
  ASSERT_TRUE(config);
  std::ofstream(directory_ / "key") << std::string(32, 'k');
  EXPECT_THAT(lookAt(*config).problems,
              ElementsAre(problemAt("/store/passwordFile", config->store.passwordFile + " cannot be read")));
}

}  // namespace
}  // namespace plumbline
