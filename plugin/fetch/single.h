#pragma once

#include <string>

#include "plugin/fetch/server.h"
#include "plugin/fetch/why.h"

namespace plumbline::fetch {

/// What a server answered to one request.
struct Told {
  Why why = Why::Late;  ///< None: `status` and `body` are there, whatever the status
  int status = 0;
  std::string body;
};

/// Sends one whole request, head and body, over a connection of its own and waits for the response until
/// `until`. Another address of the server is tried only where none was connected to: what was sent may have
/// been done. Redirects are not followed; a body over `bodyBytes` is refused. Wipes the request, which may
/// hold a secret.
Told single(Server& server, std::string request, std::size_t bodyBytes, Clock::time_point until);

}  // namespace plumbline::fetch
