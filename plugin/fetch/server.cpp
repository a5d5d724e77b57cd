#include "plugin/fetch/server.h"

#include <Poco/Net/SecureStreamSocket.h>
#include <netinet/in.h>
#include <poll.h>

#include <cstring>
#include <utility>

#include "certs/tls.h"
#include "plugin/fetch/socket_address.h"

namespace plumbline::fetch {
namespace {

constexpr std::size_t kIdle = 16;
/// Shorter than what servers and balancers keep an idle connection for.
constexpr std::chrono::seconds kIdleTime{15};

/// An idle connection on which anything is to be read was closed, or holds what belongs to no request.
bool isQuiet(const Link& link) {
  pollfd wanted{link.socket.impl()->sockfd(), POLLIN, 0};
  return ::poll(&wanted, 1, 0) == 0;
}

}  // namespace

Server::Server(const Base& base, const Reachable& reachable)
    : base_(base),
      reachable_(reachable),
      literal_(parseAddress(base.host)),
      resolver_(base.host, reachable.lookup) {}

bool Server::allowed(const Address& address) const {
  return reachable_.addresses.allows(address) || (literal_ && reachOf(address) == Reach::Private);
}

std::vector<Address> Server::addresses(Clock::time_point until, Why& why) {
  std::vector<Address> found;
  if (literal_) {
    found = {*literal_};
  } else {
    auto resolved = resolver_.addresses(until);
    if (!resolved) {
      why = Why::Late;
      return {};
    }
    found = *std::move(resolved);
  }
  std::erase_if(found, [&](const Address& each) { return !allowed(each); });
  if (found.empty()) why = Why::NoAddress;
  return found;
}

std::optional<Link> Server::link(const Address& address, From from) {
  {
    const std::lock_guard lock(mutex_);
    if (inUse_ >= reachable_.connections) return std::nullopt;
    ++inUse_;
    const auto now = Clock::now();
    while (from == From::Idle && !idle_.empty()) {
      Link link = std::move(idle_.back());
      idle_.pop_back();
      if (now - link.idleSince < kIdleTime && isQuiet(link)) return link;
    }
  }
  try {
    return connect(address);
  } catch (...) {
    drop();
    throw;
  }
}

Poco::Net::Context::Ptr Server::tls() {
  const std::lock_guard lock(mutex_);
  if (!tls_) tls_ = certs::clientContext(base_.host, reachable_.authority);
  return tls_;
}

Link Server::connect(const Address& address) {
  Poco::Net::StreamSocket plain;
  plain.connectNB(socketAddress(address, base_.port));
  plain.setNoDelay(true);
  if (!base_.tls) return {plain, false, {}};
  // The handshake is done by the first send; the name is verified there.
  return {Poco::Net::SecureStreamSocket::attach(plain, base_.host, tls()), false, {}};
}

void Server::giveBack(Link link) {
  link.used = true;
  link.idleSince = Clock::now();
  const std::lock_guard lock(mutex_);
  --inUse_;
  if (idle_.size() < kIdle) idle_.push_back(std::move(link));
}

void Server::drop() {
  const std::lock_guard lock(mutex_);
  --inUse_;
}

bool Server::admits(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  return breaker_.admits(now);
}

void Server::report(bool answered, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  answered ? breaker_.answered() : breaker_.failed(now);
}

}  // namespace plumbline::fetch
