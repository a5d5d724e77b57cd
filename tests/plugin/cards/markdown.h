#pragma once

#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace plumbline::cards {

/// A card's detail as its reader sees it: headings in order, each with its lines, bullets without their mark.
using Shown = std::vector<std::pair<std::string, std::vector<std::string>>>;

inline Shown shownIn(const std::string& detail) {
  Shown shown;
  std::istringstream lines(detail);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    if (line.starts_with("**") && line.ends_with("**") && line.size() > 4) {
      shown.push_back({line.substr(2, line.size() - 4), {}});
    } else if (shown.empty()) {
      shown.push_back({"(before any heading)", {line}});
    } else {
      shown.back().second.push_back(line.starts_with("- ") ? line.substr(2) : line);
    }
  }
  return shown;
}

inline std::vector<std::string> headingsOf(const Shown& shown) {
  std::vector<std::string> headings;
  for (const auto& [heading, lines] : shown) headings.push_back(heading);
  return headings;
}

inline std::vector<std::string> linesUnder(const std::string& heading, const Shown& shown) {
  for (const auto& [each, lines] : shown) {
    if (each == heading) return lines;
  }
  return {};
}

}  // namespace plumbline::cards
