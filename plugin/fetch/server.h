#pragma once

#include <Poco/Net/Context.h>

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plugin/fetch/address.h"
#include "plugin/fetch/exchange.h"
#include "plugin/fetch/resolver.h"
#include "plugin/fetch/url.h"

namespace plumbline::fetch {

/// What all FHIR servers have in common.
struct Reachable {
  AddressPolicy addresses;
  std::size_t connections = 64;  ///< to one server at one time
  Lookup lookup = systemLookup;
  std::string authority{};  ///< PEM file of who may vouch for a server (certs/tls.h)
};

/// One FHIR server that may be asked: its addresses, its idle connections, and whether it answers. Any
/// thread.
class Server {
 public:
  Server(const Base& base, const Reachable& reachable);

  [[nodiscard]] const Base& base() const { return base_; }

  /// The addresses that may be connected to, looked up once for the call: the very ones are connected to, so
  /// that no later answer of a name server counts (T1). A server listed by a private address is listed.
  /// Refusals: [NoAddress] none may be; [Late] not known by `until`.
  std::vector<Address> addresses(Clock::time_point until, Why& why);

  enum class From { Idle, New };
  /// A connection: an idle one where there is one and it may be, else a new one to `address`. Nothing when as
  /// many are in use as may be. Throws Poco::Exception when none can be made.
  std::optional<Link> link(const Address& address, From from);
  /// Done with a link that can be used again, and with one that cannot.
  void giveBack(Link link);
  void drop();

  bool admits(Clock::time_point now);
  void report(bool answered, Clock::time_point now);

 private:
  [[nodiscard]] bool allowed(const Address& address) const;
  [[nodiscard]] Link connect(const Address& address);
  Poco::Net::Context::Ptr tls();

  const Base base_;
  const Reachable reachable_;
  const std::optional<Address> literal_;
  Resolver resolver_;
  std::mutex mutex_;
  Poco::Net::Context::Ptr tls_;  // mutex_; made for the first connection
  Breaker breaker_;              // mutex_
  std::vector<Link> idle_;       // mutex_; the last used last
  std::size_t inUse_ = 0;        // mutex_
};

}  // namespace plumbline::fetch
