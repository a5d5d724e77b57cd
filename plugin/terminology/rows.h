#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline::terminology {

/// One line at a time, without its end and without a byte order mark.
class Rows {
 public:
  explicit Rows(std::istream& in) : in_(in) {}

  /// The next line; false at the end. Views of the line before are gone.
  bool next();
  [[nodiscard]] const std::string& line() const { return line_; }

  /// The line by its separator: of an RF2 file a tab, of an RRF file a bar.
  const std::vector<std::string_view>& columns(char separator);

  /// The line as CSV (RFC 4180), together with those behind it while a quote is open; at most 1 MiB.
  const std::vector<std::string>& csv();

 private:
  std::istream& in_;
  std::string line_;
  bool first_ = true;
  std::vector<std::string_view> columns_;
  std::vector<std::string> values_;
};

/// Where a header names a column.
std::optional<std::size_t> columnOf(const std::vector<std::string>& header, std::string_view name);

}  // namespace plumbline::terminology
