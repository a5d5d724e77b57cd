#include "rules/text/context.h"

#include <algorithm>

namespace plumbline::rules::text {
namespace {

using Kind = Token::Kind;

/// The first tokens of a sentence.
constexpr std::size_t kOpening = 2;

constexpr std::size_t indexOf(Cue cue) {
  return static_cast<std::size_t>(cue);
}

}  // namespace

const std::vector<std::optional<Context>>& ContextReader::read(const Sentence& sentence,
                                                               const std::vector<Span>& spans) {
  const auto [begin, end, colon] = sentence;
  contexts_.clear();
  // Behind the last span and what looks back at it only a heading matters, which ends in a colon.
  std::size_t stop = colon;
  for (const Span& span : spans) stop = std::max(stop, std::min(end, span.end + content_.looksBack));
  if (stop == begin) {
    const bool emptyLine = end == begin && begin > 0 && begin < tokens_.size() &&
                           tokens_[begin].kind == Kind::Break && tokens_[begin - 1].kind == Kind::Break;
    if (emptyLine || (end > begin && !isOfList(begin))) carried_.reset();
    // "PMH: asthma", an empty line: what follows is another matter.
    if (emptyLine && onOneLine_) section_.historical = section_.other = false;
    return contexts_;
  }
  start(begin, end, spans);
  findPlaces(stop);
  const std::size_t* place = places_.data();
  for (std::size_t at = begin; at < stop;) {
    while (*place < at) ++place;
    while (nextSpan_ < spans.size() && spans[nextSpan_].last < *place)
      hear(std::max<std::size_t>(at, spans[nextSpan_].last), spans);
    at = *place;
    if (at == stop) break;
    hear(at, spans);
    if (inside_[at - begin] == 0) {
      at = step(at, spans);
    } else {
      if (at == item_ && startsWithNo(at)) ++nos_;  // "NO RED FLAGS, no fever, numb"
      if (isShared(at, spans)) {
        findCues(at);
        runsInto(found_, at);
      }
      ++at;
    }
  }
  for (std::size_t i = 0; i < spans.size(); ++i) contexts_.push_back(contextOf(heard_[i], spans[i]));
  carry();
  return contexts_;
}

void ContextReader::start(std::size_t begin, std::size_t end, const std::vector<Span>& spans) {
  begin_ = clause_ = item_ = begin;
  nos_ = 0;
  loose_ = false;
  end_ = end;
  active_.cues.reset();
  fromList_ = isOfList(begin);
  if (fromList_) {
    active_ = *carried_;
    for (Reach& reach : active_.reach) reach.from = begin;
  }
  now_.reset();
  foundAt_ = kNowhere;
  brackets_.clear();
  nextSpan_ = 0;
  heard_.assign(spans.size(), {});
  inside_.assign(end - begin, 0);
  std::size_t marked = begin;
  for (const Span& span : spans) {
    if (span.open) continue;
    for (std::size_t at = span.begin; at < span.head; ++at) inside_[at - begin] = 1;
    for (std::size_t at = std::max(span.last, marked); at < span.end; ++at) inside_[at - begin] = 1;
    marked = std::max(marked, span.end);
  }
}

/// What reaches this place reaches every phrase that begins here. A phrase that is worded as a negation of
/// its own ("no fever, cannot pass urine") is no further item of the list before it.
void ContextReader::hear(std::size_t at, const std::vector<Span>& spans) {
  if (nextSpan_ >= spans.size() || spans[nextSpan_].last > at) return;
  findCues(at);
  bool ownNegation = false;
  for (const Found& found : found_) {
    if (content_.isSection(found.meaning)) continue;
    const Cue cue = content_.rules[found.meaning].cue;
    ownNegation = ownNegation || cue == Cue::Negation || cue == Cue::Pseudo;
  }
  for (; nextSpan_ < spans.size() && spans[nextSpan_].last <= at; ++nextSpan_) {
    Heard& own = heard_[nextSpan_];
    const Span& span = spans[nextSpan_];
    own.section = section_;
    own.item = item_;
    own.cut = clause_ > span.begin && span.begin < span.last;
    if (active_.cues.none()) continue;
    for (std::size_t cue = 0; cue < kCues; ++cue) {
      if (!active_.cues.test(cue)) continue;
      const Reach& reach = active_.reach[cue];
      if (reach.most && at >= reach.from + static_cast<std::size_t>(*reach.most)) continue;
      if (cue == indexOf(Cue::Negation) && ownNegation && item_ > reach.from) continue;
      own.cues.set(cue);
      own.from[cue] = reach.from;
      own.told = own.told || reach.told;
      if (cue == indexOf(Cue::Negation)) {
        own.determiner = reach.determiner;
        own.loose = loose_ && reach.determiner;
      }
      if (cue != indexOf(Cue::History)) continue;
      own.over = own.over && reach.over;
      own.course = own.course && reach.course;
    }
  }
}

/// Reads the longest cue or heading at `at` that holds no part of a phrase; gives the token to go on with.
std::size_t ContextReader::step(std::size_t at, const std::vector<Span>& spans) {
  findCues(at);
  std::size_t longest = found_.size();
  if (nextSpan_ < spans.size()) {
    while (longest > 0 && found_[longest - 1].end > spans[nextSpan_].last) --longest;
  }
  if (longest == 0) {
    if (!found_.empty()) runsInto(found_, at);
    mark(at);
    return at + 1;
  }
  const Same same = sameAs(longest - 1);
  const std::size_t end = same.front().end;
  if (heading(same)) return end + 1;
  const bool words = std::any_of(same.begin(), same.end(),
                                 [&](const Found& each) { return !content_.isSection(each.meaning); });
  if (!words) {
    mark(at);
    return at + 1;
  }
  if (tokens_[at].kind == Kind::Comma || tokens_[at].kind == Kind::Open) mark(at);
  // "Not | HAD FEVERS": the longer denial runs into the phrase, and reaches as far as if it did not.
  const Same full = sameAs(found_.size() - 1);
  const bool runsOn = full.front().end != end && denies(full) && denies(same);
  apply(runsOn ? full : same, end, at, spans);
  return end;
}

/// "OLD FRACTURE of L1": whether the word of a phrase at `at` stands before another that begins within it.
bool ContextReader::isShared(std::size_t at, const std::vector<Span>& spans) const {
  if (nextSpan_ == 0 || nextSpan_ >= spans.size()) return false;
  const Span& before = spans[nextSpan_ - 1];
  const Span& next = spans[nextSpan_];
  return before.begin <= at && at < next.begin && next.begin < before.end;
}

/// "Family HISTORY OF CANCER": a past or a relative whose words run into the phrase.
void ContextReader::runsInto(Same found, std::size_t at) {
  for (const Found& each : found) {
    if (each.end != found.front().end) return;
    if (content_.isSection(each.meaning)) continue;
    const CueRule& rule = content_.rules[each.meaning];
    if ((rule.cue == Cue::History || rule.cue == Cue::Family) && rule.forward)
      reachForward(rule.cue, {at, rule.maxTokens, rule.phrase, rule.told, false, rule.over, rule.course});
  }
}

void ContextReader::reachForward(Cue cue, const Reach& reach) {
  active_.cues.set(indexOf(cue));
  active_.reach[indexOf(cue)] = reach;
}

bool ContextReader::heading(Same same) {
  const std::size_t end = same.front().end;
  if (end >= end_ || tokens_[end].kind != Kind::Colon) return false;
  const auto section = std::find_if(same.begin(), same.end(),
                                    [&](const Found& each) { return content_.isSection(each.meaning); });
  if (section == same.end()) return false;
  onOneLine_ = end + 1 < end_;
  section_ = content_.sections[section->meaning - content_.rules.size()];
  carried_.reset();
  fromList_ = false;
  active_.cues.reset();
  clause_ = item_ = end + 1;
  nos_ = 0;
  return true;
}

/// The same words may be several cues: all of them hold; they end at `next`. Words that are no cue although
/// they look like one hide what is inside them, unless they are another cue themselves.
void ContextReader::apply(Same same, std::size_t next, std::size_t at, const std::vector<Span>& spans) {
  for (const Cue first : {Cue::TakesBack, Cue::Ends}) {
    for (const Found& each : same) {
      if (content_.isSection(each.meaning) || content_.rules[each.meaning].cue != first) continue;
      if (first == Cue::Ends) {
        end(content_.rules[each.meaning], next);
      } else {
        takeBack(content_.rules[each.meaning], at, spans);
      }
    }
  }
  for (const Found& each : same) {
    if (content_.isSection(each.meaning)) continue;
    const CueRule& rule = content_.rules[each.meaning];
    if (rule.cue == Cue::Ends || rule.cue == Cue::Pseudo || rule.cue == Cue::TakesBack) continue;
    if (looksBack(rule, next, at)) {
      reachBack(rule, at, spans);
    } else {
      if (rule.determiner && at == item_) ++nos_;
      loose_ = loose_ && rule.cue != Cue::Negation;
      reachForward(rule.cue,
                   {next, rule.maxTokens, rule.phrase, rule.told, rule.determiner, rule.over, rule.course});
    }
  }
}

/// Whether nothing stands at `at` that a cue before it could speak of; `joins`: "and" is nothing either.
bool ContextReader::ends(std::size_t at, bool joins) const {
  if (at >= end_) return true;
  if (tokens_[at].isWord()) return joins && tokens_[at].is(kJoins);
  const Kind kind = tokens_[at].kind;
  const bool leadsOn = kind == Kind::Colon || kind == Kind::Dash || kind == Kind::Tab;
  return joins || (!leadsOn && kind != Kind::Open && kind != Kind::Line && kind != Kind::Other) ||
         (leadsOn && at + 1 == end_);
}

bool ContextReader::looksBack(const CueRule& rule, std::size_t end, std::size_t at) const {
  if (rule.forward && rule.backward) {
    const bool after = end < end_ && tokens_[end].is(kAfter);
    const bool behindBe = at > begin_ && tokens_[at - 1].is(kBe);
    return at > clause_ && (ends(end, true) || after || behindBe);
  }
  if (tokens_[at].kind == Kind::Question) return true;  // "Cauda equina?"
  if (!rule.forward || rule.cue != Cue::Negation) return !rule.forward;
  const bool listFollows = end + 1 == end_ && tokens_[end].kind == Kind::Colon;
  if (listFollows) return false;
  // "Fever: no." A negation with nothing behind it speaks of what stands before it.
  return ends(end, false) && !tokens_[end - 1].is(kGoverns);
}

void ContextReader::reachBack(const CueRule& rule, std::size_t at, const std::vector<Span>& spans) {
  // "Numb since Monday, fever, sweats: denies both": what is there is no item of the list.
  const bool all = rule.list || namesAList(rule, at);
  const bool list = all && !(rule.cue == Cue::Negation && saysSinceWhen(at));
  const std::size_t reach = list ? kListBack : rule.list ? kLooksBack : rule.reachesBack();
  const bool ofItem =
      !list && (rule.cue == Cue::Negation || rule.cue == Cue::NotPerformed || rule.cue == Cue::Uncertainty);
  const bool opened = !brackets_.empty() && at > begin_ && tokens_[at - 1].kind == Kind::Open;
  const std::size_t bound = opened                 ? brackets_.back().clause  // "numbness (no)"
                            : ofItem && at > item_ ? std::max(clause_, item_)
                                                   : clause_;
  const std::size_t from = std::max(bound, at > reach ? at - reach : 0);
  const std::size_t cue = indexOf(rule.cue);
  if (rule.cue == Cue::OtherDay && !namesADayOf(at, spans)) return;
  for (std::size_t each = nextSpan_; each-- > 0 && spans[each].end + kLooksBack > from;) {
    if (spans[each].end > at || spans[each].end <= from) continue;
    if (rule.cue == Cue::History) {
      heard_[each].over = heard_[each].over && rule.over;
      heard_[each].course = heard_[each].course && rule.course;
    }
    if (rule.cue == Cue::Negation) heard_[each].loose = false;
    if (heard_[each].cues.test(cue)) continue;
    heard_[each].cues.set(cue);
    heard_[each].from[cue] = at;
    heard_[each].told = heard_[each].told || rule.told;
  }
}

/// "No fever or rash on Monday", but not "no fever since Monday" and not "no fever, went to work on Monday",
/// which tells something else of that day.
bool ContextReader::namesADayOf(std::size_t at, const std::vector<Span>& spans) const {
  const bool inItem = nextSpan_ > 0 && spans[nextSpan_ - 1].end > item_;
  return (inItem || at == item_) && !saysSinceWhen(at);
}

/// "Fever, rash: denies": whether the patient's denial behind a colon is one of bare items, none of which
/// anything is told of.
bool ContextReader::namesAList(const CueRule& rule, std::size_t at) const {
  if (rule.cue != Cue::Negation || !rule.told || at == clause_ || tokens_[at - 1].kind != Kind::Colon)
    return false;
  constexpr std::size_t kLongestItem = 3;  // words
  std::size_t words = 0;
  for (std::size_t each = clause_; each + 1 < at; ++each) {
    const Token& token = tokens_[each];
    words = token.kind == Kind::Comma || token.is(kJoins) ? 0 : words + 1;
    const bool other = token.kind != Kind::Word && token.kind != Kind::Comma && token.kind != Kind::Slash;
    if (words > kLongestItem || other || token.is(kBe | kNow | kTells | kDescribes)) return false;
  }
  return true;
}

bool ContextReader::saysSinceWhen(std::size_t at) const {
  return anyIs(kNow, std::max(clause_, at - std::min(at, kListBack)), at);
}

bool ContextReader::anyIs(Traits any, std::size_t from, std::size_t to) const {
  return std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(from),
                     tokens_.begin() + static_cast<std::ptrdiff_t>(to),
                     [any](const Token& token) { return token.is(any); });
}

