#include "plugin/current.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace plumbline {
namespace {

TEST(Current, IsWholeForWhoLoadsItWhileItIsReplaced) {
  struct Two {
    int first, second;
  };
  Current<const Two> held;
  EXPECT_EQ(held.load(), nullptr);
  held.store(std::make_shared<const Two>(Two{0, 0}));
  std::atomic<bool> over{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      for (int last = 0; !over;) {
        const auto now = held.load();
        ASSERT_EQ(now->first, now->second);
        ASSERT_GE(now->first, last);
        last = now->first;
      }
    });
  }
  const auto kept = held.load();
  for (int i = 1; i <= 20'000; ++i) held.store(std::make_shared<const Two>(Two{i, i}));
  over = true;
  for (auto& each : readers) each.join();
  EXPECT_EQ(kept->first, 0) << "who has it keeps it";
  EXPECT_EQ(held.load()->second, 20'000);
}

}  // namespace
}  // namespace plumbline
