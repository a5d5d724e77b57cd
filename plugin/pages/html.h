#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace plumbline::pages {

/// HTML under construction. What is written into it as a literal of the source is markup; every other text is
/// escaped on its way in, so that no content and no chart can become markup.
class Html {
 public:
  template <std::size_t N>
  Html& operator<<(const char (&markup)[N]) {
    code_.append(markup, N - 1);
    return *this;
  }
  Html& operator<<(std::string_view text);
  Html& operator<<(const std::string& text) { return *this << std::string_view(text); }
  template <std::integral Number>
  Html& operator<<(Number number) {
    code_ += std::to_string(number);
    return *this;
  }
  Html& operator<<(const Html& other) {
    code_ += other.code_;
    return *this;
  }

  /// A file of plugin/pages/web, which is markup as it stands.
  static Html ofOwnFile(std::string_view file) {
    Html html;
    html.code_ = file;
    return html;
  }

  [[nodiscard]] bool empty() const { return code_.empty(); }
  [[nodiscard]] std::string take() && { return std::move(code_); }

 private:
  std::string code_;
};

}  // namespace plumbline::pages