/// "Denies fever, rash present", "h/o fever for 2 days": what a word behind says of its own item decides. A
/// "no" goes with "present" ("no fever, rash present"), and so does a list that is joined.
void ContextReader::takeBack(const CueRule& rule, std::size_t at, const std::vector<Span>& spans) {
  const std::size_t own = std::max(clause_, item_);
  if (!rule.list && anyIs(kJoins | kOr, std::max(own, at - std::min(at, kListBack)), at)) return;
  const std::size_t from = std::max(rule.list ? begin_ : own, at - std::min(at, rule.reachesBack()));
  for (std::size_t each = nextSpan_; each-- > 0 && spans[each].end + kLooksBack > from;) {
    if (spans[each].end > at || spans[each].end <= from) continue;
    Heard& heard = heard_[each];
    const bool before = heard.from[indexOf(Cue::Negation)] < item_ && !heard.determiner;
    if (rule.stops.test(indexOf(Cue::Negation)) && (rule.list || before))
      heard.cues.reset(indexOf(Cue::Negation));
    if (rule.stops.test(indexOf(Cue::History)) && heard.course) heard.cues.reset(indexOf(Cue::History));
  }
}

/// What follows is said anew; only advice for the case of an event reaches over the end of a clause.
void ContextReader::end(const CueRule& rule, std::size_t next) {
  for (std::size_t cue = 0; cue < kCues; ++cue) {
    const bool stops = rule.stops.any() ? rule.stops.test(cue) : cue != indexOf(Cue::Hypothetical);
    if (stops) active_.cues.reset(cue);
  }
  // "Now", "today" at the start of a sentence: no longer what the heading was about.
  if (rule.stops.test(indexOf(Cue::History)) && next <= begin_ + kOpening) section_.historical = false;
  if (rule.forward || rule.stops.any()) return;
  clause_ = item_ = next;
  nos_ = 0;
}

