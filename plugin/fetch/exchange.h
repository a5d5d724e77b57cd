#pragma once

#include <Poco/Net/StreamSocket.h>

#include <string>

#include "plugin/fetch/breaker.h"
#include "plugin/fetch/response.h"
#include "plugin/fetch/why.h"

namespace plumbline::fetch {

/// A connection to a FHIR server; its socket never blocks.
struct Link {
  Poco::Net::StreamSocket socket;
  bool used = false;  ///< a request went over it before
  Clock::time_point idleSince{};
};

/// One request and its response over a link. Never waits: the caller polls `socket()` for `events()` and
/// calls advance(). Wipes the request, which holds a token.
class Exchange {
 public:
  Exchange(Link link, std::string request, std::size_t bodyBytes);
  ~Exchange();
  Exchange(Exchange&&) = delete;
  Exchange& operator=(Exchange&&) = delete;

  /// Goes as far as it can before `until`; false when it waits for the socket, true when it is over.
  bool advance(Clock::time_point until);

  [[nodiscard]] int socket() const;
  [[nodiscard]] short events() const { return events_; }

  /// Once over: None when a whole response is here, whatever its status.
  [[nodiscard]] Why outcome() const { return outcome_; }
  [[nodiscard]] const ResponseReader& response() const { return reader_; }
  /// Whether the link was in use before and broke before the server said anything: then it had been closed
  /// meanwhile, and asking again is safe.
  [[nodiscard]] bool wasStale() const {
    return outcome_ == Why::Unreachable && link_.used && !reader_.begun();
  }
  /// Whether another address of the same server is worth a try.
  [[nodiscard]] bool neverConnected() const { return outcome_ == Why::Unreachable && !connected_; }
  Link& link() { return link_; }

 private:
  bool connected();
  bool send(Clock::time_point until);
  bool receive(Clock::time_point until);
  bool over(Why outcome);
  bool take(ResponseReader::State state);

  Link link_;
  std::string request_;
  std::size_t sent_ = 0;
  ResponseReader reader_;
  bool connected_ = false;
  short events_ = 0;
  Why outcome_ = Why::Late;
};

}  // namespace plumbline::fetch
