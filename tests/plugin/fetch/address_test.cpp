#include "plugin/fetch/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace plumbline::fetch {
namespace {

bool allows(const AddressPolicy& policy, const std::string& text) {
  return policy.allows(parseAddress(text).value());
}

TEST(AddressPolicy, AllowsPublicAddresses) {
  for (const std::string each : {"8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
                                 "192.167.255.255", "223.255.255.255", "2606:4700::1", "2a00:1450::1",
                                 "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8"}) {
    EXPECT_TRUE(allows({}, each)) << each;
  }
}

TEST(AddressPolicy, RefusesEveryOtherUnlessItIsNamed) {
  const AddressPolicy all{true, {*parseNetwork("0.0.0.0/0"), *parseNetwork("::/0")}};
  for (const std::string never : {"0.0.0.0",
                                  "0.1.2.3",
                                  "169.254.169.254",
                                  "169.254.0.1",
                                  "100.100.100.200",
                                  "168.63.129.16",
                                  "192.0.0.192",
                                  "192.0.2.1",
                                  "192.88.99.1",
                                  "198.18.0.1",
                                  "198.51.100.1",
                                  "203.0.113.1",
                                  "224.0.0.1",
                                  "239.255.255.255",
                                  "240.0.0.1",
                                  "255.255.255.255",
                                  "::",
                                  "::7f00:1",
                                  "fe80::1",
                                  "febf::1",
                                  "fec0::1",
                                  "ff02::1",
                                  "fd00:ec2::254",
                                  "fd20:ce::254",
                                  "2001::1",
                                  "2001:db8::1",
                                  "3fff::1",
                                  "100::1",
                                  "4000::1",
                                  "::ffff:169.254.169.254",
                                  "64:ff9b::169.254.169.254",
                                  "64:ff9b:1::1",
                                  "2002:a9fe:a9fe::1"}) {
    EXPECT_FALSE(allows({}, never)) << never;
    EXPECT_FALSE(allows(all, never)) << never << " though every network is listed";
  }
  for (const std::string mine :
       {"10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "fc00::1", "fd12:3456::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1"}) {
    EXPECT_FALSE(allows({}, mine)) << mine;
    EXPECT_FALSE(allows({true, {}}, mine)) << mine;
  }
  for (const std::string here :
       {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::1"}) {
    EXPECT_FALSE(allows({}, here)) << here;
    EXPECT_FALSE(allows({false, {*parseNetwork("0.0.0.0/0"), *parseNetwork("::/0")}}, here)) << here;
    EXPECT_TRUE(allows({true, {}}, here)) << here;
  }
}

TEST(AddressPolicy, AllowsThePrivateNetworksThatAreListedToTheirEdges) {
  const AddressPolicy policy{false, {*parseNetwork("10.20.16.0/20"), *parseNetwork("fd12:3456:7890::/44")}};
  for (const std::string inside :
       {"10.20.16.0", "10.20.31.255", "::ffff:10.20.17.1", "fd12:3456:7890::1", "fd12:3456:789f:ffff::"}) {
    EXPECT_TRUE(allows(policy, inside)) << inside;
  }
  for (const std::string outside : {"10.20.15.255", "10.20.32.0", "10.21.16.0", "192.168.0.1",
                                    "fd12:3456:788f::1", "fd12:3456:78a0::1"}) {
    EXPECT_FALSE(allows(policy, outside)) << outside;
  }
}

TEST(Network, IsAnAddressAndHowManyBitsOfItCount) {
  for (const std::string wrong : {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                                  "10.0.0/8", "/8", "::/129", "host/8", "10.0.0.0/8/8"}) {
    EXPECT_FALSE(parseNetwork(wrong)) << wrong;
  }
  EXPECT_TRUE(parseNetwork("10.0.0.0/32")->holds(*parseAddress("10.0.0.0")));
  EXPECT_FALSE(parseNetwork("10.0.0.0/32")->holds(*parseAddress("10.0.0.1")));
}

}  // namespace
}  // namespace plumbline::fetch
