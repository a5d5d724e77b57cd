#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/text/vocabulary.h"

namespace plumbline::rules::text {

/// A word, a number or a mark of a text.
struct Token {
  enum class Kind : std::uint8_t {
    Word,
    Number,
    Comma,
    Colon,
    Stop,  ///< a full stop, exclamation mark or bullet that ends a sentence
    Semicolon,
    Question,
    Dash,  ///< between blanks, or at the start of a line; a hyphen inside a word is a blank
    Open,  ///< a round or square bracket
    Close,
    Slash,
    Ticked,    ///< [x]
    Unticked,  ///< [ ]
    Tab,       ///< between the cells of a table
    Line,      ///< the end of a line that goes on in the next; sentences are not cut there
    Break,     ///< the end of a line that ends a sentence, or an empty line
    Other,
  };

  std::uint32_t begin = 0, end = 0;  ///< bytes of the text
  WordId word = kUnknownWord;  ///< of words, numbers, and the marks , . ? : that content names; dash, = and
                               ///< tab are read as :
  WordId base = kUnknownWord;  ///< of the singular, where it is a plural
  Traits traits = 0;           ///< of the word
  Kind kind = Kind::Other;

  [[nodiscard]] bool is(Traits any) const { return (traits & any) != 0; }
  [[nodiscard]] bool isWord() const { return kind == Kind::Word || kind == Kind::Number; }
};

/// Cuts `text` (UTF-8) into `tokens`, whatever they hold, so that a caller can use one vector for many texts.
/// Letter case, typographic quotes and hyphens are evened out; abbreviations of one or two letters around a
/// slash ("s/p", "w/o", "B/B") are one word, and so are "5/5", "4+/5", "38.5", "2/52" and "-ve". A possessive
/// 's is not part of the word. One pass, in the order of the text.
void tokenise(std::string_view text, const Vocabulary& vocabulary, std::vector<Token>& tokens);

}  // namespace plumbline::rules::text
