#include "rules/text/form.h"

#include <algorithm>

namespace plumbline::rules::text {
namespace {

using Kind = Token::Kind;

bool isBox(const Token& token) {
  return token.kind == Kind::Ticked || token.kind == Kind::Unticked;
}

struct Found {
  FormAnswer answer = FormAnswer::Yes;
  std::size_t end = 0;
};

/// The longest answer whose words begin at `at`.
std::optional<Found> answerAt(const TextContent& content, const std::vector<Token>& tokens, std::size_t at) {
  std::optional<Found> found;
  if (at >= tokens.size() || !tokens[at].is(kBeginsAnswer)) return found;
  content.answers.find(tokens, at, tokens.size(), [&](std::uint32_t meaning, std::size_t end) {
    if (!found || end > found->end) found = Found{static_cast<FormAnswer>(meaning), end};
  });
  return found;
}

struct Label {
  std::size_t end = 0;
  bool ofOutcome = false;  ///< it asks whether what it names got better
};

/// How far the label goes on behind the words of its item, to the colon or question mark before its answer:
/// "Foot drop (weak ankle lifting): no", "Numbness, now or in the past: no", "Numbness resolved: no". To
/// where they end, when anything else stands between.
Label labelOf(const TextContent& content, const std::vector<Token>& tokens, std::size_t begin,
              std::size_t end) {
  constexpr std::size_t kLongest = 16;
  const std::size_t limit = std::min(tokens.size(), end + kLongest);
  const auto behindBracket = [&](std::size_t at) {
    const auto goesOn = [](Kind kind) {
      return kind != Kind::Close && kind != Kind::Break && kind != Kind::Stop;
    };
    while (at < limit && goesOn(tokens[at].kind)) ++at;
    return at < limit && tokens[at].kind == Kind::Close ? std::optional(at + 1) : std::nullopt;
  };
  bool within = false;  // a bracket: "Numbness (around the anus or groin)", read up to "anus"
  for (std::size_t at = begin; at < end; ++at)
    within = tokens[at].kind == Kind::Open || (within && tokens[at].kind != Kind::Close);
  Label label{end};
  for (std::size_t at = end; at < limit;) {
    const Kind kind = tokens[at].kind;
    if (kind == Kind::Colon || kind == Kind::Question) {
      label.end = at;
      return label;
    }
    std::size_t next = at;
    if (kind == Kind::Open || (within && at == end)) {
      next = behindBracket(at).value_or(at);
    } else if (kind == Kind::Close && at == end) {
      next = at + 1;
    } else {
      const std::size_t words = kind == Kind::Comma ? at + 1 : at;
      if (words < limit) {
        content.labels.find(tokens, words, limit, [&](std::uint32_t meaning, std::size_t behind) {
          label.ofOutcome = label.ofOutcome || static_cast<LabelWord>(meaning) == LabelWord::Outcome;
          next = std::max(next, behind);
        });
      }
      if (next == at && label.ofOutcome && tokens[at].isWord()) next = at + 1;  // "relieved by rest: no"
    }
    if (next == at) break;
    at = next;
  }
  return {end};
}

FormSays says(FormAnswer answer) {
  return answer == FormAnswer::Yes  ? FormSays::Yes
         : answer == FormAnswer::No ? FormSays::No
                                    : FormSays::NotPerformed;
}

/// "[ ] yes [x] no" or "yes [ ] no [x]": the one answer that is ticked.
std::optional<FormSays> boxes(const TextContent& content, const std::vector<Token>& tokens, std::size_t at) {
  constexpr int kMostAnswers = 4;
  const bool boxFirst = isBox(tokens[at]);
  std::optional<FormSays> ticked;
  int answers = 0, ticks = 0;
  for (; answers < kMostAnswers && at < tokens.size(); ++answers) {
    std::size_t box = at;
    std::optional<Found> answer;
    if (boxFirst) {
      if (!isBox(tokens[at])) break;
      answer = answerAt(content, tokens, at + 1);
      if (!answer) break;
      at = answer->end;
    } else {
      answer = answerAt(content, tokens, at);
      if (!answer || answer->end >= tokens.size() || !isBox(tokens[answer->end])) break;
      box = answer->end;
      at = box + 1;
    }
    if (tokens[box].kind == Kind::Ticked) {
      ticked = says(answer->answer);
      ++ticks;
    }
    if (at < tokens.size() && (tokens[at].kind == Kind::Slash || tokens[at].kind == Kind::Comma)) ++at;
  }
  if (answers == 0) return std::nullopt;
  return ticks == 1 ? *ticked : FormSays::Open;
}

/// Whether the boxes of the line stand before what they are about: then one is the first thing on it.
bool boxesFirst(const std::vector<Token>& tokens, std::size_t at) {
  constexpr std::size_t kLongestLine = 100;
  for (std::size_t back = 0; back < kLongestLine && at > 0; ++back, --at) {
    if (tokens[at - 1].kind == Kind::Break || tokens[at - 1].kind == Kind::Line) break;
  }
  return isBox(tokens[at]);
}

bool endsItem(const std::vector<Token>& tokens, std::size_t at) {
  return at >= tokens.size() || !tokens[at].isWord();
}

}  // namespace

std::optional<FormSays> formAnswer(const TextContent& content, const std::vector<Token>& tokens,
                                   std::size_t begin, std::size_t wordsEnd) {
  const auto [end, ofOutcome] = labelOf(content, tokens, begin, wordsEnd);
  std::size_t at = end;
  const auto joins = [&](const Token& token) {
    return token.kind == Kind::Colon || token.kind == Kind::Question || token.kind == Kind::Tab ||
           token.kind == Kind::Dash || token.kind == Kind::Open || token.kind == Kind::Other;
  };
  constexpr std::size_t kMostMarks = 4;
  const auto is = [&](std::size_t place, Kind kind) {
    return place < tokens.size() && tokens[place].kind == kind;
  };
  if (is(at, Kind::Open) && is(at + 2, Kind::Close)) {  // "(-)", "(+)"
    if (tokens[at + 1].kind == Kind::Dash) return FormSays::No;
    if (tokens[at + 1].kind == Kind::Other) return FormSays::Yes;
  }
  while (at < tokens.size() && at < end + kMostMarks && joins(tokens[at])) ++at;
  if (at < tokens.size()) {
    if (isBox(tokens[at]) || answerAt(content, tokens, at)) {
      if (const auto ticked = boxes(content, tokens, at)) return ticked;
    }
    const auto answer = at > end ? answerAt(content, tokens, at) : std::nullopt;
    if (answer && answer->end < tokens.size() && tokens[answer->end].kind == Kind::Slash &&
        answerAt(content, tokens, answer->end + 1))
      return FormSays::Open;  // "yes / no": nobody chose
    if (answer && endsItem(tokens, answer->end)) {
      if (!ofOutcome) return says(answer->answer);
      // A yes is what the words of the outcome say by themselves.
      if (answer->answer == FormAnswer::No) return FormSays::Still;
      return std::nullopt;
    }
    const bool leftOpen = tokens[at].word != kUnknownWord && content.unanswered == tokens[at].word;
    if (leftOpen) return FormSays::Open;
  }
  if (begin > 0 && isBox(tokens[begin - 1]) && boxesFirst(tokens, begin))
    return tokens[begin - 1].kind == Kind::Ticked ? FormSays::Yes : FormSays::Open;
  if (at < tokens.size() && at == end && isBox(tokens[at]))
    return tokens[at].kind == Kind::Ticked ? FormSays::Yes : FormSays::Open;
  return std::nullopt;
}

}  // namespace plumbline::rules::text
