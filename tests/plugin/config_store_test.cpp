#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/config_files.h"
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

}  // namespace
}  // namespace plumbline
