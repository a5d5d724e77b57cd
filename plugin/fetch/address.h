#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plumbline::fetch {

/// An IP address; one of version 4 in the form ::ffff:a.b.c.d.
using Address = std::array<std::uint8_t, 16>;

/// Reads "10.1.2.3" or "2001:db8::1", nothing else.
std::optional<Address> parseAddress(const std::string& text);

/// Of what getaddrinfo gives; nothing for another family.
std::optional<Address> addressOf(const sockaddr* address);

/// Addresses that begin with the first `bits` of `first`.
struct Network {
  Address first{};
  int bits = 0;

  [[nodiscard]] bool holds(const Address& address) const;
  friend bool operator==(const Network&, const Network&) = default;
};

/// Reads "10.20.0.0/16" or "fd12:3456::/48".
std::optional<Network> parseNetwork(const std::string& text);

/// Whom an address belongs to.
///   Public     anybody on the internet
///   Private    a network of somebody's own (RFC 1918, RFC 6598, RFC 4193)
///   Loopback   this machine
///   Never      no server of records lives there: this network alone, link-local with the metadata services
///   of
///              clouds, multicast, documentation, tunnels, reserved
enum class Reach { Public, Private, Loopback, Never };

/// Addresses in which one of version 4 is embedded (mapped, NAT64, 6to4) are judged by that one.
Reach reachOf(const Address& address);

/// Which addresses the name of a listed server may lead to besides public ones (T1). A name that leads
/// elsewhere is somebody's attempt to have this service connect for him.
struct AddressPolicy {
  bool allowLoopback = false;
  std::vector<Network> networks;  ///< private ones in which FHIR servers are

  [[nodiscard]] bool allows(const Address& address) const;
};

}  // namespace plumbline::fetch
