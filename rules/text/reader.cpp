#include "rules/text/reader.h"

#include <algorithm>

#include "rules/text/candidates.h"
#include "rules/text/form.h"
#include "rules/text/measured.h"

namespace plumbline::rules::text {
namespace {

using Kind = Token::Kind;
using Says = Mention::Says;

inline bool endsSentence(const TextContent& content, const std::vector<Token>& tokens, std::size_t at) {
  const Kind kind = tokens.data()[at].kind;
  return kind == Kind::Stop || kind == Kind::Break ||
         (kind == Kind::Question && !formAnswer(content, tokens, at, at));
}

/// The sentence that begins at token `begin`. What ends it is the token behind it.
inline Sentence sentenceAt(const TextContent& content, const std::vector<Token>& tokens, std::size_t begin) {
  Sentence sentence{begin, begin, begin};
  for (std::size_t& end = sentence.end; end < tokens.size() && !endsSentence(content, tokens, end); ++end)
    sentence.colon = tokens.data()[end].kind == Kind::Colon ? end : sentence.colon;
  return sentence;
}

void stillThere(Context& context) {
  context.state = State::Affirmed;
  context.time = Time::Current;
  context.over = false;
}

/// What is worked out about a text on the way; one for many texts.
struct Work {
  std::vector<Token> tokens;
  Search search;
};

class Reader {
 public:
  Reader(const TextContent& content, std::string_view text, Work& work)
      : content_(content),
        text_(text),
        tokens_(work.tokens),
        search_(work.search),
        context_(content.context, work.tokens),
        present_(content, work.search.hits) {}

  ReadText run() {
    tokenise(text_, content_.vocabulary, tokens_);
    findHits(content_, tokens_, search_);
    const Hit* hit = search_.hits.data();
    const Hit* const last = hit + search_.hits.size();
    for (std::size_t at = 0; at < tokens_.size();) {
      const Sentence sentence = sentenceAt(content_, tokens_, at);
      const Hit* const begin = hit;
      unsigned roles = 0;
      for (; hit != last && hit->begin < sentence.end; ++hit) roles |= hit->roles;
      if (roles == 0 || !speaks(sentence, begin, hit)) context_.read(sentence, {});
      ++sentence_;
      at = sentence.end + 1;
    }
    return std::move(result_);
  }

 private:
  /// Reads a sentence; false, and nothing done, where it says nothing.
  bool speaks(const Sentence& sentence, const Hit* hit, const Hit* hitsEnd) {
    const auto [begin, end, colon] = sentence;
    findCandidates(content_, tokens_, hit, hitsEnd, present_, candidates_);
    findMeasured(content_, text_, tokens_, hit, hitsEnd, begin, end, measured_);
    if (candidates_.empty() && measured_.empty()) return false;
    survey(begin, end);
    merge();
    // A question mark is heard with its sentence.
    const bool question = end < tokens_.size() && tokens_[end].kind == Kind::Question;
    asked_ = question && tokens_[begin].is(kAsks);
    const auto& contexts = context_.read({begin, question ? end + 1 : end, colon}, spans_);
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (!contexts[i]) continue;
      const std::size_t which = order_[i];
      if (which < candidates_.size()) {
        mention(candidates_[which], *contexts[i], begin, end);
      } else {
        const Measured& each = measured_[which - candidates_.size()];
        result_.readings.push_back({each.quantity, each.value, each.name, sideOf(spans_[i], begin, end),
                                    each.comparator, each.unit, *contexts[i],
                                    snippet(begin, end, each.begin, each.end)});
      }
    }
    return true;
  }

  /// What all phrases of the sentence are asked about, looked up once.
  void survey(std::size_t begin, std::size_t end) {
    lengths_.clear();
    hasSide_ = false;
    fits_ = tokens_[end - 1].end - tokens_[begin].begin <= content_.snippet;
    for (std::size_t at = begin; at < end; ++at) {
      const Token& token = tokens_.data()[at];
      hasSide_ |= token.is(kSided);
      fits_ &= token.kind != Kind::Semicolon;
      if (token.kind != Kind::Number && !token.is(kCounts)) continue;
      if (const auto days = daysAt(content_, text_, tokens_, at)) lengths_.push_back({at, *days});
    }
  }

  [[nodiscard]] Side sideAt(std::size_t token) const { return content_.side(tokens_.data()[token]); }

