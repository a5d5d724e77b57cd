#include "plugin/auth/cors.h"

#include <algorithm>

namespace plumbline::auth {
namespace {

/// The request's origin when it is listed, byte by byte.
std::optional<std::string_view> listedOrigin(const http::Request& request,
                                             const std::vector<std::string>& origins) {
  const auto origin = request.header("Origin");
  const bool listed = origin && std::find(origins.begin(), origins.end(), *origin) != origins.end();
  return listed ? origin : std::nullopt;
}

}  // namespace

std::optional<http::Reply> preflight(const http::Request& request, const std::vector<std::string>& origins) {
  const bool asks = request.method == "OPTIONS" && request.header("Access-Control-Request-Method");
  if (!asks || !listedOrigin(request, origins)) return std::nullopt;
  http::Reply reply;
  reply.status = 204;
  reply.contentType.clear();
  reply.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST");
  reply.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type");
  reply.headers.emplace_back("Access-Control-Max-Age", "600");
  return reply;
}

void allowOrigin(const http::Request& request, const std::vector<std::string>& origins, http::Reply& reply) {
  if (origins.empty()) return;
  reply.headers.emplace_back("Vary", "Origin");
  if (const auto origin = listedOrigin(request, origins))
    reply.headers.emplace_back("Access-Control-Allow-Origin", std::string(*origin));
}

}  // namespace plumbline::auth
