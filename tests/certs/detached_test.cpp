#include "certs/detached.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace plumbline::certs {
namespace {

namespace fs = std::filesystem;
using std::string;

/// Keys, content and a signature as certs/sign-pack.sh makes them.
class Detached : public testing::Test {
 protected:
  Detached() : directory_(fs::temp_directory_path() / ("plumbline-detached-" + std::to_string(::getpid()))) {
    fs::create_directories(directory_ / "content" / "a");
    std::ofstream(directory_ / "content" / "a" / "one.json") << "{}";
    run("--new-key", file("key"));
    run(file("content"), file("key"));
  }
  ~Detached() override { fs::remove_all(directory_); }

  [[nodiscard]] string file(const string& name) const { return (directory_ / name).string(); }

  static void run(const string& first, const string& second) {
    const string command =
        "bash " PLUMBLINE_CERTS "/sign-pack.sh '" + first + "' '" + second + "' >/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  [[nodiscard]] string why(const string& text) const {
    return whyNotSigned(text, file("content.sig"), file("key.pub"));
  }

  fs::path directory_;
};

TEST_F(Detached, SignaturesAreOfTheDigestOfAContent) {
  // The digest by another hand: sha256sum.
  const string command =
      "printf 'a/one.json\\0{}\\0' | sha256sum | cut -d' ' -f1 | tr -d '\\n' >" + file("sum");
  ASSERT_EQ(std::system(command.c_str()), 0);
  string sum;
  std::ifstream(file("sum")) >> sum;
  EXPECT_EQ(why("sha256:" + sum), "");
  EXPECT_NE(why("sha256:" + sum + " "), "");
  EXPECT_NE(why(""), "");
}

TEST_F(Detached, SignaturesOfAnotherKeyAreNone) {
  run("--new-key", file("other"));
  run(file("content"), file("other"));
  EXPECT_NE(why("sha256:x").find("another key"), string::npos);
}

TEST_F(Detached, FilesThatAreNoneAreNamed) {
  EXPECT_NE(whyNotSigned("x", file("none"), file("key.pub")).find("there is no signature"), string::npos);
  EXPECT_NE(whyNotSigned("x", file("content.sig"), file("none")).find("cannot be read"), string::npos);
  EXPECT_NE(whyNotSigned("x", file("content.sig"), file("content.sig")).find("no public key"), string::npos);
  std::ofstream(file("content.sig")) << string(88, 'A');
  EXPECT_NE(why("x").find("no signature of Ed25519"), string::npos);
  std::ofstream(file("content.sig")) << string(86, 'A') << "==";
  EXPECT_NE(why("x").find("of something else"), string::npos);
}

TEST_F(Detached, AKeyIsNotOverwritten) {
  const string command = "bash " PLUMBLINE_CERTS "/sign-pack.sh --new-key '" + file("key") + "' 2>/dev/null";
  EXPECT_NE(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace plumbline::certs
