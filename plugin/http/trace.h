#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace plumbline::http {

struct Header;

/// Where a call stands in a trace that goes through several systems: W3C Trace Context, level 1.
struct Trace {
  std::string id;        ///< trace-id: 32 hexadecimal digits in lower case, not all zero
  bool sampled = false;  ///< the one flag of level 1: the caller may have recorded its part
  std::string state{};   ///< tracestate, checked, at most 512 characters; for others, and never for a log
};

/// The trace of a request by its headers. A new one where `traceparent` is lacking, is there twice, is longer
/// than 512 characters or breaks the grammar: version ff, an id of zeros, upper case, more behind the flags
/// in version 00. Of a later version what version 00 knows is read and the rest left. `tracestate` counts
/// only beside a sound traceparent; it is dropped where it breaks its grammar, names a key twice or has more
/// than 32 members, and its last members are dropped where it is too long. Never a refusal.
Trace traceOf(std::span<const Header> headers);

/// The header fields, each with its line's end, of a request that is made for the call: the same trace in
/// version 00, with an id of its own as the parent of what comes of it.
std::string fieldsOf(const Trace& trace);

/// Random hexadecimal digits in lower case: for names, not for secrets.
std::string randomHex(std::size_t digits);

}  // namespace plumbline::http
