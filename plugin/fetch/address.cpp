#include "plugin/fetch/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace plumbline::fetch {
namespace {

constexpr Address kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kMappedBits = 96;

Address mapped(const void* fourBytes) {
  Address address = kMapped;
  std::memcpy(address.data() + 12, fourBytes, 4);
  return address;
}

struct Range {
  const char* network;
  Reach reach;
};

/// The first that holds an address decides. Sources: IANA's special-purpose registries for IPv4 and IPv6; the
/// documented metadata addresses of cloud providers. What is in none and not global unicast is Never.
constexpr Range kRanges[] = {
    {"100.100.100.200/32", Reach::Never},  // metadata
    {"168.63.129.16/32", Reach::Never},    // metadata
    {"0.0.0.0/8", Reach::Never},
    {"10.0.0.0/8", Reach::Private},
    {"100.64.0.0/10", Reach::Private},
    {"127.0.0.0/8", Reach::Loopback},
    {"169.254.0.0/16", Reach::Never},  // link-local, metadata
    {"172.16.0.0/12", Reach::Private},
    {"192.0.0.0/24", Reach::Never},
    {"192.0.2.0/24", Reach::Never},
    {"192.88.99.0/24", Reach::Never},
    {"192.168.0.0/16", Reach::Private},
    {"198.18.0.0/15", Reach::Never},
    {"198.51.100.0/24", Reach::Never},
    {"203.0.113.0/24", Reach::Never},
    {"224.0.0.0/3", Reach::Never},
    {"0.0.0.0/0", Reach::Public},
    {"::1/128", Reach::Loopback},
    {"fd00:ec2::/32", Reach::Never},  // metadata
    {"fd20:ce::/32", Reach::Never},   // metadata
    {"fc00::/7", Reach::Private},
    {"2001::/23", Reach::Never},  // Teredo and other protocol assignments
    {"2001:db8::/32", Reach::Never},
    {"3fff::/20", Reach::Never},
    {"2000::/3", Reach::Public},
    {"::/0", Reach::Never},
};

struct KnownRange {
  Network network;
  Reach reach;
};

std::vector<KnownRange> known() {
  std::vector<KnownRange> ranges;
  for (const Range& each : kRanges) {
    const auto network = parseNetwork(each.network);
    if (!network) throw std::logic_error("a range of addresses is misspelled");
    ranges.push_back({*network, each.reach});
  }
  return ranges;
}

}  // namespace

std::optional<Address> parseAddress(const std::string& text) {
  Address address{};
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return mapped(&four);
  if (::inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

std::optional<Address> addressOf(const sockaddr* address) {
  Address found{};
  if (address->sa_family == AF_INET) return mapped(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr);
  if (address->sa_family != AF_INET6) return std::nullopt;
  std::memcpy(found.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, found.size());
  return found;
}

bool Network::holds(const Address& address) const {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(first.begin(), first.begin() + whole, address.begin())) return false;
  const int rest = bits % 8;
  return rest == 0 || ((first[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

std::optional<Network> parseNetwork(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto first = parseAddress(text.substr(0, slash));
  int bits = -1;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + slash + 1, end, bits);
  if (!first || read.ec != std::errc() || read.ptr != end || bits < 0) return std::nullopt;
  if (text.find(':') == text.npos) bits += kMappedBits;
  if (bits > 128) return std::nullopt;
  return Network{*first, bits};
}

Reach reachOf(const Address& address) {
  static const std::vector<KnownRange> ranges = known();
  static const Network sixToFour = *parseNetwork("2002::/16");
  static const Network nat64 = *parseNetwork("64:ff9b::/96");
  if (sixToFour.holds(address)) return reachOf(mapped(address.data() + 2));
  if (nat64.holds(address)) return reachOf(mapped(address.data() + 12));
  return std::find_if(ranges.begin(), ranges.end(),
                      [&](const KnownRange& each) { return each.network.holds(address); })
      ->reach;
}

bool AddressPolicy::allows(const Address& address) const {
  switch (reachOf(address)) {
    case Reach::Public: return true;
    case Reach::Loopback: return allowLoopback;
    case Reach::Private:
      return std::any_of(networks.begin(), networks.end(),
                         [&](const Network& each) { return each.holds(address); });
    case Reach::Never: break;
  }
  return false;
}

}  // namespace plumbline::fetch
