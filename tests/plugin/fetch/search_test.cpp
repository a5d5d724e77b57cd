#include "plugin/fetch/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace plumbline::fetch {
namespace {

using testing::Optional;

const Base kBase{true, "ehr.example", 443, "/r4"};

fhir::JsonDocument page(const std::string& next, int entries = 1) {
  std::string text = R"({"resourceType":"Bundle","entry":[)";
  for (int i = 0; i < entries; ++i) text += i == 0 ? "{}" : ",{}";
  text += R"(],"link":[{"relation":"self","url":"https://ehr.example/r4/self"})";
  if (!next.empty()) text += R"(,{"relation":"next","url":")" + next + "\"}";
  return *fhir::JsonDocument::parse(text + "]}");
}

TEST(Paging, GoesOnToTheNextPageAndEndsWhereThereIsNone) {
  Paging paging(kBase, {3, 300});
  paging.ask("/r4/Condition?patient=1");
  EXPECT_THAT(paging.next(page("https://ehr.example/r4?page=2").root()), Optional(std::string("/r4?page=2")));
  EXPECT_EQ(paging.next(page("").root()), std::nullopt);
}

TEST(Paging, EndsAtTheThirdPage) {
  Paging paging(kBase, {3, 300});
  EXPECT_TRUE(paging.next(page("?page=2").root()));
  EXPECT_TRUE(paging.next(page("?page=3").root()));
  EXPECT_FALSE(paging.next(page("?page=4").root()));
}

TEST(Paging, EndsAtThreeHundredResources) {
  Paging at(kBase, {3, 300});
  EXPECT_TRUE(at.next(page("?page=2", 299).root()));
  EXPECT_FALSE(at.next(page("?page=3", 1).root()));
}

TEST(Paging, DoesNotGoInACircle) {
  Paging itself(kBase, {9, 300});
  itself.ask("/r4?page=1");
  EXPECT_FALSE(itself.next(page("https://ehr.example/r4?page=1").root()));
  Paging round(kBase, {9, 300});
  round.ask("/r4?page=1");
  const auto second = round.next(page("?page=2").root());
  ASSERT_TRUE(second);
  round.ask(*second);
  EXPECT_FALSE(round.next(page("https://EHR.example:443/r4?page=1").root()));
}

TEST(Paging, DoesNotLeaveTheServer) {
  Paging paging(kBase, {3, 300});
  EXPECT_FALSE(paging.next(page("https://evil.example/r4?page=2").root()));
  EXPECT_FALSE(paging.next(page("https://ehr.example/other?page=2").root()));
}

}  // namespace
}  // namespace plumbline::fetch
