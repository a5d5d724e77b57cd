#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace plumbline {

/// What some programs write in front of a file of UTF-8.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Calls `visit(line, number)` for every line of NDJSON that is not blank, without its end. `first` is the
/// number of the first one.
template <class Visit>
void forEachLine(std::string_view text, std::size_t first, Visit visit) {
  for (std::size_t number = first; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) visit(line, number);
  }
}

}  // namespace plumbline
