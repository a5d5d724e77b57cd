#include "plugin/knowledge.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>

#include "plugin/diff_packs.h"
#include "plugin/rollout.h"
#include "plugin/self_test.h"
#include "tests/plugin/config_fixture.h"
#include "tests/plugin/situations.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A content of its own and a key to sign it with.
class ContentInForce : public Configuration {
 protected:
  void SetUp() override {
    Configuration::SetUp();
    content_ = directory_ / "content";
    fs::copy(contentDirectory() + "/content", content_, fs::copy_options::recursive);
    run("--new-key " + (directory_ / "key").string());
    config_.pack = content_.string();
    config_.publicKey = (directory_ / "key.pub").string();
    config_.signature = config_.pack + ".sig";
  }

  static void run(const std::string& arguments) {
    ASSERT_EQ(std::system(("bash " PLUMBLINE_CERTS "/sign-pack.sh " + arguments + " >/dev/null").c_str()), 0);
  }
  void sign() const { run(content_.string() + " " + (directory_ / "key").string()); }

  void write(const fs::path& name, const std::string& text) const {
    fs::create_directories((directory_ / name).parent_path());
    std::ofstream(directory_ / name) << text;
  }

  /// Changes a word of a content file.
  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::ostringstream text;
    text << std::ifstream(content_ / name).rdbuf();
    std::string changed = text.str();
    const auto at = changed.find(from);
    ASSERT_NE(at, std::string::npos) << name << " has no " << from;
    std::ofstream(content_ / name) << changed.replace(at, from.size(), to);
  }

  std::string loadedOrWhy(bool unsignedToo = false) {
    problems_.clear();
    if (loadKnowledge(config_, unsignedToo, problems_)) return "";
    EXPECT_THAT(problems_, testing::Not(IsEmpty()));
    return printed(problems_.front());
  }

  fs::path content_;
  Config config_ = defaultConfig();
};

TEST_F(ContentInForce, IsTakenWhenItIsSigned) {
  sign();
  EXPECT_EQ(loadedOrWhy(), "");
}

TEST_F(ContentInForce, IsRefusedWhenNobodySignedItExceptForADemo) {
  EXPECT_THAT(loadedOrWhy(), HasSubstr("there is no signature"));
  config_.publicKey.clear();
  EXPECT_THAT(loadedOrWhy(), HasSubstr("is not known to be signed"));
  EXPECT_EQ(loadedOrWhy(true), "");
}

TEST_F(ContentInForce, IsRefusedWhenOneSignOfItChangedAfterItWasSigned) {
  sign();
  replace("pathways/herpes-zoster.json", "\"title\": \"", "\"title\": \"A");
  EXPECT_THAT(loadedOrWhy(), HasSubstr("is of something else"));
  EXPECT_THAT(loadedOrWhy(true), HasSubstr("is of something else"))
      << "a key that is named counts in a demo too";
}

TEST_F(ContentInForce, IsRefusedWhenTheSelfTestComesOutOtherwiseThoughItIsSigned) {
  replace("pathways/herpes-zoster.json", R"("tier": "soon", "when": "herpes-zoster")",
          R"("tier": "urgent", "when": "herpes-zoster")");
  sign();
  EXPECT_THAT(loadedOrWhy(), HasSubstr("self-test: comes to "));
}

TEST_F(ContentInForce, MayBeChangedByASiteWithoutTheSelfTestsLeave) {
  sign();
  config_.overlay = (directory_ / "overlay").string();
  write("overlay/overlay.json", R"({"version": "1", "site": "s", "disabled": ["spinal-infection"]})");
  EXPECT_EQ(loadedOrWhy(), "");
  write("overlay/overlay.json", R"({"version": "1", "site": "s", "disabled": ["no-such"]})");
  EXPECT_THAT(loadedOrWhy(), HasSubstr((directory_ / "overlay/overlay.json").string() + ":/disabled/0"));
}

TEST_F(ContentInForce, OptionsStandBesideTheConfiguration) {
  const auto config =
      load(R"({"knowledge": {"pack": "content", "publicKey": "key.pub", "overlay": "overlay"}})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->signature, (directory_ / "content.sig").string());
  EXPECT_EQ(config->publicKey, (directory_ / "key.pub").string());
  EXPECT_EQ(config->overlay, (directory_ / "overlay").string());
}

TEST_F(ContentInForce, PathwaysThatAreDisabledAreOff) {
  write("overlay/overlay.json", R"({"version": "1", "site": "s", "disabled": ["spinal-infection"]})");
  const auto pack = loadContent(content_.string(), problems_, (directory_ / "overlay").string());
  ASSERT_TRUE(pack);
  Rollout rollout;
  rollout.answers["spinal-infection"] = Mode::On;
  rollout = withoutDisabled(rollout, *pack);
  EXPECT_EQ(modeOf(rollout, "plumbline-patient-view", "spinal-infection"), Mode::Off);
  EXPECT_EQ(modeOf(rollout, "plumbline-patient-view", "cauda-equina"), Mode::On);
}

TEST_F(ContentInForce, SelfTestSaysWhatItCannotRead) {
  selfTest(situations::pack(), directory_.string(), problems_);
  EXPECT_THAT(problems_, SizeIs(1));
}

TEST_F(ContentInForce, DifferencesOfTwoAreToldPatientByPatient) {
  write("cases.ndjson", situations::emergency().text() + "\n");
  std::ostringstream same, other, errors;
  const std::string before = contentDirectory() + "/content", cases = (directory_ / "cases.ndjson").string();
  EXPECT_TRUE(diffPacks({before, before, cases, situations::now()}, same, errors));
  EXPECT_THAT(same.str(), HasSubstr("1 charts, 0 with other advice, 0 more"));
  EXPECT_THAT(same.str(), testing::Not(HasSubstr("patient ")));

  write("overlay/overlay.json", R"({"version": "1", "site": "s", "disabled": ["cauda-equina"]})");
  EXPECT_TRUE(diffPacks({before, before + "," + (directory_ / "overlay").string(), cases, situations::now()},
                        other, errors));
  EXPECT_THAT(other.str(), HasSubstr("emergency (cauda-equina"));
  EXPECT_THAT(other.str(), HasSubstr("1 charts, 1 with other advice"));

  EXPECT_FALSE(diffPacks({before, directory_ / "none", cases, situations::now()}, other, errors));
  EXPECT_THAT(errors.str(), HasSubstr("none"));
  errors.str("");
  const std::string nope = (directory_ / "nope").string();
  EXPECT_FALSE(diffPacks({before, before + "," + nope, cases, situations::now()}, other, errors));
  EXPECT_THAT(errors.str(), testing::StartsWith(nope + ": "));
}

}  // namespace
}  // namespace plumbline
