#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "rules/text/html_names.h"
#include "rules/text/lines.h"
#include "rules/text/markup.h"
#include "rules/text/utf8.h"
#include "rules/words.h"

namespace plumbline::rules::text {
namespace {

bool isWhite(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}

bool isLetterOrDigit(char c) {
  return isLetter(c) || (c >= '0' && c <= '9');
}

bool isNamePart(char c) {
  return isLetterOrDigit(c) || c == ':' || c == '-' || c == '_';
}

bool isSame(std::string_view text, std::string_view lowerCase) {
  return text.size() == lowerCase.size() && beginsWith(text, lowerCase);
}

std::string lowered(std::string_view name) {
  std::string small(name);
  std::transform(small.begin(), small.end(), small.begin(), lower);
  return small;
}

void skipWhite(std::string_view& text) {
  while (!text.empty() && isWhite(text.front())) text.remove_prefix(1);
}

/// Takes the front of `text` up to one of `ends`; all of it where there is none.
std::string_view take(std::string_view& text, std::string_view ends) {
  const std::string_view front = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(front.size());
  return front;
}

/// Takes the value that `attributes` begin with, "" where they begin with none.
std::string_view takeValue(std::string_view& attributes) {
  skipWhite(attributes);
  if (!attributes.starts_with('=')) return {};
  attributes.remove_prefix(1);
  skipWhite(attributes);
  if (!attributes.starts_with('"') && !attributes.starts_with('\'')) return take(attributes, " \n\t");
  const std::string_view quote = attributes.substr(0, 1);
  attributes.remove_prefix(1);
  const std::string_view value = take(attributes, quote);
  if (!attributes.empty()) attributes.remove_prefix(1);
  return value;
}

/// The value of `name` among `attributes`, "" for one without value; nothing where it is not there.
std::optional<std::string_view> attribute(std::string_view attributes, std::string_view name) {
  for (skipWhite(attributes); !attributes.empty(); skipWhite(attributes)) {
    const std::string_view found = take(attributes, " \n\t=");
    const std::string_view value = takeValue(attributes);
    if (isSame(found, name)) return value;
  }
  return std::nullopt;
}

/// Whether a style among `attributes` has line breaks kept, as electronic records show what was typed.
bool keepsLines(std::string_view attributes) {
  constexpr std::string_view kProperty = "white-space";
  const std::size_t at = attributes.find(kProperty);
  if (at == attributes.npos) return false;
  const std::size_t value = attributes.find_first_not_of(": ", at + kProperty.size());
  return value != attributes.npos && attributes.substr(value).starts_with("pre");
}

/// Whether a style among `attributes` strikes the text out.
bool isStruck(std::string_view attributes) {
  return attributes.find("line-through") != attributes.npos;
}

/// Reads from front to end. Whatever is looked for further on and not found is not looked for again, so that
/// hostile text costs no more than other text.
class HtmlReader {
 public:
  explicit HtmlReader(std::string_view html)
      : html_(html), lines_(html.size()), allPlain_(html.find('<') == html.npos) {}

  std::string read() {
    while (at_ < html_.size()) {
      if (html_[at_] != '<') {
        words();
      } else if (!markup()) {
        lines_.add("<");
        ++at_;
      }
    }
    return lines_.take();
  }

 private:
  void words() {
    while (at_ < html_.size() && html_[at_] != '<') {
      const std::size_t start = at_;
      while (at_ < html_.size() && !isWhite(html_[at_]) && html_[at_] != '<' && html_[at_] != '&') ++at_;
      lines_.add(html_.substr(start, at_ - start));
      if (at_ == html_.size() || html_[at_] == '<') return;
      if (html_[at_] == '&') {
        character();
      } else {
        white(html_[at_++]);
      }
    }
  }

  void white(char c) {
    if (preDepth_ == 0 && !allPlain_) {
      lines_.space();
    } else if (c == '\n') {
      lines_.lineBreak();
    } else {
      lines_.add(c == '\t' ? "\t" : " ");
    }
  }

