#include "certs/algorithm.h"

#include <algorithm>
#include <array>

namespace plumbline::certs {
namespace {

/// In the order of the enumeration.
constexpr std::array<std::string_view, 9> kNames{"ES256", "ES384", "ES512", "RS256", "RS384",
                                                 "RS512", "PS256", "PS384", "PS512"};

}  // namespace

std::optional<Algorithm> algorithm(std::string_view name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Algorithm>(found - kNames.begin());
}

std::string_view name(Algorithm algorithm) {
  return kNames.at(static_cast<std::size_t>(algorithm));
}

}  // namespace plumbline::certs
