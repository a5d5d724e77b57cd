#include "plugin/http/connection.h"

#include <Poco/Exception.h>
#include <cxxabi.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <variant>

#include "plugin/http/wire_form.h"
#include "plugin/log.h"

namespace plumbline::http {
namespace {

/// Enough for most heads. A buffer that had to grow is given back after the request, else idle clients would
/// hold what one large chart once needed.
constexpr std::size_t kSmallBuffer = 16 * 1024;
/// Clients turned away at a full server that get a lingering close at the same time. Beyond it their threads
/// are worth more than a polite goodbye.
constexpr int kLingeringGuests = 24;
constexpr std::size_t kIdDigits = 32;

std::string requestId(const std::vector<Header>& headers) {
  for (const auto& [name, value] : headers) {
    if (!equalsIgnoringCase(name, "x-request-id")) continue;
    if (value.size() <= 64 && isToken(value)) return std::string(value);
    break;
  }
  return randomHex(kIdDigits);
}

bool isFieldText(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

/// Type of the exception being handled. Never what(): it may quote the chart.
void logFault(std::string_view id, std::string_view trace) {
  const auto* type = abi::__cxa_current_exception_type();
  int failed = 0;
  char* name = type ? abi::__cxa_demangle(type->name(), nullptr, nullptr, &failed) : nullptr;
  log::say(log::Level::Error, "an exception was thrown",
           {log::requestId(id), log::traceId(trace), log::ours("type", name ? name : "unknown")});
  std::free(name);
}

}  // namespace

Connection::Connection(const Poco::Net::StreamSocket& itsSocket, Edge& edge)
    : TCPServerConnection(itsSocket), edge_(edge) {
  seat_.socket = socket().impl()->sockfd();
  if (auto context = edge.tls.load()) tls_ = std::make_unique<certs::TlsSession>(std::move(context));
}

void Connection::run() {
  try {
    switch (edge_.lobby.enter(seat_)) {
      case Lobby::Entry::Closed: return;
      case Lobby::Entry::Full: return turnAway();
      case Lobby::Entry::Admitted: break;
    }
  } catch (...) {
    return;  // no memory for one more, or the guest left before it was turned away
  }
  try {
    serve();
  } catch (const Poco::Exception&) {
    // The client is gone, or never spoke our protocol: there is nobody to tell.
  } catch (...) {
    logFault("(none)", "");
  }
  hold(0);
  edge_.lobby.leave(seat_);
}

void Connection::turnAway() {
  ++edge_.counters.refusedFull;
  edge_.counters.countRefusal(503);
  const bool stays = ++edge_.turnedAway <= kLingeringGuests;
  try {
    socket().setSendTimeout(Poco::Timespan(std::chrono::microseconds(edge_.limits.lingerTime).count()));
    // Nothing can be said over TLS before both have shaken hands, and then the request is there.
    if (tls_ && stays) receiveUntil(Clock::now() + edge_.limits.lingerTime);
    send(wireForm(refusal(503, "all connections are busy"), randomHex(kIdDigits), false, Body::Sent));
    if (stays) linger(edge_.limits.lingerTime);
  } catch (...) {
    // Gone already; the count below matters more.
  }
  --edge_.turnedAway;
}

void Connection::serve() {
  resize(kSmallBuffer);
  peer_.address = socket().peerAddress().host().toString();
  socket().setSendTimeout(Poco::Timespan(std::chrono::microseconds(edge_.limits.sendTime).count()));
  while (serveOne()) {
  }
}

/// False when the connection is done.
bool Connection::serveOne() {
  if (!awaitRequest()) return false;
  auto head = receiveHead();
  if (!head || !receiveBody(*head)) return false;

  const bool withoutBody = head->method == "HEAD";
  Request request{
      withoutBody ? "GET" : head->method, head->path, head->query, std::move(head->headers), {}, {}, nullptr};
  request.body = received().substr(head->size, static_cast<std::size_t>(head->contentLength));
  request.requestId = requestId(request.headers);
  request.trace = traceOf(request.headers);
  request.peer = &peer_;
  const auto reply = handled(request);
  const bool keepAlive = head->keepAlive && !edge_.lobby.ending();
  send(wireForm(reply, request.requestId, keepAlive, withoutBody ? Body::LeftOut : Body::Sent));
  hold(0);
  consume(head->size + request.body.size());
  if (!keepAlive) linger(edge_.limits.lingerTime);
  return keepAlive;
}

/// Returns with the first bytes of a request in the buffer and the seat busy, or false.
bool Connection::awaitRequest() {
  if (size_ > 0) return true;
  if (!edge_.lobby.becomeIdle(seat_)) return false;
  return receiveUntil(Clock::now() + edge_.limits.idleTime) == Arrival::Bytes && Lobby::becomeBusy(seat_);
}

std::optional<Head> Connection::receiveHead() {
  const auto until = Clock::now() + edge_.limits.headTime;
  std::size_t seen = 0;
  while (true) {
    // Read again only when a line may have ended, else a client that dribbles bytes makes us read the same
    // ones over and over. One byte back, because a CR is judged by the byte behind it.
    const auto fresh = received().substr(seen > 0 ? seen - 1 : 0);
    if (fresh.find_first_of("\r\n") != fresh.npos || size_ >= edge_.limits.head.bytes) {
      auto result = readHead(received(), edge_.limits.head);
      if (auto* head = std::get_if<Head>(&result)) return std::move(*head);
      if (const auto* refused = std::get_if<Refusal>(&result)) {
        refuse(refused->status, refused->detail);
        return std::nullopt;
      }
    }
    seen = size_;
    switch (receiveUntil(until)) {
      case Arrival::Bytes: break;
      case Arrival::Closed: return std::nullopt;
      case Arrival::Late: refuse(408, "the request head did not arrive in time"); return std::nullopt;
    }
  }
}

/// Has the whole body behind the head, or answers why not and returns false. Moves the head with the buffer.
bool Connection::receiveBody(Head& head) {
  const auto& limits = edge_.limits;
  const auto whole = head.size + static_cast<std::size_t>(head.contentLength);
  if (head.contentLength > 0 && head.contentLength + edge_.bytesInFlight > limits.bytesInFlight) {
    refuse(503, "too many bytes are being worked on");
    return false;
  }
  if (whole > capacity_) {
    resize(whole);
    head = std::get<Head>(readHead(received(), limits.head));
  }
  if (head.expectContinue && size_ < whole) send("HTTP/1.1 100 Continue\r\n\r\n");
  const auto begin = Clock::now();
  while (true) {
    // By what arrived, not by what was announced: a client may not reserve memory with a number alone.
    const auto arrived = size_ - head.size;
    hold(std::min<std::uint64_t>(arrived, head.contentLength));
    if (size_ >= whole) return true;
    if (edge_.bytesInFlight > limits.bytesInFlight) {
      refuse(503, "too many bytes are being worked on");
      return false;
    }
    const std::chrono::microseconds earned(1'000'000 * arrived / limits.bodyBytesPerSecond);
    switch (receiveUntil(begin + limits.bodyGrace + earned)) {
      case Arrival::Bytes: break;
      case Arrival::Closed: return false;
      case Arrival::Late: refuse(408, "the body arrives too slowly"); return false;
    }
  }
}

/// The one catch-all: whatever goes wrong in answering is a 500, and the connection lives on.
Reply Connection::handled(const Request& request) {
  try {
    auto reply = edge_.handler(request);
    const auto sound = [](const auto& field) {
      return isFieldText(field.first) && isFieldText(field.second);
    };
    if (!isFieldText(reply.contentType) || !std::all_of(reply.headers.begin(), reply.headers.end(), sound)) {
      throw std::invalid_argument("control byte in a header");
    }
    return reply;
  } catch (...) {
    logFault(request.requestId, request.trace.id);
  }
  edge_.counters.countRefusal(500);
  return refusal(500, "the service failed");
}

void Connection::refuse(int status, std::string_view detail) {
  hold(0);
  edge_.counters.countRefusal(status);
  send(wireForm(refusal(status, detail), randomHex(kIdDigits), false, Body::Sent));
  linger(edge_.limits.lingerTime);
}

void Connection::send(std::string_view bytes) {
  if (!tls_) return sendRaw(bytes);
  tls_->write(bytes);
  sendRaw(tls_->toSend());
}

void Connection::sendRaw(std::string_view bytes) {
  const auto until = Clock::now() + edge_.limits.sendTime;
  while (!bytes.empty()) {
    const int sent = socket().sendBytes(bytes.data(), static_cast<int>(bytes.size()), MSG_NOSIGNAL);
    bytes.remove_prefix(static_cast<std::size_t>(std::max(sent, 0)));
    if (!bytes.empty() && Clock::now() >= until) throw Poco::TimeoutException();
  }
}

/// Says that nothing more comes and lets the client finish. Closing with bytes unread would reset the
/// connection, and the reset may overtake the answer.
void Connection::linger(Clock::duration atMost) {
  if (tls_) {
    tls_->sayGoodbye();
    sendRaw(tls_->toSend());
  }
  socket().shutdownSend();
  const auto until = Clock::now() + atMost;
  for (std::size_t drained = 0; drained < edge_.limits.lingerBytes; drained += size_) {
    size_ = 0;
    if (receiveUntil(until) != Arrival::Bytes) return;
  }
}

/// Waits for bytes and appends them. Late only once `until` has passed.
Connection::Arrival Connection::receiveUntil(Clock::time_point until) {
  if (size_ == capacity_) resize(std::max(kSmallBuffer, 2 * capacity_));
  const auto room = static_cast<int>(std::min<std::size_t>(capacity_ - size_, 1 << 30));
  int count = 0;
  if (!tls_) {
    const Arrival arrival = receiveRaw(buffer_.get() + size_, room, until, count);
    size_ += static_cast<std::size_t>(count);
    return arrival;
  }
  char wire[17 * 1024];  // a record of TLS and its frame
  while (true) {
    count = tls_->read(buffer_.get() + size_, room);
    if (const auto answer = tls_->toSend(); !answer.empty()) sendRaw(answer);
    size_ += static_cast<std::size_t>(count);
    if (count > 0) return Arrival::Bytes;
    if (tls_->state() == certs::TlsSession::State::Over) return Arrival::Closed;
    const Arrival arrival = receiveRaw(wire, sizeof wire, until, count);
    if (arrival != Arrival::Bytes) return arrival;
    tls_->arrived({wire, static_cast<std::size_t>(count)});
    if (Clock::now() >= until) return Arrival::Late;  // pieces too small to be anything yet
  }
}

/// One receive as the network brings it; `count` is 0 unless bytes came.
Connection::Arrival Connection::receiveRaw(char* into, int room, Clock::time_point until, int& count) {
  while (true) {
    const auto left = std::max<Clock::duration>(until - Clock::now(), std::chrono::milliseconds(1));
    // The timeout that is set may overshoot by a fiftieth. That saves a system call for each request.
    if (receiveTimeout_ > left + left / 50) setReceiveTimeout(left);
    try {
      count = std::max(socket().receiveBytes(into, room), 0);
      return count > 0 ? Arrival::Bytes : Arrival::Closed;
    } catch (const Poco::TimeoutException&) {
      if (Clock::now() >= until) return Arrival::Late;
      receiveTimeout_ = Clock::duration::max();  // was too short; have it set anew
    }
  }
}

void Connection::setReceiveTimeout(Clock::duration wait) {
  socket().setReceiveTimeout(
      Poco::Timespan(std::chrono::duration_cast<std::chrono::microseconds>(wait).count()));
  receiveTimeout_ = wait;
}

/// Gives the buffer this capacity and keeps what is in it. New bytes are left unwritten, so that announcing a
/// large body costs no memory.
void Connection::resize(std::size_t capacity) {
  std::unique_ptr<char[]> bigger(new char[capacity + kBodyPadding]);
  if (size_ > 0) std::memcpy(bigger.get(), buffer_.get(), size_);
  buffer_ = std::move(bigger);
  capacity_ = capacity;
}

/// Drops a finished request; what the client sent after it becomes the start of the next.
void Connection::consume(std::size_t bytes) {
  size_ -= bytes;
  std::memmove(buffer_.get(), buffer_.get() + bytes, size_);
  if (capacity_ > kSmallBuffer) resize(std::max(kSmallBuffer, size_));
}

void Connection::hold(std::uint64_t bytes) {
  if (bytes == held_) return;
  edge_.bytesInFlight += bytes - held_;  // wraps round when it shrinks, as it should
  held_ = bytes;
}

}  // namespace plumbline::http
