#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "certs/tls_server.h"
#include "plugin/http/message.h"
#include "plugin/http/reader.h"

namespace plumbline::http {

/// What one client may take of the service. Times run on the steady clock.
struct Limits {
  HeadLimits head;
  /// From the first byte of a request to the end of its head; then 408. Not extended by dribbled bytes.
  std::chrono::milliseconds headTime{10'000};
  /// A connection without a request is closed silently after this. Longer than a proxy's own idle time, or
  /// the proxy sees resets.
  std::chrono::milliseconds idleTime{60'000};
  /// A body must have arrived at bodyBytesPerSecond once bodyGrace has passed; then 408.
  std::chrono::milliseconds bodyGrace{5'000};
  std::uint64_t bodyBytesPerSecond = 16 * 1024;
  /// A client that does not take its answer within this is dropped.
  std::chrono::milliseconds sendTime{10'000};
  /// Bodies held over all connections; beyond it 503. Bounds memory when many large charts come at once.
  std::uint64_t bytesInFlight = 256 * 1024 * 1024;
  /// What is still read after the last answer, so that the client sees it and not a reset.
  std::chrono::milliseconds lingerTime{500};
  std::size_t lingerBytes = 64 * 1024;

  friend bool operator==(const Limits&, const Limits&) = default;
};

/// For metrics. Each value is exact, all of them together are no snapshot.
struct Counters {
  static constexpr std::array<int, 11> kStatuses{400, 408, 411, 413, 414, 417, 431, 500, 501, 503, 505};

  /// Connections admitted and not yet closed.
  std::atomic<std::int64_t> open{0};
  /// Clients answered 503 because every connection was busy; also in refusals of 503.
  std::atomic<std::uint64_t> refusedFull{0};
  /// Idle connections closed to make room.
  std::atomic<std::uint64_t> evicted{0};
  /// Answers that did not come from the handler, in the order of kStatuses. 500: it threw.
  std::array<std::atomic<std::uint64_t>, kStatuses.size()> refusals{};

  void countRefusal(int status);
  [[nodiscard]] std::uint64_t refused(int status) const;
};

/// Serves HTTP/1.1 on one address, one thread per connection (idle ones cost about 15 KB), with the limits
/// above. When all connections are taken, the one that has been idle longest is closed for a new client; when
/// none is idle, the client is answered 503 with Retry-After.
class Server {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    /// 0: the system chooses; see port().
    std::uint16_t port = 0;
    int maxConnections = 1024;
    Limits limits;
    /// What TLS is served with; null: plain HTTP.
    certs::ServerContext tls;
  };

  Server(Options options, const Handler& handler);
  /// As stop(0 ms).
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Listens and returns. Once only. Throws Poco::Exception when the address cannot be had.
  void start();

  /// Serves the connections that come from now on with this; those that are there keep what they have. Only
  /// for a server that was made with TLS.
  void renewTls(certs::ServerContext tls);

  /// The port that is listened on; valid from start() on.
  [[nodiscard]] std::uint16_t port() const;

  /// Takes no more connections, closes idle ones at once and lets requests in flight finish with
  /// `Connection: close`. What is left after `drain` is cut. Returns when no handler runs any more, so a
  /// handler that never returns holds it. A second call does nothing.
  void stop(std::chrono::milliseconds drain);

  [[nodiscard]] const Counters& counters() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace plumbline::http
