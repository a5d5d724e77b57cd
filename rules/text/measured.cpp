#include "rules/text/measured.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace plumbline::rules::text {
namespace {

using Kind = Token::Kind;

std::string_view wordsOf(std::string_view text, const Token& token) {
  return text.substr(token.begin, token.end - token.begin);
}

/// "3/5", "4+/5": the grade before the slash.
std::optional<double> gradeOf(std::string_view printed, int outOf) {
  const std::size_t slash = printed.find('/');
  const bool grade = slash != std::string_view::npos && printed.substr(slash + 1) == std::to_string(outOf);
  if (!grade || printed[0] < '0' || printed[0] > '9') return std::nullopt;
  const bool plain = slash == 1 || (slash == 2 && (printed[1] == '+' || printed[1] == '-'));
  return plain ? std::optional<double>(printed[0] - '0') : std::nullopt;
}

/// The number that `printed` begins with; a comma between thousands is left out, as a decimal mark it is a
/// point. None where a slash or sign follows that `first` does not allow.
std::optional<double> numberOf(std::string_view printed, bool first) {
  std::string digits;
  for (std::size_t i = 0; i < printed.size(); ++i) {
    const char c = printed[i];
    if (c == ',') {
      if (printed.size() - i != 4) digits += '.';
    } else if ((c >= '0' && c <= '9') || c == '.') {
      digits += c;
    } else if (c == '/' && first) {
      break;
    } else {
      return std::nullopt;
    }
  }
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// The unit printed behind a number: its end, and its UCUM code; the usual unit where none is printed.
struct Printed {
  std::string_view ucum;
  std::size_t end;
  bool is = false;  ///< printed, and not only meant
};
Printed unitAt(const Quantity& quantity, double value, const std::vector<Token>& tokens, std::size_t at,
               std::size_t end) {
  for (const Quantity::Unit& unit : quantity.units) {
    std::size_t token = at, word = 0;
    while (token < end && word < unit.words.size()) {
      if (tokens[token].kind == Kind::Slash) {  // "mg/L" is two words and a slash to the tokeniser
        ++token;
      } else if (tokens[token].word == unit.words[word]) {
        ++token;
        ++word;
      } else {
        break;
      }
    }
    if (word == unit.words.size()) return {unit.ucum, token, true};
  }
  const bool other = quantity.otherFrom && value >= *quantity.otherFrom;
  return {other ? quantity.otherUnit : quantity.unit, at};
}

/// How a sign before the number bounds it, by the bytes between the name and the number.
std::string_view comparatorIn(std::string_view between) {
  for (const std::string_view sign : {"<=", ">=", "<", ">"}) {
    if (between.find(sign) != std::string_view::npos) return sign;
  }
  return between.find("\xE2\x89\xA5") != std::string_view::npos ? ">=" : "";
}

/// "CSF: white cells 250": whether a word stands before the name behind which it is another quantity.
bool isOfOther(const Quantity& quantity, const std::vector<Token>& tokens, std::size_t begin,
               std::size_t at) {
  constexpr std::size_t kNear = 12;
  if (quantity.notBehind.empty()) return false;
  const std::size_t from = std::max(begin, at - std::min(at, kNear));
  for (; at > from && tokens[at - 1].kind != Kind::Semicolon; --at) {
    const WordId word = tokens[at - 1].word;
    const auto& words = quantity.notBehind;
    if (std::find(words.begin(), words.end(), word) != words.end()) return true;
  }
  return false;
}

/// Reads the values of one naming: one, or of grades as many as stand in a row, "power L 3/5, R 4/5".
class Values {
 public:
  Values(const TextContent& content, std::string_view text, const std::vector<Token>& tokens, const Hit& hit,
         std::size_t end, std::vector<Measured>& measured)
      : content_(content),
        tokens_(tokens),
        text_(text),
        naming_(*content.naming(hit.segment)),
        wanted_(content.quantities[naming_.quantity]),
        hit_(hit),
        end_(end),
        measured_(measured) {}

  void read() {
    constexpr std::size_t kBetween = 5;  // "was up to about", "on arrival was"
    for (std::size_t at = hit_.end; at < std::min(end_, hit_.end + kBetween); ++at) {
      const Kind kind = tokens_[at].kind;
      if (kind == Kind::Comma || kind == Kind::Semicolon) return;
      if (kind != Kind::Number) continue;
      std::size_t from = hit_.end;
      for (std::size_t next = at; next != 0 && take(from, next);) {
        from = next + 1;
        next = wanted_.outOf ? otherSide(from) : 0;
      }
      return;
    }
  }

 private:
  /// The number at `at`, where it is one of this quantity; `from` is where the words before it begin.
  bool take(std::size_t from, std::size_t at) {
    const std::string_view printed = wordsOf(text_, tokens_[at]);
    const auto value = wanted_.outOf ? gradeOf(printed, *wanted_.outOf) : numberOf(printed, wanted_.first);
    if (!value) return false;
    const Printed unit = unitAt(wanted_, *value, tokens_, at + 1, end_);
    if (naming_.needsUnit && !unit.is) return false;
    const std::size_t before = tokens_[from - 1].end;
    const bool first = from == hit_.end;
    measured_.push_back({naming_.quantity, first ? hit_.begin : from, unit.end, *value, naming_.words,
                         comparatorIn(text_.substr(before, tokens_[at].begin - before)), unit.ucum});
    return true;
  }

  /// The number of the other side, "… , R 4/5"; 0: none follows.
  [[nodiscard]] std::size_t otherSide(std::size_t at) const {
    bool side = false;
    for (; at < end_; ++at) {
      if (tokens_[at].kind == Kind::Number) return side ? at : 0;
      const bool names = tokens_[at].is(kSided);
      if (names ? side : tokens_[at].kind != Kind::Comma && !tokens_[at].is(kJoins)) return 0;
      side = side || names;
    }
    return 0;
  }

  const TextContent& content_;
  const std::vector<Token>& tokens_;
  std::string_view text_;
  const TextContent::Naming& naming_;
  const Quantity& wanted_;
  const Hit& hit_;
  std::size_t end_;
  std::vector<Measured>& measured_;
};

}  // namespace

void findMeasured(const TextContent& content, std::string_view text, const std::vector<Token>& tokens,
                  const Hit* hit, const Hit* hitsEnd, std::size_t begin, std::size_t end,
                  std::vector<Measured>& measured) {
  measured.clear();
  for (; hit != hitsEnd; ++hit) {
    if ((hit->roles & TextContent::kNamesQuantity) == 0) continue;
    const TextContent::Naming* const naming = content.naming(hit->segment);
    if (isOfOther(content.quantities[naming->quantity], tokens, begin, hit->begin)) continue;
    Values(content, text, tokens, *hit, end, measured).read();
  }
  std::stable_sort(measured.begin(), measured.end(),
                   [](const Measured& a, const Measured& b) { return a.begin < b.begin; });
}

std::optional<int> daysAt(const TextContent& content, std::string_view text, const std::vector<Token>& tokens,
                          std::size_t at) {
  const std::string_view printed = wordsOf(text, tokens[at]);
  int count = tokens[at].is(kCounts) ? content.numbers[tokens[at].word] : 0;
  std::string_view behind;
  if (tokens[at].kind == Kind::Number) {
    const auto [rest, error] = std::from_chars(printed.data(), printed.data() + printed.size(), count);
    if (error != std::errc()) return std::nullopt;
    behind = printed.substr(static_cast<std::size_t>(rest - printed.data()));
  }
  if (count <= 0 || count > 999) return std::nullopt;
  // The medical shorthand: so many of the seven days, 52 weeks, twelve months.
  constexpr int kWeek = 7, kMonth = 30;
  if (behind == "/7") return count;
  if (behind == "/52") return count * kWeek;
  if (behind == "/12") return count * kMonth;
  if (!behind.empty() || at + 1 >= tokens.size()) return std::nullopt;
  const WordId unit = tokens[at + 1].word;
  if (unit >= content.days.size() || content.days[unit] == 0) return std::nullopt;
  if (at + 2 < tokens.size() && tokens[at + 2].word < content.days.size() &&
      content.days[tokens[at + 2].word] < 0)
    return std::nullopt;  // "34 years old"
  return count * content.days[unit];
}

}  // namespace plumbline::rules::text
