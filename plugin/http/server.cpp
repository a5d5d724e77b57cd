#include "plugin/http/server.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "plugin/http/connection.h"

namespace plumbline::http {
namespace {

/// Threads beyond the connections: for clients that are turned away, and for evicted connections that have
/// not quite left.
constexpr int kSpareThreads = 32;
/// Walkers over JSON recurse 64 levels at most; the default of 8 MB would be address space for nothing.
constexpr int kStackBytes = 512 * 1024;
constexpr int kBacklog = 1024;

class ConnectionFactory final : public Poco::Net::TCPServerConnectionFactory {
 public:
  explicit ConnectionFactory(Edge& edge) : edge_(edge) {}
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return new Connection(socket, edge_);
  }

 private:
  Edge& edge_;
};

}  // namespace

void Counters::countRefusal(int status) {
  const auto* found = std::find(kStatuses.begin(), kStatuses.end(), status);
  if (found != kStatuses.end()) ++refusals[static_cast<std::size_t>(found - kStatuses.begin())];
}

std::uint64_t Counters::refused(int status) const {
  const auto* found = std::find(kStatuses.begin(), kStatuses.end(), status);
  return found == kStatuses.end() ? 0 : refusals[static_cast<std::size_t>(found - kStatuses.begin())].load();
}

Lobby::Entry Lobby::enter(Seat& seat) {
  const std::lock_guard lock(mutex_);
  if (closed_) return Entry::Closed;
  if (taken_ >= seats_ && !evictOldestIdle()) return Entry::Full;
  present_.insert(&seat);
  ++taken_;
  ++counters_.open;
  return Entry::Admitted;
}

void Lobby::leave(Seat& seat) {
  const std::lock_guard lock(mutex_);
  if (seat.state != Seat::State::Closed) --taken_;
  present_.erase(&seat);
  --counters_.open;
  left_.notify_all();
}

bool Lobby::becomeIdle(Seat& seat) {
  seat.idleSince = Clock::now();
  seat.state = Seat::State::Idle;
  return !closed_;  // asked last: close() may have looked for idle seats just before
}

bool Lobby::becomeBusy(Seat& seat) {
  auto expected = Seat::State::Idle;
  return seat.state.compare_exchange_strong(expected, Seat::State::Busy);
}

bool Lobby::evict(Seat& seat) {
  // Its next request may be here already, its thread just not awake yet.
  char byte = 0;
  if (::recv(seat.socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) return false;
  auto expected = Seat::State::Idle;
  if (!seat.state.compare_exchange_strong(expected, Seat::State::Closed)) return false;
  // Poco's shutdown would run the TLS goodbye, which only the connection's own thread may do.
  ::shutdown(seat.socket, SHUT_RDWR);
  return true;
}

bool Lobby::evictOldestIdle() {
  std::unordered_set<Seat*> passedOver;
  while (true) {
    Seat* oldest = nullptr;
    for (Seat* seat : present_) {
      if (seat->state != Seat::State::Idle || passedOver.contains(seat)) continue;
      if (!oldest || seat->idleSince.load() < oldest->idleSince.load()) oldest = seat;
    }
    if (!oldest) return false;
    if (evict(*oldest)) {
      --taken_;
      ++counters_.evicted;
      return true;
    }
    passedOver.insert(oldest);
  }
}

void Lobby::close() {
  const std::lock_guard lock(mutex_);
  ending_ = closed_ = true;
  for (Seat* seat : present_) {
    if (seat->state == Seat::State::Idle && evict(*seat)) --taken_;
  }
}

bool Lobby::waitEmpty(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  return left_.wait_until(lock, until, [&] { return present_.empty(); });
}

void Lobby::cutAll() {
  const std::lock_guard lock(mutex_);
  for (const Seat* seat : present_) ::shutdown(seat->socket, SHUT_RDWR);
}

struct Server::Parts {
  Parts(Options itsOptions, const Handler& handler)
      : options(std::move(itsOptions)),
        edge(options.limits, handler, static_cast<std::size_t>(options.maxConnections)),
        threads(4, options.maxConnections + kSpareThreads, 60, kStackBytes) {}

  const Options options;
  Edge edge;
  Poco::ThreadPool threads;
  Poco::Net::ServerSocket socket;
  std::unique_ptr<Poco::Net::TCPServer> acceptor;
  bool stopped = false;
};

Server::Server(Options options, const Handler& handler)
    : parts_(std::make_unique<Parts>(std::move(options), handler)) {}

Server::~Server() {
  stop(std::chrono::milliseconds(0));
}

void Server::renewTls(certs::ServerContext tls) {
  parts_->edge.tls.store(std::move(tls));
}

void Server::start() {
  auto& parts = *parts_;
  parts.edge.tls.store(parts.options.tls);
  // Without SO_REUSEPORT: a second service on our port must fail, not take every other client.
  parts.socket.bind(Poco::Net::SocketAddress(parts.options.address, parts.options.port), true, false);
  parts.socket.listen(kBacklog);
  Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
  params->setMaxThreads(parts.options.maxConnections + kSpareThreads);
  params->setMaxQueued(kBacklog);
  // Poco's last idle thread can miss the call to stop and is then waited for as long as this.
  params->setThreadIdleTime(Poco::Timespan(0, 200'000));
  parts.acceptor = std::make_unique<Poco::Net::TCPServer>(new ConnectionFactory(parts.edge), parts.threads,
                                                          parts.socket, params);
  parts.acceptor->start();
}

std::uint16_t Server::port() const {
  return parts_->socket.address().port();
}

void Server::stop(std::chrono::milliseconds drain) {
  auto& parts = *parts_;
  if (!parts.acceptor || std::exchange(parts.stopped, true)) return;
  const auto until = Clock::now() + drain;
  parts.edge.lobby.takeLeave();
  parts.acceptor->stop();  // who came until now is still served
  parts.socket.close();
  parts.edge.lobby.close();
  if (!parts.edge.lobby.waitEmpty(until)) {
    parts.edge.lobby.cutAll();
    parts.edge.lobby.waitEmpty(Clock::time_point::max());
  }
  parts.threads.joinAll();
}

const Counters& Server::counters() const {
  return parts_->edge.counters;
}

}  // namespace plumbline::http
