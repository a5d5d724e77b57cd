#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/http/message.h"

namespace plumbline::auth {

/// The answer to a browser's question whether a page may call (CORS preflight): 204 for a page of one of
/// `origins`, else nothing, and the browser then keeps the page from calling. It bears no token.
/// Sources: R188; the Fetch standard, "CORS protocol".
std::optional<http::Reply> preflight(const http::Request& request, const std::vector<std::string>& origins);

/// Lets a page of one of `origins` read the answer, whatever its status.
void allowOrigin(const http::Request& request, const std::vector<std::string>& origins, http::Reply& reply);

}  // namespace plumbline::auth
