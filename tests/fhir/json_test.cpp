#include "fhir/json.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace plumbline::fhir {
namespace {

Error::Kind refusalOf(const std::string& text) {
  const auto document = JsonDocument::parse(text);
  EXPECT_FALSE(document) << text;
  return document ? Error::Kind::OtherPatient : document.error().kind;
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + "1" + std::string(levels, ']');
}

TEST(JsonDoor, AcceptsNestingUpToTheLimitAndRefusesOneMore) {
  EXPECT_TRUE(JsonDocument::parse(nested(kMaxJsonDepth)));
  EXPECT_EQ(refusalOf(nested(kMaxJsonDepth + 1)), Error::Kind::TooDeep);
  EXPECT_EQ(refusalOf(nested(2'000'000)), Error::Kind::TooDeep);
  EXPECT_EQ(refusalOf(std::string(2'000'000, '[')), Error::Kind::Syntax) << "an open end is seen first";
}

TEST(JsonDoor, RefusesWhatIsNotExactlyOneValue) {
  for (const char* text :
       {"", " ", "{", "{} {}", "[1,]", "{\"a\":1,}", "// c\n{}", "nul", "\"a", "{'a':1}"}) {
    EXPECT_EQ(refusalOf(text), Error::Kind::Syntax) << text;
  }
}

TEST(JsonDoor, RefusesBytesAndEscapesThatAreNotUnicode) {
  EXPECT_EQ(refusalOf("\"\xff\""), Error::Kind::Encoding);
  EXPECT_EQ(refusalOf(R"("\udc00")"), Error::Kind::Encoding);
  EXPECT_EQ(refusalOf(R"("\ud800")"), Error::Kind::Encoding);
  EXPECT_EQ(refusalOf(R"("\ud800\u0041")"), Error::Kind::Encoding);
  EXPECT_TRUE(JsonDocument::parse(R"("\ud83d\ude00")"));
  EXPECT_TRUE(JsonDocument::parse(R"("\\udc00")")) << "an escaped backslash is no escape";
}

TEST(JsonDoor, KeepsTheDocumentAliveWhenMoved) {
  auto parsed = JsonDocument::parse(R"({"a":"b\u0063"})");
  ASSERT_TRUE(parsed);
  const JsonDocument moved = *std::move(parsed);
  EXPECT_EQ(text(moved.root(), "a"), "bc");
}

TEST(JsonAccess, NamesThePathOfWhatIsMissingOrMistyped) {
  const auto document =
      JsonDocument::parse(R"({"id":7,"empty":"","null":null,"hook":"patient-view","context":{}})");
  ASSERT_TRUE(document);
  const Json root = document->root();
  EXPECT_EQ(*requiredText(root, "hook", ""), "patient-view");
  EXPECT_EQ(requiredText(root, "id", "context").error().where, "context.id");
  EXPECT_EQ(requiredText(root, "id", "context").error().kind, Error::Kind::WrongType);
  EXPECT_EQ(requiredText(root, "empty", "").error().kind, Error::Kind::Missing);
  EXPECT_EQ(requiredText(root, "null", "").error().kind, Error::Kind::Missing);
  EXPECT_TRUE(requiredObject(root, "context", ""));
  EXPECT_EQ(requiredObject(root, "hook", "").error().kind, Error::Kind::WrongType);
}

TEST(JsonAccess, TellsNullFromAbsent) {
  const auto document = JsonDocument::parse(R"({"null":null})");
  ASSERT_TRUE(document);
  EXPECT_TRUE(has(document->root(), "null"));
  EXPECT_FALSE(member(document->root(), "null"));
  EXPECT_FALSE(has(document->root(), "other"));
}

TEST(JsonAccess, FindsAKeyThatOccursTwice) {
  const auto twice = JsonDocument::parse(R"({"a":1,"b":2,"a":3})");
  const auto once = JsonDocument::parse(R"({"a":1,"b":{"a":3}})");
  ASSERT_TRUE(twice && once);
  EXPECT_EQ(duplicateKey(twice->root()), "a");
  EXPECT_FALSE(duplicateKey(once->root()));
}

TEST(CanonicalText, IsOneForTheSameMembersInAnyOrderAndAnotherForAllElse) {
  const auto textOf = [](const char* json) {
    const auto document = JsonDocument::parse(json);
    EXPECT_TRUE(document) << json;
    return document ? canonicalText(document->root()) : "";
  };
  EXPECT_EQ(textOf(R"({"a":1,"b":{"c":[1,{"d":2,"e":null}]}})"),
            textOf(R"({ "b": {"c":[1,{"e":null,"d":2}]}, "a":1})"));
  const std::vector<const char*> all{R"({"a":1})",  R"({"a":"1"})", R"({"a":[1]})", R"({"a":[[1]]})",
                                     R"({"b":1})",  R"([1,2])",     R"([2,1])",     R"([12])",
                                     R"({"a":{}})", R"({"a":[]})",  R"({})",        R"([])",
                                     R"("")",       R"(null)",      R"({"a":null})"};
  std::set<std::string> texts;
  for (const char* each : all) texts.insert(textOf(each));
  EXPECT_EQ(texts.size(), all.size());
}

TEST(JsonAccess, TakesAnObjectWhereAnArrayBelongs) {
  const auto document = JsonDocument::parse(R"({"one":{"x":1},"two":[1,2],"none":[]})");
  ASSERT_TRUE(document);
  int seen = 0;
  const auto count = [&](Json) { ++seen; };
  forEach(document->root(), "one", count);
  EXPECT_EQ(seen, 1);
  forEach(document->root(), "two", count);
  EXPECT_EQ(seen, 3);
  forEach(document->root(), "none", count);
  forEach(document->root(), "absent", count);
  EXPECT_EQ(seen, 3);
}

}  // namespace
}  // namespace plumbline::fhir
