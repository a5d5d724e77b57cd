#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugin/fetch/address.h"
#include "plugin/fetch/breaker.h"

namespace plumbline::fetch {

/// Finds the addresses of a host; may take its time. Empty: none.
using Lookup = std::function<std::vector<Address>(const std::string& host)>;

/// The system's resolver.
std::vector<Address> systemLookup(const std::string& host);

/// The addresses of one host, looked up on a thread of its own because the system's resolver knows no
/// deadline. One lookup at a time; its answer is kept for a minute, a failure for five seconds. Any thread.
class Resolver {
 public:
  Resolver(std::string host, Lookup lookup);

  /// Nothing when they are not known by `until`.
  std::optional<std::vector<Address>> addresses(Clock::time_point until);

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< a lookup that hangs outlives this object
};

}  // namespace plumbline::fetch
