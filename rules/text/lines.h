#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "rules/text/utf8.h"

namespace plumbline::rules::text {

/// Text in lines. What lies between two pieces of text is settled when the second comes: the strongest wins.
class Lines {
 public:
  explicit Lines(std::size_t most) { out_.reserve(most); }

  void space() { gap_ = std::max(gap_, Gap::Space); }
  void block() {
    if (gap_ != Gap::Tab) gap_ = std::max(gap_, Gap::Line);
  }
  void lineBreak() {
    if (gap_ != Gap::Tab) gap_ = gap_ >= Gap::Line ? Gap::Paragraph : Gap::Line;
  }
  void row() {
    gap_ = std::max(gap_, Gap::Line);
    rowHasText_ = false;
  }
  /// A tab, in whatever blocks the cell before was; but the first text of a row stands at its start.
  void cell() { gap_ = rowHasText_ ? Gap::Tab : std::max(gap_, Gap::Line); }

  void add(std::string_view text) {
    if (text.empty()) return;
    settle();
    out_.append(text);
  }
  void add(char32_t character) {
    settle();
    append(out_, character);
  }
  std::string take() { return std::move(out_); }

 private:
  enum class Gap { None, Space, Tab, Line, Paragraph };

  void settle() {
    constexpr std::array<std::string_view, 5> kWritten{"", " ", "\t", "\n", "\n\n"};
    if (!out_.empty()) out_ += kWritten[static_cast<std::size_t>(gap_)];
    gap_ = Gap::None;
    rowHasText_ = true;
  }

  std::string out_;
  Gap gap_ = Gap::None;
  bool rowHasText_ = false;
};

}  // namespace plumbline::rules::text
