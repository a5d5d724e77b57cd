#include "plugin/fetch/single.h"

#include <Poco/Exception.h>
#include <poll.h>

#include <utility>

#include "plugin/fetch/authorization.h"

namespace plumbline::fetch {
namespace {

/// Whether the exchange came to its end in time.
bool waitFor(Exchange& exchange, Clock::time_point until) {
  while (!exchange.advance(until)) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return false;
    pollfd wanted{exchange.socket(), exchange.events(), 0};
    ::poll(&wanted, 1, static_cast<int>(left.count()));
  }
  return true;
}

Told toldBy(const Exchange& exchange) {
  if (exchange.outcome() != Why::None) return {exchange.outcome(), 0, {}};
  return {Why::None, exchange.response().status(), exchange.response().body()};
}

}  // namespace

Told single(Server& server, std::string request, std::size_t bodyBytes, Clock::time_point until) {
  Told told;
  const auto addresses = server.addresses(until, told.why);
  for (const Address& address : addresses) {
    try {
      auto link = server.link(address, Server::From::New);
      if (!link) {
        told.why = Why::Busy;
        break;
      }
      Exchange exchange(*std::move(link), request, bodyBytes);
      const bool over = waitFor(exchange, until);
      server.drop();
      told = over ? toldBy(exchange) : Told{};
      if (!over || !exchange.neverConnected()) break;
    } catch (const Poco::Exception&) {
      told.why = Why::Unreachable;
    }
  }
  wipe(request);
  return told;
}

}  // namespace plumbline::fetch
