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

const std::vector<std::optional<Context>>& ContextReader::read(std::size_t begin, std::size_t end,
                                                               const std::vector<Span>& spans) {
  contexts_.clear();
  // Behind the last span and what looks back at it only a heading matters, which ends in a colon.
  std::size_t stop = lastColon(begin, end);
  for (const Span& span : spans) stop = std::max(stop, std::min(end, span.end + content_.looksBack));
  if (stop == begin) {
    const bool emptyLine = end == begin && begin > 0 && begin < tokens_.size() &&
                           tokens_[begin].kind == Kind::Break && tokens_[begin - 1].kind == Kind::Break;
    if (emptyLine || (end > begin && !isOfList(begin))) carried_.reset();
    return contexts_;
  }
  start(begin, end, spans);
  for (std::size_t at = begin; at < stop;) {
    hear(at, spans);
    if (inside_[at - begin] == 0) {
      at = step(at, spans);
    } else {
      if (at == item_ && startsWithNo(at)) ++nos_;  // "NO RED FLAGS, no fever, numb"
      ++at;
    }
  }
  for (std::size_t i = 0; i < spans.size(); ++i) contexts_.push_back(contextOf(heard_[i], spans[i]));
  carry();
  return contexts_;
}

/// The place of the last colon; `begin` where there is none.
std::size_t ContextReader::lastColon(std::size_t begin, std::size_t end) const {
  while (end > begin && tokens_[end - 1].kind != Kind::Colon) --end;
  return end > begin ? end - 1 : begin;
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
  now_ = anyIs(kNow, begin, end);
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
  for (std::size_t i = 0; i < cues_; ++i) {
    for (const std::uint32_t meaning : found_[i].meanings) {
      if (content_.isSection(meaning)) continue;
      const Cue cue = content_.rules[meaning].cue;
      ownNegation = ownNegation || cue == Cue::Negation || cue == Cue::Pseudo;
    }
  }
  for (; nextSpan_ < spans.size() && spans[nextSpan_].last <= at; ++nextSpan_) {
    Heard& own = heard_[nextSpan_];
    const Span& span = spans[nextSpan_];
    own.section = section_;
    own.now = now_;
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
  if (cues_ == 0) {
    mark(at);
    return at + 1;
  }
  const auto free = [&](const Found& found) {
    return nextSpan_ >= spans.size() || found.end <= spans[nextSpan_].last;
  };
  std::size_t longest = cues_;
  while (longest > 0 && !free(found_[longest - 1])) --longest;
  if (longest == 0) {
    runsInto(found_[0], at);
    mark(at);
    return at + 1;
  }
  const Found& found = found_[longest - 1];
  if (heading(found)) return found.end + 1;
  const bool words = std::any_of(found.meanings.begin(), found.meanings.end(),
                                 [&](std::uint32_t each) { return !content_.isSection(each); });
  if (!words) {
    mark(at);
    return at + 1;
  }
  if (tokens_[at].kind == Kind::Comma || tokens_[at].kind == Kind::Open) mark(at);
  // "Not | HAD FEVERS": the longer denial runs into the phrase, and reaches as far as if it did not.
  const Found& full = found_[cues_ - 1];
  const bool runsOn = full.end != found.end && denies(full) && denies(found);
  apply(runsOn ? Found{found.end, full.meanings} : found, at, spans);
  return found.end;
}

bool ContextReader::startsWithNo(std::size_t at) {
  findCues(at);
  return std::any_of(
      found_.begin(), found_.begin() + static_cast<std::ptrdiff_t>(cues_), [&](const Found& found) {
        return std::any_of(found.meanings.begin(), found.meanings.end(), [&](std::uint32_t each) {
          return !content_.isSection(each) && content_.rules[each].determiner;
        });
      });
}

bool ContextReader::denies(const Found& found) const {
  return std::any_of(found.meanings.begin(), found.meanings.end(), [&](std::uint32_t each) {
    return !content_.isSection(each) && content_.rules[each].cue == Cue::Negation;
  });
}

void ContextReader::findCues(std::size_t at) {
  cues_ = 0;
  if (at != begin_ && !content_.index.mayBegin(tokens_, at)) return;
  const auto take = [&](std::uint32_t meaning, std::size_t after) {
    std::size_t place = cues_;
    while (place > 0 && found_[place - 1].end >= after) --place;
    if (place == cues_ || found_[place].end != after) {
      if (found_.size() == cues_) found_.emplace_back();
      std::rotate(found_.begin() + static_cast<std::ptrdiff_t>(place),
                  found_.begin() + static_cast<std::ptrdiff_t>(cues_),
                  found_.begin() + static_cast<std::ptrdiff_t>(cues_) + 1);
      found_[place].end = after;
      found_[place].meanings.clear();
      ++cues_;
    }
    found_[place].meanings.push_back(meaning);
  };
  content_.index.find(tokens_, at, end_, take);
  if (at == begin_) content_.index.findAfter(content_.start, tokens_, at, end_, take);
}

/// "Family HISTORY OF CANCER": a past or a relative whose words run into the phrase.
void ContextReader::runsInto(const Found& found, std::size_t at) {
  for (const std::uint32_t meaning : found.meanings) {
    if (content_.isSection(meaning)) continue;
    const CueRule& rule = content_.rules[meaning];
    if ((rule.cue == Cue::History || rule.cue == Cue::Family) && rule.forward)
      reachForward(rule.cue, {at, rule.maxTokens, rule.phrase, rule.told, false, rule.over, rule.course});
  }
}

void ContextReader::reachForward(Cue cue, const Reach& reach) {
  active_.cues.set(indexOf(cue));
  active_.reach[indexOf(cue)] = reach;
}

bool ContextReader::heading(const Found& found) {
  if (found.end >= end_ || tokens_[found.end].kind != Kind::Colon) return false;
  const auto section = std::find_if(found.meanings.begin(), found.meanings.end(),
                                    [&](std::uint32_t each) { return content_.isSection(each); });
  if (section == found.meanings.end()) return false;
  section_ = content_.sections[*section - content_.rules.size()];
  carried_.reset();
  fromList_ = false;
  active_.cues.reset();
  clause_ = item_ = found.end + 1;
  nos_ = 0;
  return true;
}

/// The same words may be several cues: all of them hold. Words that are no cue although they look like one
/// hide what is inside them, unless they are another cue themselves.
void ContextReader::apply(const Found& found, std::size_t at, const std::vector<Span>& spans) {
  for (const Cue first : {Cue::TakesBack, Cue::Ends}) {
    for (const std::uint32_t meaning : found.meanings) {
      if (content_.isSection(meaning) || content_.rules[meaning].cue != first) continue;
      if (first == Cue::Ends) {
        end(content_.rules[meaning], found.end);
      } else {
        takeBack(content_.rules[meaning], at, spans);
      }
    }
  }
  for (const std::uint32_t meaning : found.meanings) {
    if (content_.isSection(meaning)) continue;
    const CueRule& rule = content_.rules[meaning];
    if (rule.cue == Cue::Ends || rule.cue == Cue::Pseudo || rule.cue == Cue::TakesBack) continue;
    if (looksBack(rule, found, at)) {
      reachBack(rule, at, spans);
    } else {
      if (rule.determiner && at == item_) ++nos_;
      loose_ = loose_ && rule.cue != Cue::Negation;
      reachForward(rule.cue, {found.end, rule.maxTokens, rule.phrase, rule.told, rule.determiner, rule.over,
                              rule.course});
    }
  }
}

/// Whether nothing stands at `at` that a cue before it could speak of; `joins`: "and" is nothing either.
bool ContextReader::ends(std::size_t at, bool joins) const {
  if (at >= end_) return true;
  if (tokens_[at].isWord()) return joins && content_.is(tokens_[at], kJoins);
  const Kind kind = tokens_[at].kind;
  const bool leadsOn = kind == Kind::Colon || kind == Kind::Dash || kind == Kind::Tab;
  return joins || (!leadsOn && kind != Kind::Open && kind != Kind::Line && kind != Kind::Other) ||
         (leadsOn && at + 1 == end_);
}

bool ContextReader::looksBack(const CueRule& rule, const Found& found, std::size_t at) const {
  if (rule.forward && rule.backward) {
    const bool after = found.end < end_ && content_.is(tokens_[found.end], kAfter);
    const bool behindBe = at > begin_ && content_.is(tokens_[at - 1], kBe);
    return at > clause_ && (ends(found.end, true) || after || behindBe);
  }
  if (tokens_[at].kind == Kind::Question) return true;  // "Cauda equina?"
  if (!rule.forward || rule.cue != Cue::Negation) return !rule.forward;
  const bool listFollows = found.end + 1 == end_ && tokens_[found.end].kind == Kind::Colon;
  if (listFollows) return false;
  // "Fever: no." A negation with nothing behind it speaks of what stands before it.
  return ends(found.end, false) && !content_.is(tokens_[found.end - 1], kGoverns);
}

void ContextReader::reachBack(const CueRule& rule, std::size_t at, const std::vector<Span>& spans) {
  // "Numb since Monday, fever, sweats: denies both": what is there is no item of the list.
  const bool list = rule.list && !(rule.cue == Cue::Negation && saysSinceWhen(at));
  const std::size_t reach = rule.list && !list ? kLooksBack : rule.reachesBack();
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

bool ContextReader::saysSinceWhen(std::size_t at) const {
  return anyIs(kNow, std::max(clause_, at - std::min(at, kListBack)), at);
}

bool ContextReader::anyIs(std::uint16_t bits, std::size_t from, std::size_t to) const {
  return std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(from),
                     tokens_.begin() + static_cast<std::ptrdiff_t>(to),
                     [&](const Token& token) { return content_.is(token, bits); });
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
  const bool past = has(Cue::History) || (heard.section.historical && !has(Cue::Change) && !heard.now);
  context.time = has(Cue::Hypothetical) || heard.section.hypothetical ? Time::Hypothetical
                 : past && !still                                     ? Time::Historical
                                                                      : Time::Current;
  context.over =
      context.time == Time::Historical && has(Cue::History) && heard.over && !heard.section.historical;
  context.who = has(Cue::Family) || (heard.section.other && !heard.now) ? Who::Other : Who::Patient;
  context.longstanding = has(Cue::Baseline) && !has(Cue::Change);
  context.changed = has(Cue::Change);
  context.told = heard.told || heard.section.told;
  return context;
}

}  // namespace plumbline::rules::text
