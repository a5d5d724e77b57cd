#include "plugin/notify.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "tests/support/manager.h"

namespace plumbline {
namespace {

using std::chrono_literals::operator""s;

TEST(Notify, TellsAManagerAtAPath) {
  const std::string path = ::testing::TempDir() + "notify-" + std::to_string(::getpid());
  ::unlink(path.c_str());
  const Manager manager(path);
  EXPECT_TRUE(notify("READY=1\nSTATUS=up"));
  EXPECT_EQ(manager.heard(), "READY=1\nSTATUS=up");
  ::unlink(path.c_str());
}

TEST(Notify, TellsAManagerAtAnAbstractName) {
  const Manager manager("@plumbline-notify-" + std::to_string(::getpid()));
  EXPECT_TRUE(notify("WATCHDOG=1"));
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
}

TEST(Notify, IsSilentWhereNobodyAsked) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_TRUE(notify("READY=1"));
}

TEST(Notify, SaysSoWhenItCannotBeTold) {
  for (const std::string& name :
       {std::string("/nowhere/at/all"), std::string("relative"), "/" + std::string(200, 'x')}) {
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    EXPECT_FALSE(notify("READY=1")) << name;
  }
  ::unsetenv("NOTIFY_SOCKET");
}

TEST(Notify, KnowsHowOftenItIsWatched) {
  ::unsetenv("WATCHDOG_PID");
  ::unsetenv("WATCHDOG_USEC");
  EXPECT_FALSE(watchdog());
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(watchdog(), 30s);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(watchdog(), 30s);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(watchdog()) << "another process is watched";
  ::unsetenv("WATCHDOG_PID");
  for (const char* odd : {"", "0", "-1", "soon", "99999999999999999999"}) {
    ::setenv("WATCHDOG_USEC", odd, 1);
    EXPECT_FALSE(watchdog()) << odd;
  }
  ::unsetenv("WATCHDOG_USEC");
}

}  // namespace
}  // namespace plumbline
