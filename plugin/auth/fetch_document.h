#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace plumbline::auth {

/// The body of a 200 answer to GET `url`, over TLS that is verified against `authority` (certs/tls.h) or, for
/// an http URL, in the clear. Nothing when there is any other answer, a redirect among them, more than
/// `mostBytes`, or no end within about five seconds; then `why` is fixed text for a log.
std::optional<std::string> fetchDocument(const std::string& url, const std::string& authority,
                                         std::size_t mostBytes, std::string& why);

}  // namespace plumbline::auth
