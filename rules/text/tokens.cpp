#include "rules/text/tokens.h"

#include <algorithm>
#include <array>
#include <string>

#include "rules/text/marks.h"

namespace plumbline::rules::text {
namespace {

using Kind = Token::Kind;

constexpr std::size_t kLongestWord = 48;  ///< longer ones are no words of any phrase
constexpr std::size_t kWrappedLine =
    50;  ///< bytes from which on a line was cut by its length, not by its end

constexpr bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool isLower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool isUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
/// Letters of other scripts than ASCII count as letters; the few marks among them are taken out first.
constexpr bool isLetter(char c) {
  return isLower(c) || isUpper(c) || static_cast<unsigned char>(c) >= 0x80U;
}
constexpr bool isBlank(char c) {
  return c == ' ' || c == '\r' || c == '\f' || c == '\v';
}

/// Whether what stands behind the letters of a word may belong to it, by its byte.
constexpr std::array<bool, 256> kJoinsWord = [] {
  std::array<bool, 256> all{};
  for (std::size_t byte = 0; byte < all.size(); ++byte) {
    const char c = static_cast<char>(byte);
    all[byte] = isLetter(c) || isDigit(c) || c == '\'' || c == '/' || c == '&';
  }
  return all;
}();

/// The letters that the 16 bytes at `bytes` begin with, in lower case. All are looked at together and without
/// a branch: how long a word is nobody could foresee.
struct Run {
  Letters letters;
  std::size_t size = 0;
};
Run lettersAt(const char* bytes) {
  using Sixteen [[gnu::vector_size(Letters::kMost)]] = std::uint8_t;
  Sixteen all;
  std::memcpy(&all, bytes, sizeof all);
  all |= 0x20;                         // lower case, where it is a letter
  const auto letter = all - 'a' < 26;  // all ones in each byte that is one
  std::array<char, 2 * Letters::kMost> both;
  std::memcpy(both.data(), &all, sizeof all);
  std::memcpy(both.data() + sizeof all, &letter, sizeof letter);
  // Of these bytes the ones below the lowest that is none.
  const auto firstOf = [](std::uint64_t each) { return each & ~(each + 1); };
  const std::uint64_t first = firstOf(Letters::eightAt(both.data() + 16));
  const std::uint64_t rest = firstOf(Letters::eightAt(both.data() + 24)) & (0 - (first >> 63U));
  // As many bytes as there are ones among the lowest bits, which add up at the top.
  constexpr std::uint64_t kEach = 0x0101010101010101ULL;
  const std::uint64_t size = ((first & kEach) + (rest & kEach)) * kEach >> 56U;
  return {{Letters::eightAt(both.data()) & first, Letters::eightAt(both.data() + 8) & rest},
          static_cast<std::size_t>(size)};
}

class Tokeniser {
 public:
  Tokeniser(std::string_view text, const Vocabulary& vocabulary, std::vector<Token>& tokens)
      : text_(text),
        vocabulary_(vocabulary),
        tokens_(tokens),
        next_(tokens.data()),
        last_(tokens.data() + tokens.size()),
        comma_(vocabulary.find(",")),
        stop_(vocabulary.find(".")),
        colon_(vocabulary.find(":")),
        query_(vocabulary.find("?")),
        bracket_(vocabulary.find("(")),
        number_(vocabulary.find("#n")),
        year_(vocabulary.find("#year")),
        date_(vocabulary.find("#date")),
        broken_(vocabulary.find("#")),
        or_(vocabulary.find("or")) {}

  void run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (isLower(c) || isUpper(c)) {
        if (!plainWord()) word();
      } else if (isBlank(c)) {
        ++at_;
      } else if (isDigit(c)) {
        number();
      } else if (isLetter(c)) {
        if (const Mark* mark = markAt(text_, at_)) {
          marked(*mark);
        } else {
          word();
        }
      } else {
        punctuation(c, at_ + 1);
      }
    }
    tokens_.resize(static_cast<std::size_t>(next_ - tokens_.data()));
  }

 private:
  [[nodiscard]] char charAt(std::size_t at) const { return at < text_.size() ? text_[at] : '\n'; }
  /// Whether a blank, a mark or the end of the text is at `at`.
  [[nodiscard]] bool endsAt(std::size_t at) const { return !isLetter(charAt(at)) && !isDigit(charAt(at)); }

  void put(Kind kind, std::size_t end, WordId word = kUnknownWord) { put(kind, end, vocabulary_.of(word)); }
  void put(Kind kind, std::size_t end, const Vocabulary::Known& known) {
    if (next_ == last_) grow();
    *next_++ = {static_cast<std::uint32_t>(at_),
                static_cast<std::uint32_t>(end),
                known.word,
                known.base,
                known.traits,
                kind};
    at_ = end;
  }
  /// Makes room for what is likely to come, and a little.
  void grow() {
    constexpr std::size_t kBytesPerToken = 5, kLeast = 64;
    const std::size_t size = tokens_.size();
    tokens_.resize(size + (text_.size() - at_) / kBytesPerToken + kLeast);
    next_ = tokens_.data() + size;
    last_ = tokens_.data() + tokens_.size();
  }
  /// The last token; null where there is none yet.
  [[nodiscard]] const Token* before() const { return next_ == tokens_.data() ? nullptr : next_ - 1; }

