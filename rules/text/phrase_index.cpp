#include "rules/text/phrase_index.h"

#include <bit>
#include <utility>

namespace plumbline::rules::text {
void PhraseIndex::add(std::vector<Symbol> symbols, std::uint32_t meaning) {
  if (!symbols.empty()) added_.push_back({std::move(symbols), meaning});
}

/// In order, the phrases that begin alike stand in a row: each row is a node, and its rows within the nodes
/// that steps lead to. Numbered breadth first, those of one node are neighbours.
void PhraseIndex::finish(Vocabulary& vocabulary, std::size_t groups, Trait begins) {
  roots_.resize(vocabulary.size());
  groupRoots_.resize(groups);
  begins_ = begins;
  std::sort(added_.begin(), added_.end(), [](const Added& a, const Added& b) {
    if (a.symbols == b.symbols) return a.meaning < b.meaning;
    return std::lexicographical_compare(a.symbols.begin(), a.symbols.end(), b.symbols.begin(),
                                        b.symbols.end(),
                                        [](Symbol x, Symbol y) { return mixed(x) < mixed(y); });
  });
  added_.erase(std::unique(added_.begin(), added_.end()), added_.end());
  struct Row {
    std::size_t begin, end, depth;
  };
  std::vector<Row> rows{{0, added_.size(), 0}};
  symbols_.push_back(0);
  for (std::size_t node = 0; node < rows.size(); ++node) {
    auto [each, end, depth] = rows[node];
    Entry entry{0, 0, static_cast<std::uint32_t>(rows.size()), static_cast<std::uint32_t>(meanings_.size())};
    for (; each != end && added_[each].symbols.size() == depth; ++each)
      meanings_.push_back(added_[each].meaning);
    while (each != end) {
      const std::size_t begin = each;
      const Symbol symbol = added_[begin].symbols[depth];
      while (each != end && added_[each].symbols[depth] == symbol) ++each;
      const bool group = (symbol & kGroupBit) != 0;
      entry.symbols |= bitOf(mixed(symbol));
      if (group) entry.groups |= GroupHits::bitOf(symbol & ~kGroupBit);
      if (node == 0) {
        (group ? groupRoots_[symbol & ~kGroupBit] : roots_[symbol]) = static_cast<Node>(rows.size());
        if (!group) vocabulary.mark(symbol, begins);
      }
      symbols_.push_back(mixed(symbol));
      rows.push_back({begin, each, depth + 1});
    }
    nodes_.push_back(entry);
  }
  nodes_.push_back(
      {0, 0, static_cast<std::uint32_t>(rows.size()), static_cast<std::uint32_t>(meanings_.size())});
  added_ = {};
  noteSteps();
}

/// Eight bits for each step: no more than one of nine that are not there is taken for one.
void PhraseIndex::noteSteps() {
  const int bits = std::max(static_cast<int>(std::bit_width(symbols_.size() * 8)), 6);
  stepShift_ = 32 - bits;
  steps_.assign(std::size_t{1} << (bits - 6), 0);
  for (Node node = 0; node + 1 < nodes_.size(); ++node) {
    for (std::uint32_t step = nodes_[node].steps; step != nodes_[node + 1].steps; ++step) {
      const std::uint32_t bit = stepBit(node, symbols_[step]);
      steps_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
}

void PhraseIndex::look(const std::vector<Token>& tokens, Room& room) {
  room.ahead.resize(tokens.size() + 1);
  std::uint64_t ahead = room.ahead[tokens.size()] = 0;
  for (std::size_t at = tokens.size(); at-- > 0;) {
    const Token& token = tokens.data()[at];
    ahead = bitOf(mixed(token.base)) | (token.is(kFiller) ? ahead : 0);
    room.ahead.data()[at] = ahead;
  }
}

/// Takes out what comes to nothing: nearly all, so that each is written over by the next that stays, without
/// a branch that nobody could foresee. First by what is quickly asked. One that begins behind all others
/// follows those that stay.
PhraseIndex::Start* PhraseIndex::keepWorth(const std::vector<Token>& tokens, const GroupHits* groups,
                                           const Room& room, Start* begin, Start* end) const {
  const auto keep = [&](auto isWorth) {
    Start* kept = begin;
    for (const Start* each = begin; each != end; ++each) {
      *kept = *each;
      const Entry* const entry = nodes_.data() + each->node;
      const std::uint64_t ofGroups = groups ? entry->groups & groups->ahead(each->next) : 0;
      const std::uint64_t any = ofGroups | (entry[0].meanings ^ entry[1].meanings);
      kept += (any | isWorth(*each)) != 0 ? 1 : 0;
    }
    end = kept;
  };
  const std::uint64_t* const ahead = room.ahead.data();
  keep([&](const Start& each) { return nodes_.data()[each.node].symbols & ahead[each.next]; });
  keep([&](const Start& each) -> std::uint64_t {
    const Token& token = tokens.data()[std::min<std::size_t>(each.next, tokens.size() - 1)];
    return std::uint64_t{token.is(kFiller)} | std::uint64_t{mayStep(each.node, mixed(token.base))};
  });
  *end = {0, std::numeric_limits<std::uint32_t>::max(), 0};
  return end;
}

std::span<const PhraseIndex::Start> PhraseIndex::starts(const std::vector<Token>& tokens,
                                                        const GroupHits* groups, Room& room) const {
  if (room.words.size() <= tokens.size()) room.words.resize(tokens.size() + 1);
  Start* last = room.words.data();
  for (std::uint32_t at = 0; at < tokens.size(); ++at) {
    last->begin = at;
    last += tokens.data()[at].is(begins_) ? 1 : 0;
  }
  for (Start* each = room.words.data(); each != last; ++each)
    *each = {roots_.data()[tokens.data()[each->begin].base], each->begin, each->begin + 1};
  last = keepWorth(tokens, groups, room, room.words.data(), last);
  const auto ofWords = static_cast<std::size_t>(last - room.words.data());
  if (!groups) return std::span(room.words).first(ofWords);

  if (room.groups.size() <= groups->all().size()) room.groups.resize(groups->all().size() + 1);
  last = room.groups.data();
  for (const GroupHits::Hit& hit : groups->all()) {
    *last = {groupRoots_.data()[hit.group], hit.begin, hit.end};
    last += last->node != 0 ? 1 : 0;
  }
  last = keepWorth(tokens, groups, room, room.groups.data(), last);
  const std::size_t count = ofWords + static_cast<std::size_t>(last - room.groups.data());

  if (room.all.size() < count) room.all.resize(count);
  const Start* word = room.words.data();
  const Start* group = room.groups.data();
  for (Start* each = room.all.data(); each != room.all.data() + count; ++each) {
    const bool second = group->begin < word->begin;
    *each = *(second ? group : word);
    group += second ? 1 : 0;
    word += second ? 0 : 1;
  }
  return std::span(room.all).first(count);
}

void GroupHits::finish(const std::vector<Token>& tokens) {
  for (auto each = static_cast<std::uint32_t>(hits_.size() - 1); each != 0; --each) {
    const Hit& hit = hits_.data()[each];
    Place& place = places_.data()[hit.begin];
    place.first = each;
    place.ahead |= bitOf(hit.group);
  }
  hits_.push_back(kNone);
  std::uint64_t ahead = 0;
  for (std::size_t at = tokens.size(); at-- > 0;) {
    ahead = places_.data()[at].ahead | (tokens.data()[at].is(kFiller) ? ahead : 0);
    places_.data()[at].ahead = ahead;
  }
}

}  // namespace plumbline::rules::text
