#include "plugin/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using std::string;
using testing::HasSubstr;

Arguments arguments(std::vector<string> words) {
  words.insert(words.begin(), "plumbline");
  std::vector<char*> values;
  for (auto& each : words) values.push_back(each.data());
  return argumentsOf(words[1], static_cast<int>(values.size()), values.data());
}

TEST(CommandLine, RefusesASchemaThatIsNone) {
  for (const char* none : {"x", "0", "-1", "7x", ""})
    EXPECT_THAT(arguments({"schema", "--data", "d", "--to", none}).problem, HasSubstr("--to needs a number"))
        << none;
  const Arguments good = arguments({"schema", "--data", "d", "--to", "7"});
  EXPECT_EQ(good.problem, "");
  EXPECT_EQ(good.store.to, 7);
}

TEST(CommandLine, OfAStoreSaysWhereItIs) {
  for (const char* command : {"report", "schema"}) {
    EXPECT_THAT(problemOf(arguments({command}).store), HasSubstr("--data DIR or --config FILE"));
    EXPECT_EQ(problemOf(arguments({command, "--data", "d"}).store), "");
    EXPECT_EQ(problemOf(arguments({command, "--config", "f"}).store), "");
  }
}

}  // namespace
}  // namespace plumbline
