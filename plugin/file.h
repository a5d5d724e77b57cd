#pragma once

#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace plumbline {

/// All bytes of a file; nothing where it cannot be opened.
inline std::optional<std::string> contentsOf(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace plumbline
