#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "rules/text/markup.h"
#include "rules/text/utf8.h"
#include "rules/words.h"

namespace plumbline::rules::text {
namespace {

/// What a control word does to the text; all others do nothing.
enum class Does {
  Put,          ///< stands for a character
  Skip,         ///< the rest of its group is no text
  Show,         ///< … is text after all
  Hide,         ///< hidden, struck out or deleted, until it is said again with 0
  Plain,        ///< as nothing had been said of hiding
  Unicode,      ///< is a character by its number
  Fallback,     ///< how many characters follow one given by number, for readers who do not know those
  Binary,       ///< so many bytes follow that are no text
  CodePage,     ///< of characters given by their byte
  OtherPage,    ///< … which is not known here
  FieldType,    ///< 1 is a checkbox
  FieldResult,  ///< whether it is ticked
  FieldDefault  ///< … while nobody touched it
};

struct Word {
  std::string_view name;
  Does does;
  std::uint32_t value = 0;  ///< the character to put, or the bit that hides
};

/// Source: Rich Text Format specification 1.9.1.
constexpr auto kWords = [] {
  std::array words{Word{"ansicpg", Does::CodePage},
                   Word{"bin", Does::Binary},
                   Word{"bullet", Does::Put, 0x2022},
                   Word{"cell", Does::Put, '\t'},
                   Word{"colortbl", Does::Skip},
                   Word{"deleted", Does::Hide, 1},
                   Word{"emdash", Does::Put, 0x2014},
                   Word{"emspace", Does::Put, ' '},
                   Word{"endash", Does::Put, 0x2013},
                   Word{"enspace", Does::Put, ' '},
                   Word{"ffdefres", Does::FieldDefault},
                   Word{"ffres", Does::FieldResult},
                   Word{"fftype", Does::FieldType},
                   Word{"filetbl", Does::Skip},
                   Word{"fldinst", Does::Skip},
                   Word{"fonttbl", Does::Skip},
                   Word{"footer", Does::Put, '\n'},
                   Word{"footerf", Does::Put, '\n'},
                   Word{"footerl", Does::Put, '\n'},
                   Word{"footerr", Does::Put, '\n'},
                   Word{"header", Does::Put, '\n'},
                   Word{"headerf", Does::Put, '\n'},
                   Word{"headerl", Does::Put, '\n'},
                   Word{"headerr", Does::Put, '\n'},
                   Word{"info", Does::Skip},
                   Word{"ldblquote", Does::Put, 0x201C},
                   Word{"line", Does::Put, '\n'},
                   Word{"listtext", Does::Skip},
                   Word{"lquote", Does::Put, 0x2018},
                   Word{"mac", Does::OtherPage},
                   Word{"nestcell", Does::Put, '\t'},
                   Word{"nestrow", Does::Put, '\n'},
                   Word{"nonshppict", Does::Skip},
                   Word{"page", Does::Put, '\n'},
                   Word{"par", Does::Put, '\n'},
                   Word{"pc", Does::OtherPage},
                   Word{"pca", Does::OtherPage},
                   Word{"pict", Does::Skip},
                   Word{"plain", Does::Plain},
                   Word{"pntext", Does::Skip},
                   Word{"rdblquote", Does::Put, 0x201D},
                   Word{"row", Does::Put, '\n'},
                   Word{"rquote", Does::Put, 0x2019},
                   Word{"sect", Does::Put, '\n'},
                   Word{"shprslt", Does::Skip},
                   Word{"shptxt", Does::Show},
                   Word{"strike", Does::Hide, 2},
                   Word{"striked", Does::Hide, 2},
                   Word{"stylesheet", Does::Skip},
                   Word{"tab", Does::Put, '\t'},
                   Word{"tc", Does::Skip},
                   Word{"u", Does::Unicode},
                   Word{"uc", Does::Fallback},
                   Word{"v", Does::Hide, 4},
                   Word{"xe", Does::Skip}};
  std::sort(words.begin(), words.end(), [](const Word& a, const Word& b) { return a.name < b.name; });
  return words;
}();

const Word* wordOf(std::string_view name) {
  const auto found = std::lower_bound(kWords.begin(), kWords.end(), name,
                                      [](const Word& word, std::string_view key) { return word.name < key; });
  return found != kWords.end() && found->name == name ? &*found : nullptr;
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

bool isMarkup(char c) {
  return c == '{' || c == '}' || c == '\\' || c == '\n' || c == '\r';
}

class RtfReader {
 public:
  explicit RtfReader(std::string_view rtf) : rtf_(rtf) { out_.reserve(rtf.size() / 2); }

  std::string read() {
    while (at_ < rtf_.size()) {
      const char c = rtf_[at_];
      if (c == '{') {
        ++at_;
        outer_.push_back(group_);
        pastFallback();
      } else if (c == '}') {
        ++at_;
        if (!outer_.empty()) {
          group_ = outer_.back();
          outer_.pop_back();
        }
        pastFallback();
      } else if (c == '\\') {
        control();
      } else if (c == '\n' || c == '\r') {
        ++at_;
      } else {
        words();
      }
    }
    settle();
    return std::move(out_);
  }

 private:
  /// What holds to the end of a group. Small, since a document may open as many as it has bytes.
  struct Group {
    bool skipped = false;
    std::uint8_t hidden = 0;
    std::uint8_t fallback = 1;
  };
  struct Checkbox {
    bool there = false;
    std::optional<bool> ticked;
    bool byDefault = false;
  };
  static constexpr long kMostFallback = 4;
  static constexpr long kNoParameter = -1'000'000'000;

  [[nodiscard]] bool shown() const { return !group_.skipped && group_.hidden == 0; }
  void pastFallback() { toPass_ = 0; }

  /// Writes what waited for the next character.
  void settle() {
    if (half_ != 0) append(out_, kReplacement);
    half_ = 0;
    if (checkbox_.there) out_ += checkbox_.ticked.value_or(checkbox_.byDefault) ? "[x] " : "[ ] ";
    checkbox_.there = false;
  }

  void put(char32_t character) {
    if (!shown()) return;
    settle();
    append(out_, character);
  }

  void words() {
    while (at_ < rtf_.size() && toPass_ > 0 && !isMarkup(rtf_[at_])) {
      at_ += std::max<std::size_t>(sequenceLength(rtf_.substr(at_)), 1);
      --toPass_;
    }
    const std::size_t start = at_;
    while (at_ < rtf_.size() && !isMarkup(rtf_[at_])) ++at_;
    if (!shown() || start == at_) return;
    settle();
    copy(rtf_.substr(start, at_ - start));
  }

  void copy(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t run = i;
      while (i < text.size() && text[i] >= ' ' && text[i] < 0x7F) ++i;
      out_.append(text, run, i - run);
      if (i == text.size()) return;
      const std::size_t length = sequenceLength(text.substr(i));
      if (length > 1) {
        out_.append(text, i, length);
      } else {
        append(out_, fromWindows1252(static_cast<unsigned char>(text[i])));
      }
      i += std::max<std::size_t>(length, 1);
    }
  }

  void control() {
    if (++at_ == rtf_.size()) return;
    const char c = rtf_[at_];
    if (isLetter(c)) return controlWord();
    ++at_;
    if (c == '\'') return byte();
    pastFallback();
    switch (c) {
      case '*': group_.skipped = true; break;
      case '~': put(' '); break;
      case '_': put('-'); break;
      case '\n':
      case '\r': put('\n'); break;
      case '\\':
      case '{':
      case '}': put(static_cast<unsigned char>(c)); break;
      default: break;
    }
  }

  void byte() {
    if (at_ + 2 > rtf_.size()) return;
    const int high = hexDigit(rtf_[at_]);
    const int low = hexDigit(rtf_[at_ + 1]);
    if (high < 0 || low < 0) return;
    at_ += 2;
    if (toPass_ > 0) {
      --toPass_;
      return;
    }
    const auto value = static_cast<unsigned char>(high * 16 + low);
    put(value < 0x80 || pageKnown_ ? fromWindows1252(value) : kReplacement);
  }

  void controlWord() {
    const std::size_t start = at_;
    while (at_ < rtf_.size() && isLetter(rtf_[at_])) ++at_;
    const Word* word = wordOf(rtf_.substr(start, at_ - start));
    const long parameter = number();
    if (at_ < rtf_.size() && rtf_[at_] == ' ') ++at_;
    pastFallback();
    if (word) obey(*word, parameter);
  }

  /// The number behind a control word. One that is too great to mean anything stays at what it reached.
  long number() {
    std::size_t digits = at_;
    const bool negative = digits < rtf_.size() && rtf_[digits] == '-';
    if (negative) ++digits;
    if (digits == rtf_.size() || rtf_[digits] < '0' || rtf_[digits] > '9') return kNoParameter;
    long value = 0;
    for (; digits < rtf_.size() && rtf_[digits] >= '0' && rtf_[digits] <= '9'; ++digits) {
      if (value < 100'000'000) value = value * 10 + (rtf_[digits] - '0');
    }
    at_ = digits;
    return negative ? -value : value;
  }

  void obey(const Word& word, long parameter) {
    const bool on = parameter != 0;
    switch (word.does) {
      case Does::Put: put(word.value); break;
      case Does::Skip: group_.skipped = true; break;
      case Does::Show: group_.skipped = false; break;
      case Does::Hide: {
        const auto bit = static_cast<std::uint8_t>(word.value);
        group_.hidden = static_cast<std::uint8_t>(on ? group_.hidden | bit : group_.hidden & ~bit);
        break;
      }
      case Does::Plain: group_.hidden = 0; break;
      case Does::Unicode: unicode(parameter); break;
      case Does::Fallback:
        group_.fallback = static_cast<std::uint8_t>(std::clamp(parameter, 0L, kMostFallback));
        break;
      case Does::Binary:
        if (parameter > 0) at_ += std::min(static_cast<std::size_t>(parameter), rtf_.size() - at_);
        break;
      case Does::CodePage: pageKnown_ = parameter == 1252 || parameter == 0; break;
      case Does::OtherPage: pageKnown_ = false; break;
      case Does::FieldType: checkbox_ = {parameter == 1, std::nullopt, false}; break;
      case Does::FieldResult:
        if (parameter == 0 || parameter == 1) checkbox_.ticked = on;
        break;
      case Does::FieldDefault: checkbox_.byDefault = parameter == 1; break;
    }
  }

  /// Numbers are of 16 bits with a sign; what is beyond comes as two.
  void unicode(long parameter) {
    if (parameter == kNoParameter) return;
    toPass_ = group_.fallback;
    if (!shown()) return;
    const auto unit = static_cast<char32_t>(parameter < 0 ? parameter + 0x10000 : parameter);
    if ((unit & ~0x3FFU) == 0xD800) {
      settle();
      half_ = unit;
    } else if ((unit & ~0x3FFU) == 0xDC00 && half_ != 0) {
      const char32_t whole = 0x10000 + ((half_ & 0x3FF) << 10 | (unit & 0x3FF));
      half_ = 0;
      put(whole);
    } else {
      put(unit);
    }
  }

  std::string_view rtf_;
  std::size_t at_ = 0;
  std::string out_;
  Group group_;
  std::vector<Group> outer_;
  bool pageKnown_ = true;
  int toPass_ = 0;     ///< characters that stand in for one already read
  char32_t half_ = 0;  ///< first of two numbers that make one character
  Checkbox checkbox_;  ///< a form's, before the text that follows it
};

}  // namespace

std::string fromRtf(std::string_view rtf) {
  if (rtf.starts_with("\xEF\xBB\xBF")) rtf.remove_prefix(3);
  return RtfReader(rtf).read();
}

}  // namespace plumbline::rules::text
