#include "plugin/store/screens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugin/store/store.h"

namespace plumbline::store::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kAt = "2026-11-25T09:00:00Z";

fhir::Instant instant(const std::string& text) {
  return fhir::parseDate(text)->earliest;
}

Screened screened(const std::string& submission, const std::string& at = kAt) {
  Screened screened;
  screened.at = at;
  screened.until = "2026-11-28T09:00:00Z";
  screened.submission = submission;
  screened.client = "hospital";
  screened.issuer = "https://ehr.example/fhir";
  screened.patient = "patient-canary";
  screened.user = "Practitioner/canary";
  screened.pack = "sha256:0";
  screened.answers = {{"fever", "no"}, {"trauma", "yes"}};
  return screened;
}

TEST(KeptScreens, CountForThePatientAndClientTheyAreOfUntilTheirTimeIsOver) {
  Directory directory;
  const auto writer = directory.writer();
  ASSERT_TRUE(writer->keep(screened("s-1")));
  const auto found = writer->screens("hospital", "patient-canary", instant("2026-11-28T08:59:59Z"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found.front().answers, ElementsAre(ScreenAnswer{"fever", "no"}, ScreenAnswer{"trauma", "yes"}));
  EXPECT_EQ(found.front().at, kAt);
  EXPECT_THAT(writer->screens("hospital", "another", instant(kAt)), IsEmpty());
  EXPECT_THAT(writer->screens("clinic", "patient-canary", instant(kAt)), IsEmpty());
  EXPECT_THAT(writer->screens("hospital", "patient-canary", instant("2026-11-28T09:00:00Z")), IsEmpty());
}

TEST(KeptScreens, AreKeptOnceHoweverOftenTheyComeAndAllOfAPatientCount) {
  Directory directory;
  const auto writer = directory.writer();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer->keep(screened("s-1")));
  ASSERT_TRUE(writer->keep(screened("s-2", "2026-11-25T11:00:00Z")));
  EXPECT_THAT(writer->screens("hospital", "patient-canary", instant("2026-11-25T12:00:00Z")), SizeIs(2));
  EXPECT_EQ(directory.number("SELECT count(*) FROM screens"), 2);
  EXPECT_EQ(directory.number("SELECT count(*) FROM audit WHERE kind = 'screen'"), 2);
}

TEST(KeptScreens, OutliveTheServiceAndHoldNoIdentifier) {
  Directory directory;
  ASSERT_TRUE(directory.writer()->keep(screened("s-1")));
  const auto again = directory.writer();
  EXPECT_THAT(again->screens("hospital", "patient-canary", instant(kAt)), SizeIs(1));
  for (const auto& file : std::filesystem::directory_iterator(directory.path()))
    EXPECT_THAT(read(file.path()), Not(HasSubstr("canary"))) << file.path();
}

TEST(KeptScreens, AreDeletedWhenTheirTimeIsOver) {
  Directory directory;
  const auto writer = directory.writer();
  ASSERT_TRUE(writer->keep(screened("s-1")));
  Screened later = screened("s-2", "2026-11-28T10:00:00Z");
  later.until = "2026-12-01T10:00:00Z";
  later.patient = "another";
  ASSERT_TRUE(writer->keep(later));
  EXPECT_EQ(directory.number("SELECT count(*) FROM screens"), 1);
  EXPECT_EQ(directory.number("SELECT count(*) FROM audit WHERE kind = 'screen'"), 2);
}

TEST(KeptScreens, AreRefusedWhereTheyCannotBeWritten) {
  Writer writer({"/proc/no-such-place"}, [](const std::string&) {});
  EXPECT_FALSE(writer.keep(screened("s-1")));
  EXPECT_THAT(writer.screens("hospital", "patient-canary", instant(kAt)), IsEmpty());
}

TEST(KeptScreens, AreWrittenSoThatTheyAreReadAsTheyWere) {
  const std::vector<ScreenAnswer> answers{{"fever", "no"}, {"trauma", "not-examined"}};
  EXPECT_EQ(readAnswers(written(answers)), answers);
  EXPECT_THAT(readAnswers(""), IsEmpty());
  EXPECT_THAT(readAnswers("nothing fever=no"), ElementsAre(ScreenAnswer{"fever", "no"}));
}

}  // namespace
}  // namespace plumbline::store::testing
