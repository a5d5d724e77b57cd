/// The build sheets as files, tests/golden/sheets/VENDOR.md. After a change that is meant, read what
/// `UPDATE_GOLDEN=1 plugin_test --gtest_filter=*Sheet*` writes there before it is committed: analysts type it
/// in.
#include "plugin/sheet/sheet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "plugin/hooks/profiles.h"
#include "plugin/sheet/command.h"
#include "tests/plugin/golden.h"
#include "tests/support/pack.h"

namespace plumbline::sheet {
namespace {

using std::string;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const string kVendors = PLUMBLINE_DEPLOY "/vendors";

class Sheet : public testing::TestWithParam<const char*> {};

TEST_P(Sheet, IsAsWritten) {
  std::vector<fhir::Problem> problems;
  const auto vendor = readVendor(kVendors, GetParam(), problems);
  ASSERT_TRUE(vendor) << (problems.empty() ? "" : printed(problems.front()));
  const string written = write(*vendor, {}, tests::pack());
  const string name = string("sheets/") + GetParam() + ".md";
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(string(PLUMBLINE_GOLDEN) + "/" + name) << written;
  EXPECT_EQ(written, golden::contents(name));
}

TEST_P(Sheet, HoldsEveryTemplateAndOverrideReason) {
  std::vector<fhir::Problem> problems;
  const auto vendor = readVendor(kVendors, GetParam(), problems);
  const string written = write(*vendor, {}, tests::pack());
  for (const auto& each : hooks::profile(vendor->profile)->prefetch)
    EXPECT_THAT(written, HasSubstr("| " + string(each.key) + " | `" + string(each.query) + "` |"));
  for (const auto& each : tests::pack().overrides)
    EXPECT_THAT(written, HasSubstr("| `" + each.code + "` | `" + each.system + "` |"));
}

INSTANTIATE_TEST_SUITE_P(Vendors, Sheet, testing::Values("epic", "oracle", "athena"),
                         [](const auto& each) { return string(each.param); });

TEST(ASheet, TakesAddressesClientAndLimitsOfTheConfiguration) {
  std::vector<fhir::Problem> problems;
  const auto vendor = readVendor(kVendors, "epic", problems);
  Config config;
  config.baseUrl = "https://plumbline.hospital.example";
  config.fetching.deadline = std::chrono::milliseconds(400);
  config.snooze["already-assessed"] = std::chrono::hours(5);
  config.site.screenUrl = "https://plumbline.hospital.example/screen/launch";
  Client client;
  client.name = "city";
  client.profile = "epic";
  client.issuer = "https://ehr.example/fhir";
  client.keys = {KeySource::Kind::Url, "https://ehr.example/keys"};
  client.fhirServers = {"https://ehr.example/fhir"};
  config.clients = {client};
  EXPECT_THAT(
      write(*vendor, config, tests::pack()),
      AllOf(HasSubstr("`https://plumbline.hospital.example/cds-services/plumbline-order-sign`"),
            HasSubstr("| an answer, or 503 | 400 ms |"), HasSubstr("| 5 h |"),
            HasSubstr("| link to register | `https://plumbline.hospital.example/screen/launch` (SMART) |"),
            HasSubstr("\"name\": \"city\""), HasSubstr("\"jwksUrl\": \"https://ehr.example/keys\""),
            HasSubstr("\"fhirServers\": [\"https://ehr.example/fhir\"]"),
            HasSubstr("\"algorithms\": [\"ES384\", \"RS384\"]"), Not(HasSubstr("<address of Plumbline>"))));
}

TEST(ASheet, OfAVendorNobodyDocumentedAsksAndInventsNothing) {
  std::vector<fhir::Problem> problems;
  Vendor vendor;
  vendor.name = "A|B\nC";
  vendor.profile = "spec";
  vendor.services = {{"plumbline-patient-view", "a|b", "x"}};
  vendor.ask = {"Which?"};
  const string written = write(vendor, {}, tests::pack());
  EXPECT_THAT(written, AllOf(HasSubstr("| a\\|b | x |"), HasSubstr("- Which?\n")));
  std::size_t asked = 0;
  for (auto at = written.find("ask the vendor"); at != string::npos;
       at = written.find("ask the vendor", at + 1))
    ++asked;
  EXPECT_EQ(asked, 7U) << "once in each section";
}

TEST(Vendors, AreRefusedWhereTheyNameWhatIsNotThere) {
  const auto directory =
      std::filesystem::temp_directory_path() / ("plumbline-sheet-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  std::filesystem::copy_file(kVendors + "/vendor.schema.json", directory / "vendor.schema.json",
                             std::filesystem::copy_options::overwrite_existing);
  const auto pointers = [&](const string& text) {
    std::ofstream(directory / "v.json") << text;
    std::vector<fhir::Problem> problems;
    EXPECT_FALSE(readVendor(directory, "v", problems));
    std::vector<string> all;
    for (const auto& each : problems) all.push_back(each.pointer);
    return all;
  };
  EXPECT_THAT(pointers(R"({"name": "V", "profile": "nobody", "sources": {"a": {"title": "A", "read": "all"},
      "b": {"title": "B", "read": "all"}}, "services": [{"id": "nothing", "when": "now", "source": "a"}], "client": {},
      "notes": {"cards": [{"says": "x", "source": "c"}]}, "ask": []})"),
              ElementsAre("/profile", "/services/0/id", "/notes/cards/0/source", "/sources/b"));
  EXPECT_THAT(pointers(R"({"name": "V"})"), Not(IsEmpty()));
  EXPECT_THAT(pointers("{"), Not(IsEmpty()));
  std::filesystem::remove_all(directory);
}

TEST(Vendors, AreThoseThatTheCommandNames) {
  EXPECT_EQ(vendors(), "epic|oracle|athena");
  EXPECT_FALSE(isVendor("cerner"));
  for (const auto& file : std::filesystem::directory_iterator(kVendors)) {
    const string name = file.path().filename();
    EXPECT_TRUE(name == "vendor.schema.json" || isVendor(file.path().stem().string())) << name;
  }
}

}  // namespace
}  // namespace plumbline::sheet
