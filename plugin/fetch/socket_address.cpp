#include "plugin/fetch/socket_address.h"

#include <algorithm>

namespace plumbline::fetch {

Poco::Net::SocketAddress socketAddress(const Address& address, std::uint16_t port) {
  const bool four = address[10] == 0xff && std::all_of(address.begin(), address.begin() + 10,
                                                       [](std::uint8_t byte) { return byte == 0; });
  if (four) return {Poco::Net::IPAddress(address.data() + 12, 4), port};
  return {Poco::Net::IPAddress(address.data(), 16), port};
}

}  // namespace plumbline::fetch
