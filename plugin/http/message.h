#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin/http/trace.h"

namespace plumbline::http {

/// ASCII only: header names, and the few header values that are defined without case.
inline bool equalsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

struct Header {
  std::string_view name, value;
};

/// What is known of the other end of a connection; lives as long as the connection, whose requests come one
/// by one.
struct Peer {
  std::string address;  ///< without the port
  bool proven = false;  ///< its last token was good
};

/// One whole request as it came over the wire: nothing is decoded, and `path` may hold `%`, `..` or `//`.
/// A HEAD request is shown as GET; the connection leaves the reply's body out.
/// Every view lives as long as the handler call. At least kBodyPadding bytes behind `body` are readable
/// (their content is arbitrary), so that a parser may read past its end in whole words.
struct Request {
  std::string_view method, path, query;
  std::vector<Header> headers;
  std::string_view body;
  /// Correlation id: the caller's X-Request-Id when it is at most 64 token characters, else a random one.
  std::string requestId;
  /// Null: not known.
  Peer* peer = nullptr;
  Trace trace{};

  /// The first header called `name`, whatever its case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    for (const auto& field : headers) {
      if (equalsIgnoringCase(field.name, name)) return field.value;
    }
    return std::nullopt;
  }
};

inline constexpr std::size_t kBodyPadding = 64;

/// What a handler answers. `headers` are added to those the connection writes itself (Content-Length,
/// X-Content-Type-Options, X-Request-Id, Connection; Cache-Control unless given here). A name or value with a
/// control byte is a fault of the handler and becomes a 500.
struct Reply {
  int status = 200;
  std::string contentType = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Called on many threads at once. What it throws becomes a 500 whose body says nothing about it.
using Handler = std::function<Reply(const Request&)>;

}  // namespace plumbline::http
