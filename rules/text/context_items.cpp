#include <algorithm>

#include "rules/text/context.h"

/// What the marks between words and the items of lists do to scopes.
namespace plumbline::rules::text {
namespace {

using Kind = Token::Kind;

constexpr std::size_t kDeepestBracket = 16;
/// How far a list is looked through for the "or" that says that it goes on.
constexpr std::size_t kLongestList = 40;
/// How many tokens of an item are looked through for a word of change.
constexpr std::size_t kLongestItem = 10;

constexpr std::size_t indexOf(Cue cue) {
  return static_cast<std::size_t>(cue);
}

}  // namespace

/// "Denies:" and "Return if:" at the end of a line speak of the list below: a denial of its bullets, advice
/// of every line of it.
void ContextReader::carry() {
  const bool opens = tokens_[end_ - 1].kind == Kind::Colon;
  const bool speaks =
      active_.cues.test(indexOf(Cue::Hypothetical)) || active_.cues.test(indexOf(Cue::Negation));
  if (opens && speaks) {
    carried_ = active_;
    for (std::size_t cue = 0; cue < kCues; ++cue) {
      if (cue != indexOf(Cue::Hypothetical) && cue != indexOf(Cue::Negation)) carried_->cues.reset(cue);
    }
  } else if (!fromList_) {
    carried_.reset();
  }
}

/// Whether the sentence that begins here belongs to the list under a line that ended in a colon.
bool ContextReader::isOfList(std::size_t begin) const {
  return carried_ && (tokens_[begin].kind == Kind::Dash || carried_->cues.test(indexOf(Cue::Hypothetical)));
}

/// What punctuation does to scopes.
void ContextReader::mark(std::size_t at) {
  switch (tokens_[at].kind) {
    case Kind::Semicolon: semicolon(at); break;
    case Kind::Open:
      if (brackets_.size() < kDeepestBracket) brackets_.push_back({clause_, item_, active_});
      clause_ = item_ = at + 1;
      break;
    case Kind::Close:
      if (brackets_.empty()) break;
      clause_ = brackets_.back().clause;
      item_ = brackets_.back().item;
      active_ = brackets_.back().active;
      brackets_.pop_back();
      break;
    case Kind::Comma: newItem(at); break;
    case Kind::Colon:
      for (std::size_t cue = 0; cue < kCues; ++cue) {
        const Reach& reach = active_.reach[cue];
        if (cue != indexOf(Cue::Hypothetical) && (reach.phrase || item_ > reach.from))
          active_.cues.reset(cue);
      }
      break;
    default: break;
  }
}

/// Advice goes on behind a semicolon ("return if numb; weak"), unless that is told as what was seen.
void ContextReader::semicolon(std::size_t at) {
  end({}, at + 1);
  for (std::size_t next = at + 1; next < std::min(end_, at + 1 + kLongestList); ++next) {
    if (tokens_[next].kind == Kind::Semicolon) return;
    if (tokens_[next].is(kNow | kTells)) active_.cues.reset(indexOf(Cue::Hypothetical));
  }
}

/// The next item of a list. "No fever, worsening weakness" denies the fever alone, unless an "or" goes on to
/// say that both are meant; "no fever, no sweats, weakness", where each item has a "no" of its own, does not
/// deny the last; nor does "no injury, severe pain", where the last of two is described.
void ContextReader::newItem(std::size_t comma) {
  constexpr std::size_t kNegation = indexOf(Cue::Negation);
  const std::size_t before = item_;
  item_ = comma + 1;
  loose_ = false;
  for (std::size_t cue = 0; cue < kCues; ++cue) {
    if (active_.reach[cue].phrase) active_.cues.reset(cue);
  }
  if (!active_.cues.test(kNegation) || item_ >= end_) return;
  const Reach& no = active_.reach[kNegation];
  const bool second = before <= no.from;
  const bool eachHasItsOwn = no.determiner && second && nos_ > 1;
  const bool lastOfTwo = no.determiner && second && isLastOfTwo();
  const bool described = lastOfTwo && tokens_[item_].is(kDescribes);
  if (eachHasItsOwn || described || isSaidAnew()) {
    if (!anyIs(kOr, item_, std::min(end_, item_ + kLongestList))) active_.cues.reset(kNegation);
    return;
  }
  loose_ = lastOfTwo;
}

/// Whether the item that begins is not under the negation before it: it says since when, or, behind a "no",
/// that it is new.
bool ContextReader::isSaidAnew() const {
  const bool determiner = active_.reach[indexOf(Cue::Negation)].determiner;
  bool anew = false;
  for (std::size_t at = item_; at < std::min(end_, item_ + kLongestItem); ++at) {
    if (tokens_[at].kind == Kind::Comma) break;
    anew = anew || tokens_[at].is(kNow);
    if (!determiner) continue;
    content_.index.find(tokens_, at, end_, [&](std::uint32_t meaning, std::size_t) {
      anew = anew || (!content_.isSection(meaning) && content_.rules[meaning].cue == Cue::Change);
    });
  }
  return anew;
}

/// "No injury, numb feet": the item that begins is the last, and nothing joins it to the one before. It may
/// be denied, or what is complained of.
bool ContextReader::isLastOfTwo() const {
  for (std::size_t at = item_; at < std::min(end_, item_ + kLongestList); ++at) {
    if (tokens_[at].kind == Kind::Semicolon) return true;
    if (tokens_[at].kind == Kind::Comma || tokens_[at].is(kJoins | kOr)) return false;
  }
  return true;
}

}  // namespace plumbline::rules::text
