#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace plumbline {

/// A UUID of the form of version 4 (RFC 4122): 74 bits from the system's generator behind the millisecond, so
/// that those of one time lie together where they are kept in order.
std::string randomUuid();

/// The UUID that `name` always gets (version 5 over a namespace of our own), so that offline output can be
/// reproduced byte by byte.
std::string namedUuid(std::string_view name);

/// Makes the next identifier of a card or suggestion; `what` tells them apart within one answer.
using UuidSource = std::function<std::string(std::string_view what)>;

/// The first `digits` hexadecimal digits of SHA-256 over `text`.
std::string sha256Prefix(std::string_view text, std::size_t digits);

}  // namespace plumbline
