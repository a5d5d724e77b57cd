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

}  // namespace

void findMeasured(const TextContent& content, std::string_view text, const std::vector<Token>& tokens,
                  const Hit* hit, const Hit* hitsEnd, std::size_t end, std::vector<Measured>& measured) {
  constexpr std::size_t kBetween = 5;  // "was up to about", "on arrival was"
  measured.clear();
  for (; hit != hitsEnd; ++hit) {
    const TextContent::Naming* const naming = content.naming(hit->segment);
    if (!naming) continue;
    const Quantity& wanted = content.quantities[naming->quantity];
    for (std::size_t at = hit->end; at < std::min(end, hit->end + kBetween); ++at) {
      const Kind kind = tokens[at].kind;
      if (kind == Kind::Comma || kind == Kind::Semicolon) break;
      if (kind != Kind::Number) continue;
      const std::string_view printed = wordsOf(text, tokens[at]);
      if (const auto value =
              wanted.outOf ? gradeOf(printed, *wanted.outOf) : numberOf(printed, wanted.first)) {
        const std::size_t from = tokens[hit->end - 1].end;
        const Printed unit = unitAt(wanted, *value, tokens, at + 1, end);
        if (naming->needsUnit && !unit.is) break;
        measured.push_back({naming->quantity, hit->begin, unit.end, *value, naming->words,
                            comparatorIn(text.substr(from, tokens[at].begin - from)), unit.ucum});
      }
      break;
    }
  }
}

std::optional<int> daysAt(const TextContent& content, std::string_view text, const std::vector<Token>& tokens,
                          std::size_t at) {
  const std::string_view printed = wordsOf(text, tokens[at]);
  int count = tokens[at].word < content.numbers.size() ? content.numbers[tokens[at].word] : 0;
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