  void marked(const Mark& mark) {
    const std::size_t end = at_ + mark.bytes.size();
    if (mark.as == '\1') {
      put(Kind::Ticked, end);
    } else if (mark.as == '\2') {
      put(Kind::Unticked, end);
    } else if (isBlank(mark.as) || mark.as == '\'' || mark.as == '"' || mark.as == kInvisible) {
      at_ = end;
    } else {
      punctuation(mark.as, end);
    }
  }

  /// Appends the character to the word, in lower case.
  void take(std::size_t& end) {
    const char c = text_[end++];
    if (size_ < kLongestWord) buffer_[size_] = isUpper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
    ++size_;
  }

  [[nodiscard]] WordId looked() const {
    return size_ > kLongestWord ? kUnknownWord : vocabulary_.find({buffer_.data(), size_});
  }

  /// The bytes of an apostrophe at `at`: 1, 3 for a typographic one, or 0.
  [[nodiscard]] std::size_t apostrophe(std::size_t at) const {
    if (charAt(at) == '\'') return 1;
    const Mark* mark = at < text_.size() ? markAt(text_, at) : nullptr;
    return mark && mark->as == '\'' ? mark->bytes.size() : 0;
  }

  /// Whether "/xy" at `at` goes on with one or two letters and no more.
  [[nodiscard]] bool shortAfterSlash(std::size_t at) const {
    if (!isLetter(charAt(at + 1))) return false;
    return endsAt(at + 2) || (isLetter(charAt(at + 2)) && endsAt(at + 3));
  }

  /// As word() for what most words are: a few letters with nothing behind them that could belong to them.
  /// Goes over the blank behind it. False, and nothing done, where that is not so.
  bool plainWord() {
    if (text_.size() - at_ <= Letters::kMost) return false;
    const Run run = lettersAt(text_.data() + at_);
    const char behind = text_.data()[at_ + run.size];
    if (kJoinsWord[static_cast<unsigned char>(behind)]) return false;
    put(Kind::Word, at_ + run.size, vocabulary_.known(run.letters));
    at_ += behind == ' ' ? 1U : 0U;
    return true;
  }

  void word() {
    std::size_t end = at_;
    size_ = 0;
    while (end < text_.size()) {
      const char c = text_[end];
      const Mark* const other = static_cast<unsigned char>(c) < 0x80U ? nullptr : markAt(text_, end);
      if (other && other->as == kInvisible) {
        end += other->bytes.size();
        continue;
      }
      const bool inside = !other;
      if (inside && (isLetter(c) || isDigit(c))) {
        take(end);
        continue;
      }
      if ((c == '/' && size_ <= 2 && shortAfterSlash(end)) ||
          (c == '&' && size_ == 1 && isLetter(charAt(end + 1)) && endsAt(end + 2))) {
        take(end);
        continue;
      }
      const std::size_t mark = apostrophe(end);
      if (mark == 0 || !isLetter(charAt(end + mark))) break;
      const bool possessive =
          (charAt(end + mark) == 's' || charAt(end + mark) == 'S') && endsAt(end + mark + 1);
      if (possessive) {
        put(Kind::Word, end, looked());
        at_ = end + mark + 1;
        return;
      }
      if (size_ < kLongestWord) buffer_[size_] = '\'';
      ++size_;
      end += mark;
    }
    put(Kind::Word, end, looked());
  }

  /// "38.5", "1,200", "5/5", "4+/5", "2/52", "120/80".
  void number() {
    std::size_t end = at_;
    size_ = 0;
    while (end < text_.size()) {
      const char c = text_[end];
      const bool joined = (c == '.' || c == ',' || c == '/') && isDigit(charAt(end + 1));
      const bool half = (c == '+' || c == '-') && charAt(end + 1) == '/' && isDigit(charAt(end + 2));
      if (!isDigit(c) && !joined && !half) break;
      take(end);
    }
    const WordId known = looked();
    put(Kind::Number, end, known == kUnknownWord ? unnamedNumber() : known);
  }

  /// The number at hand as a date, a year or as any number.
  [[nodiscard]] WordId unnamedNumber() const {
    const auto marks = std::count_if(buffer_.begin(), buffer_.begin() + std::min(size_, kLongestWord),
                                     [](char c) { return c == '/' || c == '.'; });
    if (marks == 2) return date_;
    const bool year =
        size_ == 4 && ((buffer_[0] == '1' && buffer_[1] == '9') || (buffer_[0] == '2' && buffer_[1] == '0'));
    const bool digits = isDigit(buffer_[2]) && isDigit(buffer_[3]);
    return year && digits ? year_ : number_;
  }

