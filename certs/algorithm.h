#pragma once

#include <optional>
#include <string_view>

namespace plumbline::certs {

/// How a token may be signed: the algorithms of RFC 7518 that verify with a public key. There is no member
/// for `none` or for a shared secret, so that nothing can be told to trust one. Source: R173 to R175.
enum class Algorithm { ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512 };

/// The algorithm of this exact name; nothing for any other, `none` and HS256 among them.
std::optional<Algorithm> algorithm(std::string_view name);

std::string_view name(Algorithm algorithm);

}  // namespace plumbline::certs