  /// A character by its name or number; what is neither is an ampersand.
  void character() {
    constexpr std::size_t kLongest = 10;
    std::size_t end = at_ + 1;
    const bool number = end < html_.size() && html_[end] == '#';
    if (number) ++end;
    const std::size_t start = end;
    while (end < html_.size() && end - start < kLongest && isLetterOrDigit(html_[end])) ++end;
    const std::string_view written = html_.substr(start, end - start);
    const auto found = number ? byNumber(written) : characterOf(written);
    if (!found) {
      lines_.add("&");
      ++at_;
      return;
    }
    at_ = end < html_.size() && html_[end] == ';' ? end + 1 : end;
    constexpr char32_t kNoBreakSpace = 0xA0, kSoftHyphen = 0xAD;
    if (*found == kNoBreakSpace || *found == ' ') {
      lines_.space();
    } else if (*found != kSoftHyphen) {
      lines_.add(*found);
    }
  }

  static std::optional<char32_t> byNumber(std::string_view written) {
    const bool hex = !written.empty() && lower(written.front()) == 'x';
    if (hex) written.remove_prefix(1);
    if (written.empty()) return std::nullopt;
    char32_t value = 0;
    for (const char c : written) {
      const char small = lower(c);
      const bool letter = hex && small >= 'a' && small <= 'f';
      if (!letter && (c < '0' || c > '9')) return std::nullopt;
      const auto digit = static_cast<char32_t>(letter ? small - 'a' + 10 : c - '0');
      value = std::min<char32_t>(value * (hex ? 16 : 10) + digit, 0x110000);
    }
    if (value == 0) return kReplacement;
    return value < 0x100 ? fromWindows1252(static_cast<unsigned char>(value)) : value;
  }

  /// Reads what begins with '<' at the place; false where it is no markup.
  bool markup() {
    const std::string_view rest = html_.substr(at_);
    if (rest.starts_with("<!--")) {
      comment();
    } else if (rest.starts_with("<![CDATA[")) {
      at_ += std::string_view("<![CDATA[").size();
    } else if (beginsWith(rest, "<!doctype") || beginsWith(rest, "<?xml") || rest.starts_with("<![")) {
      const std::size_t end = endOfTag(at_ + 2);
      if (end == html_.npos) return false;
      at_ = end + 1;
    } else {
      return tag();
    }
    return true;
  }

  /// One that nobody closed is read rather than lose what follows.
  void comment() {
    constexpr std::string_view kBegin = "<!--", kEnd = "-->";
    const std::size_t end = commentsEnd_ ? html_.find(kEnd, at_ + 2) : html_.npos;
    commentsEnd_ = end != html_.npos;
    at_ = commentsEnd_ ? end + kEnd.size() : at_ + kBegin.size();
  }

  bool tag() {
    const bool closing = html_.substr(at_).starts_with("</");
    const std::size_t start = at_ + (closing ? 2 : 1);
    std::size_t nameEnd = start;
    while (nameEnd < html_.size() && isNamePart(html_[nameEnd])) ++nameEnd;
    if (nameEnd == start || !isLetter(html_[start])) return false;
    const std::string_view name = html_.substr(start, nameEnd - start);
    const auto role = roleOf(name);
    if (!role) return false;
    const std::size_t end = endOfTag(nameEnd);
    if (end == html_.npos) return false;
    std::string_view attributes = html_.substr(nameEnd, end - nameEnd);
    const bool empty = attributes.ends_with('/');
    if (empty) attributes.remove_suffix(1);
    at_ = end + 1;
    if (closing) {
      close(*role, name);
    } else {
      open(*role, name, attributes, empty);
    }
    return true;
  }

