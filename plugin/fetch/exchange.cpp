#include "plugin/fetch/exchange.h"

#include <Poco/Exception.h>
#include <poll.h>
#include <sys/socket.h>

#include <utility>

#include "plugin/fetch/authorization.h"

namespace plumbline::fetch {
namespace {

constexpr int kBlock = 16 * 1024;

/// What a socket that would have blocked waits for. Poco's TLS sockets say it themselves, whichever way the
/// data was to go: -1 to read, -2 to write.
short waitsFor(int result, bool secure, short direction) {
  if (!secure) return direction;
  return result == -2 ? POLLOUT : POLLIN;
}

}  // namespace

Exchange::Exchange(Link link, std::string request, std::size_t bodyBytes)
    : link_(std::move(link)), request_(std::move(request)), reader_(bodyBytes), connected_(link_.used) {
  events_ = POLLOUT;
}

Exchange::~Exchange() {
  wipe(request_);
}

int Exchange::socket() const {
  return link_.socket.impl()->sockfd();
}

bool Exchange::over(Why outcome) {
  outcome_ = outcome;
  return true;
}

bool Exchange::advance(Clock::time_point until) {
  try {
    if (!connected_ && !connected()) return outcome_ == Why::Unreachable;
    if (sent_ < request_.size() && !send(until)) return false;
    return receive(until);
  } catch (const Poco::Exception&) {
    // Refused, reset, a certificate that is not the server's: nothing of it is for the caller.
    return over(Why::Unreachable);
  }
}

/// Whether the connection stands; sets the outcome when it never will.
bool Exchange::connected() {
  pollfd wanted{socket(), POLLOUT, 0};
  if (::poll(&wanted, 1, 0) <= 0) return false;
  if (link_.socket.impl()->socketError() != 0) {
    over(Why::Unreachable);
    return false;
  }
  return connected_ = true;
}

bool Exchange::send(Clock::time_point until) {
  while (sent_ < request_.size()) {
    if (Clock::now() >= until) return false;
    const int left = static_cast<int>(request_.size() - sent_);
    const int count = link_.socket.sendBytes(request_.data() + sent_, left, MSG_NOSIGNAL);
    if (count <= 0) {
      events_ = waitsFor(count, link_.socket.secure(), POLLOUT);
      return false;
    }
    sent_ += static_cast<std::size_t>(count);
  }
  return true;
}

bool Exchange::receive(Clock::time_point until) {
  char block[kBlock];
  while (Clock::now() < until) {
    const int count = link_.socket.receiveBytes(block, kBlock);
    if (count < 0) {
      events_ = waitsFor(count, link_.socket.secure(), POLLIN);
      return false;
    }
    if (count == 0)
      return over(reader_.closed() == ResponseReader::State::Whole ? Why::None : Why::Unreachable);
    if (take(reader_.add({block, static_cast<std::size_t>(count)}))) return true;
  }
  return false;
}

bool Exchange::take(ResponseReader::State state) {
  switch (state) {
    case ResponseReader::State::NeedMore: return false;
    case ResponseReader::State::Whole: return over(Why::None);
    case ResponseReader::State::TooLarge: return over(Why::TooLarge);
    case ResponseReader::State::Compressed:
    case ResponseReader::State::Broken: break;
  }
  return over(Why::Unusable);
}

}  // namespace plumbline::fetch
