#include <algorithm>

#include "rules/text/context.h"

/// Which cues are where in a sentence.
namespace plumbline::rules::text {
namespace {

using Kind = Token::Kind;

constexpr std::uint32_t bitOf(Kind kind) {
  return 1U << static_cast<unsigned>(kind);
}

}  // namespace

/// The tokens before `stop` at which a cue may begin, or that are marks or numbers; `stop` follows them. Most
/// words are none, and are written over by the next that is, without a branch that nobody could foresee.
void ContextReader::findPlaces(std::size_t stop) {
  constexpr std::uint32_t kActs = bitOf(Kind::Number) | bitOf(Kind::Comma) | bitOf(Kind::Colon) |
                                  bitOf(Kind::Semicolon) | bitOf(Kind::Open) | bitOf(Kind::Close);
  if (places_.size() <= stop - begin_) places_.resize(stop - begin_ + 1);
  const auto acts = [](const Token& token) { return (kActs & bitOf(token.kind)) != 0 ? 1U : 0U; };
  std::size_t* last = places_.data();
  for (std::size_t at = begin_; at < stop; ++at) {
    const Token& token = tokens_.data()[at];
    *last = at;
    last += acts(token) | (token.is(kBeginsCue) ? 1U : 0U) | (at == begin_ ? 1U : 0U);
  }
  std::size_t* kept = places_.data();
  for (const std::size_t* each = kept; each != last; ++each) {
    const std::size_t at = *each;
    *kept = at;
    kept +=
        acts(tokens_.data()[at]) | (content_.index.isWorth(tokens_, at) ? 1U : 0U) | (at == begin_ ? 1U : 0U);
  }
  *kept = stop;
}

bool ContextReader::startsWithNo(std::size_t at) {
  findCues(at);
  return std::any_of(found_.begin(), found_.end(), [&](const Found& each) {
    return !content_.isSection(each.meaning) && content_.rules[each.meaning].determiner;
  });
}

/// Those that end where `found_[last]` does, which is the last of them.
ContextReader::Same ContextReader::sameAs(std::size_t last) const {
  std::size_t first = last;
  while (first > 0 && found_[first - 1].end == found_[last].end) --first;
  return Same(found_).subspan(first, last + 1 - first);
}

bool ContextReader::denies(Same same) const {
  return std::any_of(same.begin(), same.end(), [&](const Found& each) {
    return !content_.isSection(each.meaning) && content_.rules[each.meaning].cue == Cue::Negation;
  });
}

void ContextReader::findCues(std::size_t at) {
  if (at == foundAt_) return;
  foundAt_ = at;
  found_.clear();
  const Token& token = tokens_.data()[at];
  if (at != begin_ && !token.is(kBeginsCue) && token.kind != Kind::Number) return;
  const auto take = [&](std::uint32_t meaning, std::size_t end) {
    found_.push_back({end, meaning});
    for (auto each = found_.end() - 1; each != found_.begin() && each[-1].end > end; --each)
      std::iter_swap(each, each - 1);
  };
  content_.index.find(tokens_, at, end_, take);
  if (at == begin_) content_.index.findAfter(content_.start, tokens_, at, end_, take);
}

}  // namespace plumbline::rules::text