  /// Candidates and values are each in the order of their last stretch of words; so are `spans_`, with
  /// `order_` to tell which is which: a value's number goes on behind those of the candidates.
  void merge() {
    spans_.clear();
    order_.clear();
    std::size_t candidate = 0, value = 0;
    while (candidate < candidates_.size() || value < measured_.size()) {
      const bool isValue =
          candidate == candidates_.size() ||
          (value < measured_.size() && measured_[value].begin < candidates_[candidate].span.last);
      if (isValue) {
        const Measured& each = measured_[value];
        spans_.push_back({each.begin, each.begin, each.end, each.begin, true});
        order_.push_back(candidates_.size() + value++);
      } else {
        spans_.push_back(candidates_[candidate].span);
        order_.push_back(candidate++);
      }
    }
  }

  void mention(const Candidate& candidate, Context context, std::size_t begin, std::size_t end) {
    const Phrase& phrase = *candidate.phrase;
    const auto form = formAnswer(content_, tokens_, candidate.span.begin, candidate.span.end);
    if (form == FormSays::Yes) context.state = State::Affirmed;
    if (form == FormSays::No) context.state = State::Negated;
    if (form == FormSays::NotPerformed) context.state = State::NotPerformed;
    if (form == FormSays::Still) stillThere(context);
    // "Any numbness?" is a question, and nobody wrote the answer.
    const bool unanswered = form == FormSays::Open || (asked_ && !form) ||
                            (form == FormSays::Still && phrase.role == Phrase::Role::Absent);
    const bool excepted = phrase.role == Phrase::Role::Absent && exceptBehind(candidate.span.end, end);
    const Says says = unanswered || excepted ? Says::NotDocumented : saysOf(phrase.role, context);
    if (phrase.role == Phrase::Role::Examined && says != Says::NotPerformed) return;
    Mention& mention = result_.mentions.emplace_back();
    mention.says = says;
    mention.finding = phrase.finding;
    mention.part = phrase.part;
    mention.region = phrase.region;
    mention.aspect = phrase.aspect;
    mention.sentence = sentence_;
    mention.context = context;
    mention.whole = phrase.role != Phrase::Role::Way;
    mention.side = sideOf(candidate.span, begin, end);
    mention.sinceDays = sinceOf(candidate.span);
    mention.phrase = phrase.words;
    mention.snippet = snippet(begin, end, candidate.span.begin, candidate.span.end);
  }

  /// "Sensation intact except S3 to S5."
  [[nodiscard]] bool exceptBehind(std::size_t from, std::size_t end) const {
    constexpr std::size_t kNear = 6;
    for (std::size_t at = from; at < std::min(end, from + kNear); ++at) {
      if (tokens_[at].is(kExcept)) return true;
    }
    return false;
  }

  static Says saysOf(Phrase::Role role, const Context& context) {
    if (context.state == State::NotPerformed) return Says::NotPerformed;
    const bool negated = context.state == State::Negated;
    const Says open = Says::NotDocumented;
    const Says no = context.otherDay ? open : Says::Absent;
    switch (role) {
      case Phrase::Role::Whole:
      case Phrase::Role::Way: return !negated ? Says::Present : context.vague ? open : no;
      case Phrase::Role::WholeIfDenied: return negated && !context.vague ? no : open;
      case Phrase::Role::Absent:
        // "Not intact" turns it round; "no foot drop, dorsiflexion full" does not. What is only possibly in
        // order is not known to be.
        if (negated && context.adjacent) return Says::Present;
        if (negated) return context.sameItem ? open : no;
        return context.state == State::Affirmed ? no : open;
      case Phrase::Role::Examined:
      case Phrase::Role::Unlike: break;
    }
    return Says::NotDocumented;
  }

  /// The side named in the phrase or nearest to it in its clause.
  [[nodiscard]] Side sideOf(const Span& span, std::size_t begin, std::size_t end) const {
    constexpr std::size_t kNear = 4;
    if (!hasSide_ && span.begin >= begin && span.end <= end) return Side::None;
    Side found = Side::None;
    for (std::size_t token = span.begin; token < span.end; ++token) {
      const Side side = sideAt(token);
      if (side != Side::None) found = found == Side::None || found == side ? side : Side::Both;
    }
    if (found != Side::None) return found;
    const auto bounds = [&](std::size_t token) {
      return tokens_[token].kind == Kind::Semicolon || tokens_[token].kind == Kind::Comma;
    };
    bool before = true, after = true;
    for (std::size_t distance = 1; distance <= kNear; ++distance) {
      before = before && span.begin >= begin + distance && !bounds(span.begin - distance);
      if (before && sideAt(span.begin - distance) != Side::None) return sideAt(span.begin - distance);
      after = after && span.end + distance <= end && !bounds(span.end + distance - 1);
      if (after && sideAt(span.end + distance - 1) != Side::None) return sideAt(span.end + distance - 1);
    }
    return Side::None;
  }

