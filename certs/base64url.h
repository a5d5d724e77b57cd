#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plumbline::certs {

/// Bytes of base64url as RFC 7515 writes it: no padding, no line ends, unused bits zero. Anything else is
/// refused, so that each text stands for other bytes than every other text.
std::optional<std::string> fromBase64url(std::string_view text);

std::string toBase64url(std::string_view bytes);

/// The other base64, of RFC 4648 section 4: with padding, on one line.
std::string toBase64(std::string_view bytes);

}  // namespace plumbline::certs
