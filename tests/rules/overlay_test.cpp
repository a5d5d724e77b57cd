#include "rules/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "rules/pack.h"

namespace plumbline::rules {
namespace {

namespace fs = std::filesystem;
using std::string;
using testing::ElementsAre;
using testing::IsEmpty;

class Overlays : public testing::Test {
 protected:
  Overlays() : directory_(fs::temp_directory_path() / ("plumbline-overlay-" + std::to_string(::getpid()))) {
    write("overlay.json", R"({"version": "site.1", "site": "City hospital"})");
  }
  ~Overlays() override { fs::remove_all(directory_); }

  void write(const string& name, const string& text) const {
    fs::create_directories((directory_ / name).parent_path());
    std::ofstream(directory_ / name) << text;
  }

  std::optional<Pack> load() {
    problems_.clear();
    return loadPack(PLUMBLINE_CONTENT, problems_, directory_.string());
  }

  /// "file:pointer" of every problem there is.
  std::vector<string> refused() {
    EXPECT_FALSE(load());
    std::vector<string> all;
    for (const auto& each : problems_) all.push_back(each.file + ":" + each.pointer);
    return all;
  }

  Pack loaded() {
    auto pack = load();
    for (const auto& each : problems_)
      ADD_FAILURE() << each.file << ":" << each.pointer << ": " << each.message;
    return pack ? *std::move(pack) : Pack();
  }

  fs::path directory_;
  std::vector<fhir::Problem> problems_;
};

const Pack& unchanged() {
  static const Pack pack = [] {
    std::vector<fhir::Problem> problems;
    return loadPack(PLUMBLINE_CONTENT, problems).value();
  }();
  return pack;
}

std::vector<std::size_t> findingsOfCode(const Pack& pack, const string& system, const string& code) {
  std::vector<std::size_t> all;
  pack.match(system, code, [&](std::size_t finding, const Code&) { all.push_back(finding); });
  return all;
}

TEST_F(Overlays, LeaveTheContentAsItIsWhereTheySayNothing) {
  const Pack pack = loaded();
  ASSERT_TRUE(pack.overlay);
  EXPECT_THAT(pack.overlay->changes, IsEmpty());
  EXPECT_EQ(pack.overlay->site, "City hospital");
  EXPECT_EQ(pack.version, unchanged().version + "+site.1");
  EXPECT_EQ(pack.digest, unchanged().digest + "+" + contentDigest(directory_.string()));
  EXPECT_EQ(pack.findings.size(), unchanged().findings.size());
}

TEST_F(Overlays, AddCodesOfTheSite) {
  write(
      "findings/saddle-anaesthesia.json",
      R"({"add": {"codes": [{"system": "urn:oid:1.2.3", "code": "SADDLE", "display": "Saddle numbness"}]}})");
  const Pack pack = loaded();
  EXPECT_THAT(findingsOfCode(pack, "urn:oid:1.2.3", "SADDLE"), ElementsAre(*pack.find("saddle-anaesthesia")));
  const auto& before = unchanged().findings[*unchanged().find("saddle-anaesthesia")];
  EXPECT_EQ(pack.findings[*pack.find("saddle-anaesthesia")].codes.size(), before.codes.size() + 1);
  ASSERT_EQ(pack.overlay->changes.size(), 1U);
  EXPECT_EQ(pack.overlay->changes[0].file, "findings/saddle-anaesthesia.json");
  EXPECT_EQ(pack.overlay->changes[0].pointer, "/codes");
  EXPECT_TRUE(pack.overlay->changes[0].added);
}

TEST_F(Overlays, GiveARuleAnotherTierByItsId) {
  write("pathways/spinal-haematoma.json", R"({"set": {"rules": {"haem-1": {"tier": "urgent"}}}})");
  const Pack pack = loaded();
  const auto& rules = pack.pathway("spinal-haematoma")->rules;
  const auto changed =
      std::find_if(rules.begin(), rules.end(), [](const Rule& rule) { return rule.id == "haem-1"; });
  ASSERT_NE(changed, rules.end());
  EXPECT_EQ(changed->tier, Tier::Urgent);
}

TEST_F(Overlays, DisableAndSignOffPathwaysByName) {
  write("overlay.json", R"({"version": "2", "site": "s", "disabled": ["herpes-zoster"], "signedOff":
    [{"pathway": "cauda-equina", "role": "Clinical safety officer", "date": "2026-11-02"}]})");
  const Pack pack = loaded();
  EXPECT_THAT(pack.overlay->disabled, ElementsAre("herpes-zoster"));
  ASSERT_EQ(pack.overlay->signedOff.size(), 1U);
  EXPECT_EQ(pack.overlay->signedOff[0].role, "Clinical safety officer");
}

TEST_F(Overlays, AreRefusedWithEachProblemAtItsPlace) {
  write("overlay.json", R"({"version": "a b", "site": "s", "disabled": ["nothing"], "signedOff":
    [{"pathway": "nothing", "role": "r", "date": "yesterday!"}]})");
  EXPECT_THAT(refused(), ElementsAre("overlay/overlay.json:/version", "overlay/overlay.json:/disabled/0",
                                     "overlay/overlay.json:/signedOff/0/pathway",
                                     "overlay/overlay.json:/signedOff/0/date"));
}

TEST_F(Overlays, MayNotTouchWhatWasSignedAsAWhole) {
  write("screen.json", R"({"set": {"items": {}}})");
  write("stress.json", R"({"set": {}})");
  write("findings/no-such-finding.json", R"({"set": {}})");
  EXPECT_THAT(refused(), testing::UnorderedElementsAre("overlay/screen.json:", "overlay/stress.json:",
                                                       "overlay/findings/no-such-finding.json:"));
}

TEST_F(Overlays, MayNotTakeACodeOrANameAway) {
  write("findings/saddle-anaesthesia.json", R"({"set": {"codes": [], "id": "other"}})");
  EXPECT_THAT(refused(), ElementsAre("overlay/findings/saddle-anaesthesia.json:/set/codes",
                                     "overlay/findings/saddle-anaesthesia.json:/set/id"));
}

TEST_F(Overlays, MayNotRewriteARuleOrSpeakOfOneThereIsNot) {
  write("pathways/spinal-haematoma.json",
        R"({"set": {"rules": {"haem-1": {"when": {}}, "none": {"tier": "soon"}}}, "replace": {}})");
  EXPECT_THAT(refused(), ElementsAre("overlay/pathways/spinal-haematoma.json:/set/rules/haem-1/when",
                                     "overlay/pathways/spinal-haematoma.json:/set/rules/none",
                                     "overlay/pathways/spinal-haematoma.json:/replace"));
}

TEST_F(Overlays, AreCheckedLikeTheContentOnceTheyAreOverIt) {
  write("pathways/spinal-haematoma.json", R"({"set": {"rules": {"haem-1": {"tier": "critical"}}}})");
  EXPECT_THAT(refused(), testing::Contains(testing::StartsWith("pathways/spinal-haematoma.json:/rules/0")));
}

TEST_F(Overlays, AreNotThereWhereTheirDirectoryIsNot) {
  EXPECT_FALSE(loadPack(PLUMBLINE_CONTENT, problems_, (directory_ / "elsewhere").string()));
  EXPECT_FALSE(problems_.empty());
}

}  // namespace
}  // namespace plumbline::rules
