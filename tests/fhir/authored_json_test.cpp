#include "fhir/authored_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace plumbline::fhir {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> problemsOf(const std::string& text, const std::string& schema) {
  std::vector<Problem> problems;
  const Authored document = parseAuthored(text, "f", problems);
  const Authored rules = parseAuthored(schema, "schema", problems);
  if (problems.empty()) checkSchema(document, rules, "f", problems);
  std::vector<std::string> lines;
  for (const auto& each : problems) lines.push_back(each.pointer + ": " + each.message);
  return lines;
}

TEST(AuthoredJson, AllowsCommentsAndNamesTheLineOfASyntaxError) {
  EXPECT_THAT(problemsOf("{ // why\n \"a\": 1 /* so */ }", "{}"), IsEmpty());
  EXPECT_THAT(problemsOf("{\n\"a\": }", "{}"), ElementsAre(testing::StartsWith(": line 2: ")));
}

TEST(AuthoredJson, RefusesAKeyWrittenTwiceAtAnyDepth) {
  EXPECT_THAT(problemsOf(R"({"a":[{"b/c":1,"b/c":2}]})", "{}"), ElementsAre("/a/0/b~1c: key occurs twice"));
}

TEST(AuthoredJson, ReportsEveryBreachOfTheSchemaNotOnlyTheFirst) {
  const std::string schema = R"({"type":"object","additionalProperties":false,"required":["id","n"],
    "properties":{"id":{"type":"string","minLength":2,"maxLength":3},"n":{"type":"integer","minimum":1,"maximum":9},
                  "e":{"enum":["x","y"]},"l":{"type":"array","minItems":1,"uniqueItems":true,"items":{"$ref":"#/$defs/s"}},
                  "o":{"anyOf":[{"type":"string"},{"type":"object","required":["z"]}]},
                  "m":{"type":"object","additionalProperties":{"type":"boolean"}}},
    "$defs":{"s":{"type":"string"}}})";
  EXPECT_THAT(problemsOf(R"({"id":"äö","n":1,"e":"x","l":["a"],"o":"s","m":{"k":true}})", schema), IsEmpty());
  EXPECT_THAT(
      problemsOf(R"({"id":"a","e":"q","l":["a","a",1],"o":{"y":1},"m":{"k":0},"zz":1})", schema),
      testing::UnorderedElementsAre(": lacks \"n\"", "/id: must have at least 2 characters",
                                    "/e: must be one of: x, y", "/l/1: is there twice",
                                    "/l/2: must be of type string", "/o: matches none of the allowed forms",
                                    "/m/k: must be of type boolean", "/zz: unknown key"));
  EXPECT_THAT(problemsOf(R"({"id":"abcd","n":10,"l":[]})", schema),
              testing::UnorderedElementsAre("/id: must have at most 3 characters, has 4",
                                            "/n: must be at most 9", "/l: must have at least 1 items"));
}

TEST(AuthoredJson, SaysWhichFileCannotBeRead) {
  std::vector<Problem> problems;
  EXPECT_TRUE(readAuthored("/nonexistent/x.json", "x.json", problems).IsNull());
  EXPECT_THAT(problems, ElementsAre(testing::Field(&Problem::file, "x.json")));
}

}  // namespace
}  // namespace plumbline::fhir