/// Whether the sentence says since when, so that it is of today under any heading.
bool ContextReader::saysNow() {
  if (!now_) now_ = anyIs(kNow, begin_, end_);
  return *now_;
}

std::optional<Context> ContextReader::contextOf(const Heard& heard, const Span& span) {
  if (heard.cut) return std::nullopt;
  const auto has = [&](Cue cue) { return heard.cues.test(indexOf(cue)); };
  const auto from = [&](Cue cue) { return has(cue) ? heard.from[indexOf(cue)] : 0; };
  Context context;
  const bool doubt = has(Cue::Uncertainty) || has(Cue::Unlikely);
  // "Cannot rule out", "no, but possibly": the nearer word decides.
  const bool doubtNearer =
      doubt && std::max(from(Cue::Uncertainty), from(Cue::Unlikely)) >= from(Cue::Negation);
  if (has(Cue::Negation) && !doubtNearer) {
    const std::size_t cue =
        from(Cue::Negation);  // behind a cue that looks forward, before one that looks back
    context.state = State::Negated;
    context.adjacent = cue == span.begin || cue + 1 == span.begin || cue == span.end;
    context.sameItem = cue >= heard.item;
    context.vague = heard.loose;
  } else if (has(Cue::NotPerformed)) {
    context.state = State::NotPerformed;
  } else if (doubt) {
    context.state = State::Uncertain;
  }
  context.otherDay = has(Cue::OtherDay);
  context.unlikely = context.state == State::Uncertain && has(Cue::Unlikely);
  // "Left foot weak since polio, unchanged": what is called unchanged behind its name is there now.
  const bool still = has(Cue::Baseline) && from(Cue::Baseline) >= span.end;
  const bool past = has(Cue::History) || (heard.section.historical && !has(Cue::Change) && !saysNow());
  context.time = has(Cue::Hypothetical) || heard.section.hypothetical ? Time::Hypothetical
                 : past && !still                                     ? Time::Historical
                                                                      : Time::Current;
  context.over =
      context.time == Time::Historical && has(Cue::History) && heard.over && !heard.section.historical;
  context.who = has(Cue::Family) || (heard.section.other && !saysNow()) ? Who::Other : Who::Patient;
  context.longstanding = has(Cue::Baseline) && !has(Cue::Change);
  context.changed = has(Cue::Change);
  context.told = heard.told || heard.section.told;
  return context;
}

}  // namespace plumbline::rules::text
