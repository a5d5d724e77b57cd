#pragma once

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServerConnection.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "plugin/current.h"
#include "plugin/http/server.h"

namespace plumbline::http {

using Clock = std::chrono::steady_clock;

/// Who is connected. Says who may come in, and closes idle connections for others.
///
/// An idle connection sits blocked in a receive on its own thread. It is woken by shutting its socket down,
/// and `state` decides the race with a request that arrives at that moment: only who moves it away from Idle
/// may act. All members may be called on any thread. Defined in server.cpp.
class Lobby {
 public:
  struct Seat {
    enum class State { Idle, Busy, Closed };
    int socket = -1;
    std::atomic<State> state{State::Busy};
    std::atomic<Clock::time_point> idleSince{};
  };
  enum class Entry { Admitted, Full, Closed };

  Lobby(std::size_t seats, Counters& counters) : seats_(seats), counters_(counters) {}

  /// Admits `seat`, which must stay until leave(), if need be by closing the one that was idle longest.
  Entry enter(Seat& seat);
  /// The socket of `seat` must still be open.
  void leave(Seat& seat);

  /// False: the seat is not wanted any more and its connection must close.
  bool becomeIdle(Seat& seat);
  static bool becomeBusy(Seat& seat);

  /// From now on every answer is the last of its connection.
  void takeLeave() { ending_ = true; }
  [[nodiscard]] bool ending() const { return ending_; }
  /// Admits nobody from now on and closes idle connections, those too that become idle later.
  void close();
  /// Waits until everybody left; false when `until` came first.
  bool waitEmpty(Clock::time_point until);
  /// Shuts every socket down.
  void cutAll();

 private:
  bool evictOldestIdle();
  static bool evict(Seat& seat);

  const std::size_t seats_;
  Counters& counters_;
  std::atomic<bool> ending_{false}, closed_{false};
  std::mutex mutex_;
  std::condition_variable left_;
  std::unordered_set<Seat*> present_;  // mutex_
  std::size_t taken_ = 0;              // mutex_; present and not evicted
};

/// What the connections of one server share. Outlives them.
struct Edge {
  Edge(const Limits& itsLimits, const Handler& itsHandler, std::size_t seats)
      : limits(itsLimits), handler(itsHandler), lobby(seats, counters) {}

  const Limits limits;
  const Handler handler;
  Counters counters;
  Lobby lobby;
  std::atomic<std::uint64_t> bytesInFlight{0};
  std::atomic<int> turnedAway{0};
  Current<certs::ServerContext::element_type> tls;  ///< null: plain HTTP
};

/// One client: reads requests, hands them to the handler, sends each answer in one piece.
/// Lives on one thread; the server reaches it through its seat only.
class Connection final : public Poco::Net::TCPServerConnection {
 public:
  Connection(const Poco::Net::StreamSocket& socket, Edge& edge);
  void run() override;

 private:
  enum class Arrival { Bytes, Closed, Late };

  void serve();
  void turnAway();
  bool serveOne();
  bool awaitRequest();
  std::optional<Head> receiveHead();
  bool receiveBody(Head& head);
  Reply handled(const Request& request);
  void refuse(int status, std::string_view detail);
  void send(std::string_view bytes);
  void sendRaw(std::string_view bytes);
  void linger(Clock::duration atMost);

  Arrival receiveUntil(Clock::time_point until);
  Arrival receiveRaw(char* into, int room, Clock::time_point until, int& count);
  void setReceiveTimeout(Clock::duration wait);
  [[nodiscard]] std::string_view received() const { return {buffer_.get(), size_}; }
  void resize(std::size_t capacity);
  void consume(std::size_t bytes);
  void hold(std::uint64_t bytes);

  Edge& edge_;
  Lobby::Seat seat_;
  Peer peer_;
  std::unique_ptr<certs::TlsSession> tls_;  // null: plain HTTP
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;  // without the padding behind it
  std::size_t size_ = 0;
  std::uint64_t held_ = 0;  // our share of edge_.bytesInFlight
  Clock::duration receiveTimeout_ = Clock::duration::max();
};

}  // namespace plumbline::http
