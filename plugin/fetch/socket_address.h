#pragma once

#include <Poco/Net/SocketAddress.h>

#include <cstdint>

#include "plugin/fetch/address.h"

namespace plumbline::fetch {

/// What a socket connects to; an address of version 4 as one of version 4.
Poco::Net::SocketAddress socketAddress(const Address& address, std::uint16_t port);

}  // namespace plumbline::fetch
