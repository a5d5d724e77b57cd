#include "rules/question.h"

#include <algorithm>

#include "rules/words.h"

namespace plumbline::rules {
namespace {

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

/// How many bytes at the front of `text` are a sign that only separates words; 0 for a letter or digit.
std::size_t separator(std::string_view text) {
  constexpr std::string_view kTypographic = "\xE2\x80";  // U+2000 to U+203F: blanks, dashes, quotation marks
  if (text.starts_with(kTypographic)) return std::min<std::size_t>(3, text.size());
  if (text.starts_with("\xC2\xA0")) return 2;  // no-break space
  const char c = text.front();
  const bool word = isDigit(c) || isLetter(c) || (c & 0x80) != 0;
  return word ? 0 : 1;
}

bool isNumber(std::string_view word) {
  if (word.starts_with('q')) word.remove_prefix(1);
  return !word.empty() && std::all_of(word.begin(), word.end(), isDigit);
}

}  // namespace

std::string plainWords(std::string_view text) {
  std::string plain;
  for (bool between = false; !text.empty();) {
    if (const std::size_t size = separator(text); size > 0) {
      between = !plain.empty();
      text.remove_prefix(size);
      continue;
    }
    if (between) plain += ' ';
    between = false;
    plain += lower(text.front());
    text.remove_prefix(1);
  }
  const auto blank = plain.find(' ');
  if (blank != std::string::npos && isNumber(std::string_view(plain).substr(0, blank)))
    plain.erase(0, blank + 1);
  return plain;
}

std::string_view withoutLeadIn(std::string_view plain, const std::vector<std::string>& leadIns) {
  std::size_t longest = 0;
  for (const std::string& each : leadIns) {
    const bool leads = plain.size() > each.size() && plain[each.size()] == ' ' && plain.starts_with(each);
    if (leads) longest = std::max(longest, each.size() + 1);
  }
  return plain.substr(longest);
}

std::string_view ownLinkId(std::string_view linkId) {
  const auto slash = linkId.rfind('/');
  return slash == std::string_view::npos ? linkId : linkId.substr(slash + 1);
}

}  // namespace plumbline::rules
