#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "plugin/http/message.h"

namespace plumbline::http {

struct HeadLimits {
  /// Request line, fields and the empty line together. Room for a bearer token and a proxy's additions.
  std::size_t bytes = 32 * 1024;
  std::size_t fields = 100;
  std::size_t targetBytes = 8 * 1024;
  std::uint64_t bodyBytes = 16 * 1024 * 1024;

  friend bool operator==(const HeadLimits&, const HeadLimits&) = default;
};

/// A request's line and fields, as views into the bytes they were read from.
struct Head {
  std::string_view method, path, query;
  std::vector<Header> headers;
  /// Bytes of the head; the body starts there.
  std::size_t size = 0;
  std::uint64_t contentLength = 0;
  bool keepAlive = true;
  bool expectContinue = false;
};

struct NeedMore {};

/// Why a request is not read. `detail` is fixed text, free of anything the request said.
struct Refusal {
  int status;
  std::string_view detail;
};

using HeadResult = std::variant<NeedMore, Head, Refusal>;

/// Reads the head at the start of `received`.
///
/// Accepts only what every reader of HTTP understands alike, because a proxy in front of us that frames a
/// request otherwise lets one caller's bytes become another's request. Refusals:
///   400  line ends other than CRLF; a request line that is not `METHOD /target HTTP/1.x`; a field without a
///        token name directly before its colon; folded fields; control bytes or bytes above 0x7e; Host not
///        exactly once (1.0: at most once) or not a host; Content-Length or Content-Type repeated;
///        Content-Length not only digits; Content-Length together with Transfer-Encoding
///   411  Transfer-Encoding: chunked; POST or PUT without a length
///   413  Content-Length above limits.bodyBytes          414  target above limits.targetBytes
///   417  an expectation other than 100-continue         431  head above limits.bytes or limits.fields
///   501  any other Transfer-Encoding                    505  any HTTP version but 1.0 and 1.1
///
/// Bytes that arrive later never change an answer other than NeedMore. Pure, any thread.
HeadResult readHead(std::string_view received, const HeadLimits& limits);

/// One or more token characters (RFC 9110 5.6.2).
bool isToken(std::string_view text);

}  // namespace plumbline::http
