#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plumbline::fetch {

/// The base URL of a FHIR server in the one form in which two are compared: whoever compares text instead
/// lets two spellings of one server differ, or two servers look alike.
struct Base {
  bool tls = true;
  std::string host;  ///< lower case; an IPv6 address without brackets
  std::uint16_t port = 443;
  std::string path;  ///< "" or "/…" without a slash at its end

  friend auto operator<=>(const Base&, const Base&) = default;
};

/// Reads `https://host[:port][/path]`, or the same with http. A slash at the end and the case of scheme and
/// host mean nothing. Nothing for everything else that URL readers disagree on: user information, a query or
/// fragment, `%`, backslashes, empty or dot segments, a host with a dot at its end or written as a number
/// that is not four plain decimals (T1).
std::optional<Base> parseBase(std::string_view url);

/// "host" or "host:port" as the Host field says it.
std::string hostField(const Base& base);

/// What to ask `base` for to get `url`, where it leads to that server and below its path; relative URLs start
/// at the base. Nothing where it leads elsewhere, or where another reader might find that it does: then no
/// token may follow it (R097, T1).
std::optional<std::string> targetWithin(const Base& base, std::string_view url);

}  // namespace plumbline::fetch
