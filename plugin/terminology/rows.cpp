#include "plugin/terminology/rows.h"

#include <algorithm>

#include "plugin/lines.h"

namespace plumbline::terminology {
namespace {

constexpr std::size_t kLongest = 1024 * 1024;

}  // namespace

bool Rows::next() {
  if (!std::getline(in_, line_)) return false;
  if (line_.ends_with('\r')) line_.pop_back();
  if (first_ && line_.starts_with(kByteOrderMark)) line_.erase(0, kByteOrderMark.size());
  first_ = false;
  return true;
}

const std::vector<std::string_view>& Rows::columns(char separator) {
  columns_.clear();
  std::string_view rest = line_;
  for (auto at = rest.find(separator); at != rest.npos; at = rest.find(separator)) {
    columns_.push_back(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  columns_.push_back(rest);
  return columns_;
}

const std::vector<std::string>& Rows::csv() {
  values_.assign(1, {});
  bool quoted = false;
  for (std::size_t i = 0;; ++i) {
    if (i == line_.size()) {
      std::string more;
      if (!quoted || line_.size() > kLongest || !std::getline(in_, more)) break;
      if (more.ends_with('\r')) more.pop_back();
      line_.append("\n").append(more);
    }
    const char c = line_[i];
    if (c == '"' && quoted && i + 1 < line_.size() && line_[i + 1] == '"') {
      values_.back() += line_[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      values_.emplace_back();
    } else {
      values_.back() += c;
    }
  }
  return values_;
}

std::optional<std::size_t> columnOf(const std::vector<std::string>& header, std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

}  // namespace plumbline::terminology
