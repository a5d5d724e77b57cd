#include "plugin/pages/html.h"

namespace plumbline::pages {

Html& Html::operator<<(std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': code_ += "&amp;"; break;
      case '<': code_ += "&lt;"; break;
      case '>': code_ += "&gt;"; break;
      case '"': code_ += "&quot;"; break;
      case '\'': code_ += "&#39;"; break;
      default: code_ += c;
    }
  }
  return *this;
}

}  // namespace plumbline::pages
