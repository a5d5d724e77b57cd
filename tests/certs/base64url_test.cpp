#include "certs/base64url.h"

#include <gtest/gtest.h>

namespace plumbline::certs {
namespace {

TEST(Base64url, ReadsWhatItWritesAtEveryLength) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    EXPECT_EQ(fromBase64url(toBase64url(bytes)), bytes) << i;
    bytes.push_back(static_cast<char>(i * 37 + 200));
  }
  EXPECT_EQ(toBase64url("\xfb\xff"), "-_8");
}

TEST(Base64url, RefusesEverySecondWayToWriteTheSameBytes) {
  for (const char* each : {"-_8=", "+/8", "-_9", "-_8 ", " -_8", "-_8\n", "A", "AAAAA", "AB", "AAB", "A.A"})
    EXPECT_FALSE(fromBase64url(each)) << each;
  EXPECT_EQ(fromBase64url(""), "");
}

TEST(Base64, IsPaddedAsRfc4648Writes) {
  for (const auto& [bytes, text] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"", ""},
                                                                            {"f", "Zg=="},
                                                                            {"fo", "Zm8="},
                                                                            {"foo", "Zm9v"},
                                                                            {"foob", "Zm9vYg=="},
                                                                            {"\xff\xfe", "//4="}}) {
    EXPECT_EQ(toBase64(bytes), text);
  }
}

}  // namespace
}  // namespace plumbline::certs
