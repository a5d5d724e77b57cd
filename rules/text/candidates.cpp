#include "rules/text/candidates.h"

#include <algorithm>
#include <tuple>

namespace plumbline::rules::text {
namespace {

/// Whether only words, commas and brackets, and no more than the gap allows, stand between two segments.
bool isNear(const TextContent& content, const std::vector<Token>& tokens, std::size_t from, std::size_t to) {
  std::size_t words = 0;
  for (std::size_t at = from; at < to; ++at) {
    const Token::Kind kind = tokens[at].kind;
    if (kind == Token::Kind::Semicolon || kind == Token::Kind::Colon || kind == Token::Kind::Tab)
      return false;
    words += tokens[at].isWord() ? 1U : 0U;
  }
  return words <= content.gap;
}

Span spanOf(const Hit& hit, const Phrase& phrase) {
  return {hit.begin, hit.begin, hit.end, hit.begin, phrase.role == Phrase::Role::Absent};
}

/// The nearest hits before `last` that make up the phrase of which it is the end; nothing if there are none.
std::optional<Span> spanOf(const TextContent& content, const std::vector<Token>& tokens, const Phrase& phrase,
                           const Hit* begin, const Hit* last) {
  // Marks between words do not count, so that twice the gap is as far as a near one can be.
  constexpr std::size_t kLongestSegment = 16;
  Span span = spanOf(*last, phrase);
  const Hit* at = last;
  for (std::size_t missing = phrase.segments.size() - 1; missing-- > 0;) {
    bool found = false;
    while (!found && at != begin) {
      --at;
      if (at->begin + 2 * content.gap + kLongestSegment < span.begin) return std::nullopt;
      found = at->segment == phrase.segments[missing] && at->end <= span.begin &&
              isNear(content, tokens, at->end, span.begin);
    }
    if (!found) return std::nullopt;
    span.begin = at->begin;
    span.head = at->end;
  }
  return span;
}

bool isSupported(const Phrase& phrase, Present& present) {
  return phrase.with.empty() ||
         std::any_of(phrase.with.begin(), phrase.with.end(), [&](Segment each) { return present.has(each); });
}

/// What a candidate is about; only those about the same compete.
auto subject(const Candidate& each) {
  return std::tie(each.phrase->finding, each.phrase->part);
}

bool isBetter(const Candidate& a, const Candidate& b) {
  const auto rank = [](const Candidate& each) {
    const bool whole = each.span.begin == each.span.last;
    const std::size_t length = each.span.end - each.span.begin;
    // Of equal ones that which says most: content lists whole names before ways.
    return std::tuple(whole ? 1 : 0, whole ? length : std::size_t(1000) - std::min<std::size_t>(length, 999),
                      -static_cast<int>(each.phrase->role));
  };
  return rank(a) > rank(b);
}

}  // namespace

bool Present::has(Segment segment) {
  if (all_.empty()) {
    all_.resize(content_.segments());
    for (const Hit& each : hits_) all_[each.segment] = true;
  }
  return all_[segment];
}

void findHits(const TextContent& content, const std::vector<Token>& tokens, Search& search) {
  PhraseIndex::look(tokens, search.room);
  search.groups.start(tokens.size());
  content.groups.findAll(tokens, nullptr, search.room, [&](Group group, std::size_t begin, std::size_t end) {
    search.groups.add(group, begin, end);
  });
  search.groups.finish(tokens);
  search.hits.clear();
  content.index.findAll(
      tokens, &search.groups, search.room, [&](Segment segment, std::size_t begin, std::size_t end) {
        search.hits.push_back({segment, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                               content.roles.data()[segment]});
      });
}

void findCandidates(const TextContent& content, const std::vector<Token>& tokens, const Hit* begin,
                    const Hit* end, Present& present, std::vector<Candidate>& candidates) {
  candidates.clear();
  for (const Hit* hit = begin; hit != end; ++hit) {
    if ((hit->roles & TextContent::kEndsPhrase) == 0) continue;
    for (const TextContent::Ending& ending : content.endingIn(hit->segment)) {
      const Phrase& phrase = content.phrases[ending.phrase];
      if (!ending.supported && !isSupported(phrase, present)) continue;
      if (ending.alone) {
        candidates.push_back({&phrase, spanOf(*hit, phrase)});
      } else if (const auto span = spanOf(content, tokens, phrase, begin, hit)) {
        candidates.push_back({&phrase, *span});
      }
    }
  }
  if (candidates.empty()) return;
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tuple(a.phrase->finding, a.phrase->part, a.span.begin, a.span.end) <
           std::tuple(b.phrase->finding, b.phrase->part, b.span.begin, b.span.end);
  });
  auto kept = candidates.begin();  // the end of those that stand
  for (const Candidate& each : candidates) {
    const bool overlaps = kept != candidates.begin() && subject(kept[-1]) == subject(each) &&
                          each.span.begin < kept[-1].span.end;
    if (!overlaps) {
      *kept++ = each;
    } else if (isBetter(each, kept[-1])) {
      kept[-1] = each;
    }
  }
  const auto isUnlike = [](const Candidate& each) { return each.phrase->role == Phrase::Role::Unlike; };
  candidates.erase(std::remove_if(candidates.begin(), kept, isUnlike), candidates.end());
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tuple(a.span.last, a.span.end, a.phrase->finding, a.phrase->part, a.span.begin) <
           std::tuple(b.span.last, b.span.end, b.phrase->finding, b.phrase->part, b.span.begin);
  });
}

}  // namespace plumbline::rules::text