  void open(Role role, std::string_view name, std::string_view attributes, bool empty) {
    if (!empty && role != Role::Break && isStruck(attributes)) return drop(name);
    switch (role) {
      case Role::Inline: break;
      case Role::Block:
      case Role::Pre: lines_.block(); break;
      case Role::Break: lines_.lineBreak(); break;
      case Role::Row: lines_.row(); break;
      case Role::Cell: lines_.cell(); break;
      case Role::Drop:
        if (!empty) drop(name);
        return;
      case Role::Input: return input(attributes);
      case Role::Option: return box(attribute(attributes, "selected").has_value());
    }
    if (preDepth_ > 0) {
      if (isSame(name, preName_)) ++preDepth_;
    } else if (!empty && role != Role::Break && (role == Role::Pre || keepsLines(attributes))) {
      preName_ = lowered(name);
      preDepth_ = 1;
    }
  }

  void close(Role role, std::string_view name) {
    if (role == Role::Block || role == Role::Pre) lines_.block();
    if (role == Role::Row) lines_.row();
    if (preDepth_ > 0 && isSame(name, preName_)) --preDepth_;
  }

  void input(std::string_view attributes) {
    const auto type = attribute(attributes, "type").value_or("");
    if (isSame(type, "checkbox") || isSame(type, "radio")) box(attribute(attributes, "checked").has_value());
  }

  void box(bool ticked) {
    lines_.space();
    lines_.add(ticked ? "[x]" : "[ ]");
    lines_.space();
  }

  /// Goes to the end tag of the element `name`; stays where there is none, rather than lose what follows.
  void drop(std::string_view written) {
    const std::string name = lowered(written);
    if (endless_.contains(name)) return;
    const bool head = name == "head";
    std::size_t at = html_.find('<', at_);
    while (at != html_.npos && !isEnd(at, name) && !(head && beginsWith(html_.substr(at), "<body")))
      at = html_.find('<', at + 1);
    if (at != html_.npos) {
      at_ = at;
    } else {
      endless_.insert(name);
    }
  }

  /// Whether the end tag of the element `name` is at `at`.
  [[nodiscard]] bool isEnd(std::size_t at, std::string_view name) const {
    const std::string_view rest = html_.substr(at, name.size() + 3);
    return rest.size() == name.size() + 3 && rest[1] == '/' && !isNamePart(rest.back()) &&
           beginsWith(rest.substr(2), name);
  }

  /// The '>' that ends a tag; nothing before it that is quoted does. A quotation mark without a second one is
  /// none, and from there on none is.
  std::size_t endOfTag(std::size_t from) {
    if (!tagsEnd_) return html_.npos;
    for (std::size_t at = from; quotes_; ++at) {
      at = html_.find_first_of("\"'>", at);
      if (at != html_.npos && html_[at] == '>') return at;
      if (at != html_.npos && isValue(from, at)) at = html_.find(html_[at], at + 1);
      if (at == html_.npos) quotes_ = false;
    }
    const std::size_t end = html_.find('>', from);
    if (end == html_.npos) tagsEnd_ = false;
    return end;
  }

  /// Whether the quotation mark at `at`, in a tag whose attributes begin at `from`, stands behind a '='.
  [[nodiscard]] bool isValue(std::size_t from, std::size_t at) const {
    while (at > from && isWhite(html_[at - 1])) --at;
    return at > from && html_[at - 1] == '=';
  }

  std::string_view html_;
  std::size_t at_ = 0;
  Lines lines_;
  bool allPlain_;  ///< text that was called HTML: its lines are lines
  std::string preName_;
  int preDepth_ = 0;  ///< how many elements of that name are open in the one that keeps white space

  bool quotes_ = true;                          ///< attributes may be quoted
  bool tagsEnd_ = true;                         ///< there may be another '>'
  bool commentsEnd_ = true;                     ///< … another end of a comment
  std::set<std::string, std::less<>> endless_;  ///< elements to drop that have no other end tag
};

}  // namespace

std::string fromHtml(std::string_view html) {
  return HtmlReader(html).read();
}

}  // namespace plumbline::rules::text