  void punctuation(char c, std::size_t end) {
    switch (c) {
      case '\n': return line(end);
      case '.': return stop(end);
      case '!': return put(Kind::Stop, end);
      case ',': return put(Kind::Comma, end, comma_);
      case ':': return put(Kind::Colon, end, colon_);
      case ';': return put(Kind::Semicolon, end);
      case '\t':
      case '|': return put(Kind::Tab, end, colon_);
      case '?': return question(end);
      case '/': return put(Kind::Slash, end, or_);
      case '(':
      case '[': return open(end);
      case ')':
      case ']': return put(Kind::Close, end);
      case '-':
      case '+': return sign(end);
      case '#': return hash(end);
      case '*': return put(Kind::Dash, end);
      case '\'':
      case '"':
      case '`': at_ = end; return;
      case '=': return put(Kind::Other, end, colon_);
      default: put(Kind::Other, end);
    }
  }

  /// A box, ticked or not, or a bracket.
  void open(std::size_t end) {
    std::size_t at = end;
    while (charAt(at) == ' ') ++at;
    const char inside = charAt(at);
    const bool cross = (inside == 'x' || inside == 'X') && end == at;
    const std::size_t closing = cross ? at + 1 : at;
    if (charAt(closing) == ']' || (charAt(closing) == ')' && cross)) {
      put(cross ? Kind::Ticked : Kind::Unticked, closing + 1);
    } else {
      put(Kind::Open, end, bracket_);
    }
  }

  /// "-ve" and "+ve" are words; a hyphen inside a word is a blank; else it is a dash.
  void sign(std::size_t end) {
    const bool before = at_ > 0 && !endsAt(at_ - 1);
    if (!before && (charAt(end) == 'v' || charAt(end) == 'V') &&
        (charAt(end + 1) == 'e' || charAt(end + 1) == 'E') && endsAt(end + 2)) {
      size_ = 0;
      std::size_t letters = at_;
      while (letters < end + 2) take(letters);
      return put(Kind::Word, end + 2, looked());
    }
    if (before && !endsAt(end)) {
      at_ = end;
    } else {
      put(text_[at_] == '+' ? Kind::Other : Kind::Dash, end, text_[at_] == '+' ? kUnknownWord : colon_);
    }
  }

  /// Before a bone it is the doctor's "fracture": "# L1", "#wrist"; with a blank behind it at the start of a
  /// line, a heading, unless a level of the spine follows.
  void hash(std::size_t end) {
    const bool blank = charAt(end) == ' ';
    const std::size_t bone = blank ? end + 1 : end;
    const bool level = isLetter(charAt(bone)) && isDigit(charAt(bone + 1));
    const Token* const last = before();
    const bool first = !last || last->kind == Kind::Break || last->kind == Kind::Line;
    const bool fracture = level || (isLetter(charAt(bone)) && !(blank && first));
    put(fracture ? Kind::Word : Kind::Other, end, fracture ? broken_ : kUnknownWord);
  }

  /// Right before a word it is the doctor's "possibly", else the end of a question.
  void question(std::size_t end) {
    const bool alone = at_ == 0 || (!isLetter(text_[at_ - 1]) && text_[at_ - 1] != ')');
    if (alone && (isLetter(charAt(end)) || (charAt(end) == ' ' && isLetter(charAt(end + 1)) && at_ > 0))) {
      put(Kind::Word, end, query_);
    } else {
      put(Kind::Question, end, query_);
    }
  }

  void stop(std::size_t end) {
    const char next = charAt(end);
    if (isLower(next)) {  // "e.g.", "q.d.s."
      at_ = end;
      return;
    }
    const Token* const last = before();
    if (last && last->end == at_ && last->is(kAbbreviation)) {
      at_ = end;
      return;
    }
    put(Kind::Stop, end, stop_);
  }

  void line(std::size_t end) {
    const std::size_t length = at_ - lineStart_;
    lineStart_ = end;
    std::size_t next = end;
    while (next < text_.size() && (isBlank(text_[next]) || text_[next] == '\t')) ++next;
    const Token last = before() ? *before() : Token{};
    const bool wrapped = length >= kWrappedLine || last.kind == Kind::Comma;
    const bool cut = last.kind == Kind::Word && last.is(kLeadsOn) && isLetter(charAt(next));
    const bool goesOn = cut || (wrapped && isLower(charAt(next)));
    put(goesOn ? Kind::Line : Kind::Break, end, goesOn ? colon_ : kUnknownWord);
  }

  std::string_view text_;
  const Vocabulary& vocabulary_;
  std::vector<Token>& tokens_;  ///< its size is what there is room for
  Token* next_;                 ///< of these the first that is not in use
  Token* last_;
  WordId comma_, stop_, colon_, query_, bracket_, number_, year_, date_, broken_, or_;
  std::size_t at_ = 0;
  std::size_t lineStart_ = 0;
  std::array<char, kLongestWord> buffer_{};
  std::size_t size_ = 0;  ///< of the word, also where it does not fit
};

}  // namespace

void tokenise(std::string_view text, const Vocabulary& vocabulary, std::vector<Token>& tokens) {
  Tokeniser(text, vocabulary, tokens).run();
}

}  // namespace plumbline::rules::text
