#include "plugin/fetch/round.h"

#include <Poco/Exception.h>
#include <poll.h>

#include <algorithm>
#include <utility>

namespace plumbline::fetch {
namespace {

/// How often to look whether another request has given a connection back.
constexpr std::chrono::milliseconds kAwaitLink{5};

Why whyOf(int status) {
  if (status == 200) return Why::None;
  return status == 401 || status == 403 ? Why::Denied : Why::Refused;
}

/// What, when nothing else comes of a call, speaks for a server that is down.
bool isServersFault(Why why) {
  return why == Why::NoAddress || why == Why::Unreachable || why == Why::Late || why == Why::Refused ||
         why == Why::Unusable;
}

}  // namespace

Round::Search::Search(Wanted itsWanted, const Base& base, const PageLimits& limits)
    : wanted(std::move(itsWanted)),
      paging(base, limits),
      fetched{wanted.key, {}, Why::Late},
      target(wanted.target) {
  paging.ask(target);
}

Round::Round(Server& server, const Policy& policy, const BearerToken& token, const http::Trace* trace,
             std::atomic<std::uint64_t>& inFlight)
    : server_(server), policy_(policy), token_(token), trace_(trace), inFlight_(inFlight) {}

Round::~Round() {
  inFlight_ -= held_;
}

std::vector<Fetched> Round::run(std::vector<Wanted> wanted, Clock::time_point until) {
  Why why = Why::None;
  if (!server_.admits(Clock::now())) {
    why = Why::Paused;
  } else {
    addresses_ = server_.addresses(until, why);
  }
  for (Wanted& each : wanted) {
    PageLimits limits = policy_.pages;
    if (each.further) --limits.pages;
    searches_.emplace_back(std::move(each), server_.base(), limits);
  }
  if (why != Why::None) {
    for (Search& each : searches_) end(each, why);
  }
  while (wait(until)) {
  }
  std::vector<Fetched> all;
  bool failed = false;
  for (Search& each : searches_) {
    if (each.exchange) end(each, Why::Late);
    failed = failed || isServersFault(each.fetched.why);
    all.push_back(std::move(each.fetched));
  }
  if (answered_ || failed) server_.report(answered_, Clock::now());
  return all;
}

/// One turn: starts what can be started, waits for a socket, and lets those go on that are ready. False when
/// nothing is left to do or the time is up.
bool Round::wait(Clock::time_point until) {
  std::vector<pollfd> sockets;
  std::vector<Search*> waiting;
  bool unstarted = false;
  for (Search& each : searches_) {
    if (!each.over && !each.exchange) start(each);
    unstarted = unstarted || (!each.over && !each.exchange);
    if (!each.exchange) continue;
    sockets.push_back({each.exchange->socket(), each.exchange->events(), 0});
    waiting.push_back(&each);
  }
  auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  if (left.count() <= 0 || (waiting.empty() && !unstarted)) return false;
  if (unstarted) left = std::min(left, kAwaitLink);
  ::poll(sockets.data(), sockets.size(), static_cast<int>(left.count()));
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    if (sockets[i].revents != 0) proceed(*waiting[i], until);
  }
  return true;
}

std::string Round::request(const std::string& target) const {
  std::string head = "GET " + target + " HTTP/1.1\r\nHost: " + hostField(server_.base()) +
                     "\r\nAccept: application/fhir+json\r\nAccept-Encoding: identity\r\n"
                     "Cache-Control: no-cache\r\nUser-Agent: plumbline\r\n";
  if (trace_) head += http::fieldsOf(*trace_);
  token_.appendField(head);
  return head.append("\r\n");
}

/// Leaves the search as it is where no connection is to be had now.
void Round::start(Search& search) {
  try {
    const Address& address = addresses_[search.tried];
    auto link = server_.link(address, search.fresh ? Server::From::New : Server::From::Idle);
    if (!link) {
      search.fetched.why = Why::Busy;
      return;
    }
    search.fetched.why = Why::Late;
    search.exchange = std::make_unique<Exchange>(*std::move(link), request(search.target), policy_.bytes);
  } catch (const Poco::Exception&) {
    if (++search.tried == addresses_.size()) end(search, Why::Unreachable);
  }
}

void Round::proceed(Search& search, Clock::time_point until) {
  const bool over = search.exchange->advance(until);
  if (overweight()) return end(search, held_ > policy_.bytes ? Why::TooLarge : Why::Busy);
  if (over) finish(search);
}

/// Whether this request, or all together, hold more bytes than they may.
bool Round::overweight() {
  std::uint64_t now = read_;
  for (const Search& each : searches_) {
    if (each.exchange) now += each.exchange->response().held();
  }
  inFlight_ += now - held_;  // wraps round when it shrinks, as it should
  held_ = now;
  return held_ > policy_.bytes || inFlight_ > policy_.bytesInFlight;
}

void Round::finish(Search& search) {
  Exchange& exchange = *search.exchange;
  if (exchange.outcome() != Why::None) {
    const bool stale = exchange.wasStale() && !std::exchange(search.fresh, true);
    const bool elsewhere = exchange.neverConnected() && search.tried + 1 < addresses_.size();
    if (!stale && !elsewhere) return end(search, exchange.outcome());
    if (elsewhere) ++search.tried;
    server_.drop();
    search.exchange.reset();
    return;  // begins anew at the next turn
  }
  const std::unique_ptr<Exchange> done = std::move(search.exchange);
  if (done->response().reusable()) {
    server_.giveBack(std::move(done->link()));
  } else {
    server_.drop();
  }
  answered_ = answered_ || done->response().status() < 500;
  turnPage(search, done->response());
}

void Round::turnPage(Search& search, const ResponseReader& response) {
  if (const Why why = whyOf(response.status()); why != Why::None) return end(search, why);
  auto document = fhir::JsonDocument::parse(response.body());
  if (!document || fhir::text(document->root(), "resourceType") != search.wanted.type)
    return end(search, Why::Unusable);
  read_ += response.body().size();
  auto next = search.wanted.type == "Bundle" ? search.paging.next(document->root()) : std::nullopt;
  search.fetched.pages.push_back(*std::move(document));
  if (!next) return end(search, Why::None);
  search.paging.ask(*next);
  search.target = *std::move(next);
}

void Round::end(Search& search, Why why) {
  if (search.exchange) server_.drop();
  search.exchange.reset();
  search.fetched.why = why;
  search.over = true;
}

}  // namespace plumbline::fetch
