#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "rules/text/tokens.h"
#include "rules/text/vocabulary.h"

namespace plumbline::rules::text {

/// A group of phrases that mean the same thing, by number.
using Group = std::uint32_t;

/// What a phrase is made of: a word, or a group, any phrase of which may stand there.
using Symbol = std::uint32_t;
constexpr Symbol kGroupBit = 0x80000000U;
constexpr Symbol symbolOf(Group group) {
  return group | kGroupBit;
}

/// Where phrases of groups are in a text: for each token those that begin there.
class GroupHits {
 public:
  struct Hit {
    Group group;
    std::uint32_t begin, end;  ///< tokens
  };

  /// Empties it for another text.
  void start(std::size_t tokens) {
    hits_.assign(1, kNone);
    places_.assign(tokens + 1, {});
  }
  /// In order of their beginning.
  void add(Group group, std::size_t begin, std::size_t end) {
    hits_.push_back({group, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  }
  /// No more are added.
  void finish(const std::vector<Token>& tokens);

  /// A bit for each group that begins at `token`, or behind it where it is a filler; several groups may share
  /// one. `token` may be the end.
  [[nodiscard]] std::uint64_t ahead(std::size_t token) const { return places_.data()[token].ahead; }
  static std::uint64_t bitOf(Group group) { return std::uint64_t{1} << (group % 64U); }

  /// The first that begins at `token`; the others follow it, and one that begins elsewhere follows them.
  [[nodiscard]] const Hit* at(std::size_t token) const { return hits_.data() + places_.data()[token].first; }
  [[nodiscard]] std::span<const Hit> all() const { return {hits_.data() + 1, hits_.size() - 2}; }

 private:
  static constexpr Hit kNone{0, std::numeric_limits<std::uint32_t>::max(), 0};
  struct Place {
    std::uint64_t ahead = 0;
    std::uint32_t first = 0;  ///< 0: none
  };
  std::vector<Place> places_;  ///< by token, and for one more
  std::vector<Hit> hits_;      ///< between two that begin nowhere
};

/// Sequences of words and groups, each with the meanings it stands for, in one trie. Filled, finished, then
/// read by any thread. Looking at one place of a text costs at most the longest phrase, so a text costs its
/// length. Words of phrases are as the text has them for find(), and in the singular for findAll(), which
/// goes over fillers between the words of a phrase too.
class PhraseIndex {
 public:
  /// `symbols` stand for `meaning`, a small number of the caller's. Adding the same twice changes nothing.
  void add(std::vector<Symbol> symbols, std::uint32_t meaning);

  /// Lays out what was added so that it can be found in texts; the numbers of groups are smaller than
  /// `groups`. Words that begin a phrase get the trait `begins` in `vocabulary`, which is finished later. The
  /// last step.
  void finish(Vocabulary& vocabulary, std::size_t groups, Trait begins);

  /// From now on `word` in a phrase stands for any number that find() comes to.
  void setNumber(WordId word) { number_ = word; }

  /// Calls `visit(meaning, end)` for every phrase without groups that begins at `tokens[at]` and ends before
  /// `tokens[end]`, `end` at most `limit`. What is no word of the phrase ends it, and so does punctuation
  /// that it does not name.
  template <class Visit>
  void find(const std::vector<Token>& tokens, std::size_t at, std::size_t limit, Visit visit) const {
    const Token& token = tokens.data()[at];
    const Walk<Visit> walk{*this, tokens.data(), limit, visit};
    if (const Node root = roots_.data()[token.word]) walk.from(root, at + 1);
    if (token.kind != Token::Kind::Number || number_ == kUnknownWord || number_ == token.word) return;
    if (const Node root = roots_.data()[number_]) walk.from(root, at + 1);
  }

  /// Whether find() may come to something at `tokens[at]`, which is no number: seldom wrongly yes, never
  /// wrongly no, and without a branch that nobody could foresee.
  [[nodiscard]] bool isWorth(const std::vector<Token>& tokens, std::size_t at) const {
    const Node root = roots_.data()[tokens.data()[at].word];
    const Token& next = tokens.data()[at + (at + 1 < tokens.size() ? 1U : 0U)];
    const bool ends = nodes_.data()[root].meanings != nodes_.data()[root + 1].meanings;
    const bool goesOn = mayStep(root, mixed(next.word)) | (next.kind == Token::Kind::Number);
    return (root != 0) & (ends | goesOn);
  }

  /// As find() for phrases whose first word, `first`, stands for a place and not for a word of the text.
  template <class Visit>
  void findAfter(WordId first, const std::vector<Token>& tokens, std::size_t at, std::size_t limit,
                 Visit visit) const {
    if (const Node root = roots_.data()[first])
      Walk<Visit>{*this, tokens.data(), limit, visit}.from(root, at);
  }

  /// Where a phrase has begun.
  struct Start {
    std::uint32_t node = 0;
    std::uint32_t begin = 0, next = 0;  ///< tokens
  };
  /// What is worked out about a text on the way; one for many texts.
  struct Room {
    std::vector<std::uint64_t> ahead;  ///< as GroupHits::ahead, of words
    std::vector<Start> words, groups, all;
  };
  /// The first step for the tokens of a text, which all indices share.
  static void look(const std::vector<Token>& tokens, Room& room);

  /// Calls `visit(meaning, begin, end)` for every phrase in `tokens`, in order of their beginning. `groups`
  /// is where groups are in the text; without it phrases that need one are not found. look() came before.
  template <class Visit>
  void findAll(const std::vector<Token>& tokens, const GroupHits* groups, Room& room, Visit visit) const {
    for (const Start& start : starts(tokens, groups, room)) {
      const auto found = [&](std::uint32_t meaning, std::size_t end) { visit(meaning, start.begin, end); };
      WideWalk<decltype(found)>{*this, tokens, groups, room.ahead.data(), found}.from(start.node, start.next);
    }
  }

 private:
  static constexpr int kMostFillers = 3;  ///< between two words of a phrase

  using Node = std::uint32_t;

  /// The steps from a node are numbered in a row, as the nodes they lead to are, in order of their symbols as
  /// mixed.
  struct Entry {
    std::uint64_t symbols = 0;   ///< a bit for each symbol that some step from here has, see bitOf
    std::uint64_t groups = 0;    ///< the same of groups, see GroupHits
    std::uint32_t steps = 0;     ///< the first node that a step leads to; that of the next entry ends them
    std::uint32_t meanings = 0;  ///< place of the first; that of the next entry ends them
  };
  struct Added {
    std::vector<Symbol> symbols;
    std::uint32_t meaning = 0;
    auto operator<=>(const Added&) const = default;
  };

  void noteSteps();

  /// Where phrases begin that may come to something, in order.
  std::span<const Start> starts(const std::vector<Token>& tokens, const GroupHits* groups, Room& room) const;
  Start* keepWorth(const std::vector<Token>& tokens, const GroupHits* groups, const Room& room, Start* begin,
                   Start* end) const;

  /// Different for every symbol, and spread over all numbers.
  static std::uint32_t mixed(Symbol symbol) { return symbol * 0x9E3779B9U; }
  static std::uint64_t bitOf(std::uint32_t mixed) { return std::uint64_t{1} << (mixed >> 26U); }

  [[nodiscard]] std::uint32_t stepBit(Node node, std::uint32_t mixed) const {
    return (mixed ^ (node * 0x85EBCA6BU)) * 0xC2B2AE35U >> stepShift_;
  }
  /// Whether some step from `node` may have the symbol: seldom wrongly yes, never wrongly no.
  [[nodiscard]] bool mayStep(Node node, std::uint32_t mixed) const {
    const std::uint32_t bit = stepBit(node, mixed);
    return ((nodes_.data()[node].symbols & bitOf(mixed)) != 0) &
           ((steps_.data()[bit / 64] >> (bit % 64)) & 1U);
  }

  /// Where `symbol` leads from `node`; 0: nowhere. Mixed, symbols are spread evenly, so that each is near the
  /// place that its size tells.
  [[nodiscard]] Node step(Node node, Symbol symbol) const {
    const std::uint32_t wanted = mixed(symbol);
    if (!mayStep(node, wanted)) return 0;
    const Entry* const entry = nodes_.data() + node;
    const std::uint32_t* const first = symbols_.data() + entry[0].steps;
    const std::uint32_t* const last = symbols_.data() + entry[1].steps;
    const auto steps = static_cast<std::uint64_t>(last - first);
    const std::uint32_t* at = first + ((wanted * steps) >> 32U);
    while (*at < wanted && at + 1 != last) ++at;
    while (*at > wanted && at != first) --at;
    return *at == wanted ? static_cast<Node>(at - symbols_.data()) : 0;
  }

  template <class Visit>
  void visitAll(Node node, std::size_t end, Visit& visit) const {
    const Entry* const entry = nodes_.data() + node;
    for (std::uint32_t each = entry[0].meanings; each != entry[1].meanings; ++each)
      visit(meanings_.data()[each], end);
  }

  /// Goes along the words of a text, one by one.
  template <class Visit>
  struct Walk {
    const PhraseIndex& index;
    const Token* tokens;
    std::size_t limit;
    Visit& visit;

    /// Goes on from `node`, whose words end before token `at`.
    void from(Node node, std::size_t at) const {
      index.visitAll(node, at, visit);
      while (at < limit && (node = step(node, at)) != 0) index.visitAll(node, ++at, visit);
    }

    /// Where token `at` leads from `node`; 0: nowhere. Where it is a number that phrases may name by any
    /// number, goes that way too.
    Node step(Node node, std::size_t at) const {
      const Token& token = tokens[at];
      const WordId number = index.number_;
      if (token.kind == Token::Kind::Number && number != kUnknownWord && number != token.word) {
        if (const Node next = index.step(node, number)) from(next, at + 1);
      }
      return index.step(node, token.word);
    }
  };

  /// Goes along the singulars of the words, over fillers and groups.
  template <class Visit>
  struct WideWalk {
    const PhraseIndex& index;
    const std::vector<Token>& tokens;
    const GroupHits* groups;  ///< may be null
    const std::uint64_t* ahead;
    Visit& visit;

    /// Goes on from `node`, whose words end before token `at`.
    void from(Node node, std::size_t at) const {
      index.visitAll(node, at, visit);
      const Entry& entry = index.nodes_.data()[node];
      const std::uint64_t ofGroups = groups ? entry.groups & groups->ahead(at) : 0;
      if (((entry.symbols & ahead[at]) | ofGroups) != 0) goOn(node, at, ofGroups != 0);
    }

    void goOn(Node node, std::size_t at, bool byGroups) const {
      for (int fillers = 0; at < tokens.size(); ++at, ++fillers) {
        const Token& token = tokens.data()[at];
        if (const Node next = index.step(node, token.base)) from(next, at + 1);
        if (byGroups) {
          for (const GroupHits::Hit* hit = groups->at(at); hit->begin == at; ++hit) {
            if (const Node next = index.step(node, symbolOf(hit->group))) from(next, hit->end);
          }
        }
        if (!token.is(kFiller) || fillers == kMostFillers) return;
      }
    }
  };

  std::vector<Added> added_;            ///< empty once finished
  std::vector<Node> roots_;             ///< by first word; 0: none
  std::vector<Node> groupRoots_;        ///< by first group
  std::vector<Entry> nodes_;            ///< 0: the start of every phrase; one more ends the last
  std::vector<std::uint32_t> symbols_;  ///< by node: of the step that leads to it, mixed
  std::vector<std::uint32_t> meanings_;
  std::vector<std::uint64_t> steps_;  ///< a bit for each step of any node, see mayStep
  int stepShift_ = 31;                ///< leaves the bits that number one of them
  WordId number_ = kUnknownWord;
  Traits begins_ = 0;  ///< of the words that begin a phrase
};

}  // namespace plumbline::rules::text