  /// "for 3 weeks", "2/52 history of", "6 months": the first length of time near the phrase.
  [[nodiscard]] std::optional<int> sinceOf(const Span& span) const {
    constexpr std::size_t kBefore = 5, kAfter = 8;
    const auto firstIn = [&](std::size_t from, std::size_t to) -> std::optional<int> {
      const auto found = std::lower_bound(lengths_.begin(), lengths_.end(), from,
                                          [](const Length& each, std::size_t at) { return each.at < at; });
      return found == lengths_.end() || found->at >= to ? std::nullopt : std::optional(found->days);
    };
    if (lengths_.empty()) return std::nullopt;
    if (const auto days = firstIn(span.end, span.end + kAfter)) return days;
    return firstIn(span.begin - std::min(span.begin, kBefore), span.begin);
  }

  /// The sentence, or as much of it around the phrase as fits, cut between words.
  [[nodiscard]] std::string_view snippet(std::size_t begin, std::size_t end, std::size_t from,
                                         std::size_t to) const {
    if (fits_ && from >= begin && to <= end) {
      from = begin;
      to = end;
    }
    const auto bytes = [&](std::size_t a, std::size_t b) { return tokens_[b - 1].end - tokens_[a].begin; };
    const auto left = [&](std::size_t first, std::size_t last) {
      return first > begin && tokens_[first - 1].kind != Kind::Semicolon &&
             bytes(first - 1, last) <= content_.snippet;
    };
    const auto right = [&](std::size_t first, std::size_t last) {
      return last < end && tokens_[last].kind != Kind::Semicolon &&
             bytes(first, last + 1) <= content_.snippet;
    };
    std::size_t first = from, last = to;  // tokens
    while (left(first, to)) --first;
    while (right(from, last)) ++last;
    if (bytes(first, last) > content_.snippet) {  // not all of it: as much of each side
      first = from;
      last = to;
      for (bool grew = true; grew;) {
        grew = left(first, last);
        if (grew) --first;
        if (right(first, last)) {
          ++last;
          grew = true;
        }
      }
    }
    std::size_t length = std::min<std::size_t>(bytes(first, last), content_.snippet);
    // Never through the middle of a character.
    const auto inside = [&](std::size_t at) {
      return at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xC0U) == 0x80U;
    };
    while (length > 0 && inside(tokens_[first].begin + length)) --length;
    return text_.substr(tokens_[first].begin, length);
  }

  const TextContent& content_;
  std::string_view text_;
  std::vector<Token>& tokens_;
  Search& search_;
  ContextReader context_;
  Present present_;
  std::vector<Candidate> candidates_;
  std::vector<Measured> measured_;
  std::vector<Span> spans_;
  std::vector<std::size_t> order_;
  struct Length {
    std::size_t at;  ///< token
    int days;
  };
  std::vector<Length> lengths_;  ///< of time, in the sentence
  bool hasSide_ = false;         ///< some word of the sentence names a side
  bool fits_ = false;            ///< the sentence is short and of one piece: all of it is quoted
  std::size_t sentence_ = 0;
  bool asked_ = false;  ///< the sentence is a question
  ReadText result_;
};

}  // namespace

ReadText read(const TextContent& content, std::string_view text) {
  thread_local Work work;
  ReadText read = Reader(content, text, work).run();
  // What one large text needed is not kept for the small ones.
  constexpr std::size_t kLarge = 64 * 1024;
  if (text.size() > kLarge) work = {};
  return read;
}

Context contextAt(const TextContent& content, std::string_view text, std::size_t begin, std::size_t end) {
  std::vector<Token> tokens;
  tokenise(text, content.vocabulary, tokens);
  ContextReader reader(content.context, tokens);
  for (std::size_t at = 0; at < tokens.size();) {
    const Sentence sentence = sentenceAt(content, tokens, at);
    const std::size_t last = sentence.end;
    std::vector<Span> spans;
    for (std::size_t token = at; token < last; ++token) {
      if (tokens[token].end <= begin || tokens[token].begin >= end) continue;
      if (spans.empty()) spans.push_back({token, token, token, token, false});
      spans.back().end = token + 1;
    }
    const auto& contexts = reader.read(sentence, spans);
    if (!spans.empty()) {
      Context context = contexts.front().value_or(Context{});
      const auto form = formAnswer(content, tokens, spans.front().begin, spans.front().end);
      if (form == FormSays::No) context.state = State::Negated;
      if (form == FormSays::NotPerformed) context.state = State::NotPerformed;
      if (form == FormSays::Still) stillThere(context);
      return context;
    }
    at = last + 1;
  }
  return {};
}

}  // namespace plumbline::rules::text
