#include "plugin/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <type_traits>

#include "fhir/json.h"

namespace plumbline::log {
namespace {

using testing::MatchesRegex;

rapidjson::Document parsed(const std::string& text) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  EXPECT_FALSE(document.HasParseError()) << text;
  return document;
}

TEST(Log, WritesOneObjectALineWithItsFieldsInTheirOrder) {
  const std::string text =
      line(Level::Warning, "something happened", {number("count", -3), ours("file", "a/b.json")});
  EXPECT_THAT(text, MatchesRegex(R"(\{"time":"20[0-9-]+T[0-9:]+\.[0-9]{3}Z","level":"warning",)"
                                 R"("event":"something happened","count":-3,"file":"a/b.json"\}
)"));
}

TEST(Log, KeepsWhateverAValueHoldsWithinItsLineAndItsText) {
  for (const std::string value :
       {"a\nb", "a\r\n{\"level\":\"error\"}", "\"},{\"x\":\"", "back\\slash\\", "\x1b[31mred",
        "\xe2\x80\xa8\xe2\x80\xa9", "\xc2\x85", "tab\tdel\x7f", "\xc3\xa9 \xe2\x82\xac", ""}) {
    const std::string text = line(Level::Info, "e", {ours("value", value), number("after", 1)});
    EXPECT_EQ(text.find_first_of("\r\n\x1b\x7f"), text.size() - 1) << value;
    EXPECT_EQ(text.find("\xe2\x80\xa8"), std::string::npos);
    EXPECT_EQ(text.find("\xc2\x85"), std::string::npos);
    const auto document = parsed(text);
    EXPECT_EQ(document["value"].GetString(), value);
    EXPECT_EQ(document["after"].GetInt(), 1);
  }
}

TEST(Log, NamesACallOnlyByWhatCanBeNothingElse) {
  const auto shown = [](std::string_view id) {
    return std::string(parsed(line(Level::Info, "e", {requestId(id)}))["request"].GetString());
  };
  EXPECT_EQ(shown("a1-B2_c.3"), "a1-B2_c.3");
  for (const std::string& id : {std::string(), std::string("a b"), std::string("a\nb"),
                                std::string("\xc3\xa9"), std::string(65, 'a')})
    EXPECT_EQ(shown(id), "-") << id;
}

TEST(Log, NamesATraceOnlyByThirtyTwoHexadecimalDigits) {
  const auto shown = [](std::string_view id) {
    return std::string(parsed(line(Level::Info, "e", {traceId(id)}))["trace"].GetString());
  };
  EXPECT_EQ(shown("0af7651916cd43dd8448eb211c80319c"), "0af7651916cd43dd8448eb211c80319c");
  for (const std::string& id : {std::string(), std::string(31, 'a'), std::string(33, 'a'),
                                std::string(32, 'A'), std::string(32, 'g'), "\n" + std::string(31, 'a')})
    EXPECT_EQ(shown(id), "-") << id;
}

template <class Value>
concept Loggable = requires(const Value& value) {
  ours("key", value);
};

/// Nothing that holds a chart becomes a field, and nothing computed becomes an event.
static_assert(Loggable<std::string> && Loggable<const char*>);
static_assert(!Loggable<fhir::Json>);
static_assert(!std::is_constructible_v<Field, Words, std::string>);
static_assert(!std::is_constructible_v<Words, std::string>);

}  // namespace
}  // namespace plumbline::log
