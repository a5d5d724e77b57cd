#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
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
    Group group = 0;
    std::uint32_t begin = 0, end = 0;  ///< tokens
  };

  explicit GroupHits(std::size_t tokens) : first_(tokens + 2) {}

  /// In order of their beginning.
  void add(Group group, std::size_t begin, std::size_t end) {
    startTo(begin + 1);
    hits_.push_back({group, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  }
  /// No more are added.
  void finish() { startTo(first_.size()); }

  [[nodiscard]] const std::vector<Hit>& all() const { return hits_; }
  [[nodiscard]] bool any(std::size_t token) const { return first_.data()[token] != first_.data()[token + 1]; }
  [[nodiscard]] std::span<const Hit> at(std::size_t token) const {
    const std::uint32_t* const first = first_.data() + token;
    return {hits_.data() + first[0], hits_.data() + first[1]};
  }

 private:
  void startTo(std::size_t tokens) {
    while (tokens_ < tokens) first_.data()[tokens_++] = static_cast<std::uint32_t>(hits_.size());
  }

  std::vector<std::uint32_t>
      first_;  ///< by token, and for one more behind the last: the place of its first hit;
  /// one more ends them
  std::size_t tokens_ = 0;  ///< those whose first hit is known
  std::vector<Hit> hits_;
};

/// Sequences of words and groups, each with the meanings it stands for, in one trie. Filled, finished, then
/// read by any thread. Looking at one place of a text costs at most the longest phrase, so a text costs its
/// length.
class PhraseIndex {
 public:
  /// `symbols` stand for `meaning`, a small number of the caller's. Adding the same twice changes nothing.
  void add(std::vector<Symbol> symbols, std::uint32_t meaning);

  /// Lays out what was added so that it can be found in texts of `words` different words, unknown ones
  /// included, and `groups` groups: their numbers are smaller. The last step.
  void finish(std::size_t words, std::size_t groups);

  /// Words that may stand between those of a phrase without being named in it.
  void addFiller(WordId word);

  /// Phrases are in the singular and are found in the plural too.
  void foldPlurals() { folds_ = true; }

  /// From now on `word` in a phrase stands for any number.
  void setNumber(WordId word) { number_ = word; }

  /// Calls `visit(meaning, end)` for every phrase without groups that begins at `tokens[at]` and ends before
  /// `tokens[end]`, `end` at most `limit`. What is no word of the phrase ends it, and so does punctuation
  /// that it does not name.
  template <class Visit>
  void find(const std::vector<Token>& tokens, std::size_t at, std::size_t limit, Visit visit) const {
    const Walk<Visit> walk{*this, tokens.data(), nullptr, limit, visit};
    const Token& token = tokens.data()[at];
    if (const Node root = rootOf(wordOf(token))) walk.from(root, at + 1);
    if (isOtherNumber(token)) {
      if (const Node root = rootOf(number_)) walk.from(root, at + 1);
    }
  }

  /// Calls `visit(meaning, begin, end)` for every phrase in `tokens`, in order of their beginning. `groups`
  /// is where groups are in the text; without it phrases that need one are not found.
  template <class Visit>
  void findAll(const std::vector<Token>& tokens, const GroupHits* groups, Visit visit) const {
    // Most beginnings come to nothing. They are left out without a branch for each, which nobody could
    // foresee.
    thread_local std::vector<Start> starts;  // one for many texts
    starts.resize(std::max(starts.size(), tokens.size() + (groups ? groups->all().size() : 0)));
    std::size_t count = 0;
    const auto put = [&](Node node, std::size_t at, std::size_t next) {
      starts.data()[count] = {node, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(next)};
      count += isWorth(node, tokens, next, groups) ? 1U : 0U;
    };
    for (std::size_t at = 0; at < tokens.size(); ++at) put(rootOf(wordOf(tokens.data()[at])), at, at + 1);
    if (groups) {
      const std::size_t words = count;
      for (const GroupHits::Hit& hit : groups->all()) put(groupRoots_.data()[hit.group], hit.begin, hit.end);
      std::inplace_merge(starts.data(), starts.data() + words, starts.data() + count,
                         [](const Start& a, const Start& b) { return a.begin < b.begin; });
    }
    for (std::size_t each = 0; each < count; ++each) {
      const Start& start = starts[each];
      const auto found = [&](std::uint32_t meaning, std::size_t end) { visit(meaning, start.begin, end); };
      Walk<decltype(found)>{*this, tokens.data(), groups, tokens.size(), found}.from(start.node, start.next);
    }
  }

  /// Whether some phrase may begin at `tokens[at]`, groups aside.
  [[nodiscard]] bool mayBegin(const std::vector<Token>& tokens, std::size_t at) const {
    const Token& token = tokens.data()[at];
    return isWorth(rootOf(wordOf(token)), tokens, at + 1, nullptr) || isOtherNumber(token);
  }

  /// The same for phrases whose first word, `first`, stands for a place and not for a word of the text.
  template <class Visit>
  void findAfter(WordId first, const std::vector<Token>& tokens, std::size_t at, std::size_t limit,
                 Visit visit) const {
    if (const Node root = rootOf(first))
      Walk<Visit>{*this, tokens.data(), nullptr, limit, visit}.from(root, at);
  }

 private:
  static constexpr int kMostFillers = 3;  ///< between two words of a phrase

  using Node = std::uint32_t;

  /// The steps from a node are numbered in a row, as the nodes they lead to are, in order of their symbols.
  struct Entry {
    std::uint64_t follows = 0;   ///< a bit for each symbol that some step from here has, see bitOf; kGroups
    std::uint32_t steps = 0;     ///< the first node that a step leads to; that of the next entry ends them
    std::uint32_t meanings = 0;  ///< place of the first; that of the next entry ends them
  };
  static constexpr std::uint64_t kGroups = std::uint64_t{1} << 63U;  ///< some step is a group
  struct Added {
    std::vector<Symbol> symbols;
    std::uint32_t meaning = 0;
    auto operator<=>(const Added&) const = default;
  };

  struct Start {
    Node node = 0;
    std::uint32_t begin = 0, next = 0;  ///< tokens
  };

  [[nodiscard]] Node rootOf(WordId word) const { return roots_.data()[word]; }
  [[nodiscard]] bool isFiller(WordId word) const { return fillers_.data()[word] != 0; }

  /// Whether it is a number that phrases may also name by any number.
  [[nodiscard]] bool isOtherNumber(const Token& token) const {
    return number_ != kUnknownWord && token.kind == Token::Kind::Number && token.word != number_;
  }

  [[nodiscard]] WordId wordOf(const Token& token) const { return folds_ ? token.base : token.word; }

  /// Where `symbol` leads from `node`; 0: nowhere.
  [[nodiscard]] Node step(const Entry* node, Symbol symbol) const {
    if ((node->follows & bitOf(symbol)) == 0) return 0;
    constexpr std::ptrdiff_t kFew = 16;
    const Symbol* first = symbols_.data() + node[0].steps;
    const Symbol* const last = symbols_.data() + node[1].steps;
    if (last - first > kFew) first = std::lower_bound(first, last, symbol);
    while (first != last && *first < symbol) ++first;
    return first != last && *first == symbol ? static_cast<Node>(first - symbols_.data()) : 0;
  }

  /// Whether a phrase ends with `node` or may go on from it with token `at`; false for no node.
  [[nodiscard]] bool isWorth(Node node, const std::vector<Token>& tokens, std::size_t at,
                             const GroupHits* groups) const {
    constexpr Token kNone;
    const Token& token = at < tokens.size() ? tokens.data()[at] : kNone;
    const WordId word = wordOf(token);
    const Entry* const entry = nodes_.data() + node;
    const auto all = [](bool is) { return std::uint64_t{0} - std::uint64_t{is}; };
    std::uint64_t any = bitOf(word) | all(isFiller(word)) | all(isOtherNumber(token));
    if (groups) any |= kGroups & all(groups->any(at));
    return (node != 0) & (((entry->follows & any) | (entry[0].meanings ^ entry[1].meanings)) != 0);
  }

  template <class Visit>
  struct Walk {
    const PhraseIndex& index;
    const Token* tokens;
    const GroupHits* groups;  ///< may be null
    std::size_t limit;
    Visit& visit;

    /// Goes on from `node`, whose words end before token `at`.
    void from(Node node, std::size_t at) const {
      if (at > limit) return;
      const Entry* const entry = index.nodes_.data() + node;
      for (std::uint32_t each = entry[0].meanings; each != entry[1].meanings; ++each)
        visit(index.meanings_.data()[each], at);
      if (entry->follows == 0) return;
      for (int fillers = 0; at < limit; ++at, ++fillers) {
        const Token& token = tokens[at];
        const WordId word = index.wordOf(token);
        if (const Node next = index.step(entry, word)) from(next, at + 1);
        if (index.isOtherNumber(token)) {
          if (const Node next = index.step(entry, index.number_)) from(next, at + 1);
        }
        if (groups && (entry->follows & kGroups) != 0) {
          for (const GroupHits::Hit& hit : groups->at(at)) {
            if (const Node next = index.step(entry, symbolOf(hit.group))) from(next, hit.end);
          }
        }
        if (!index.isFiller(word) || fillers == kMostFillers) return;
      }
    }
  };

  /// Most words follow no phrase that has begun: a bit tells it without a look at the steps.
  static std::uint64_t bitOf(Symbol symbol) {
    constexpr std::uint32_t kBits = 63;  // the last one is kGroups
    return std::uint64_t{1} << ((((symbol * 0x9E3779B9U) >> 16U) * kBits) >> 16U);
  }

  std::vector<Added> added_;      ///< empty once finished
  std::vector<Node> roots_;       ///< by first word; 0: none
  std::vector<Node> groupRoots_;  ///< by first group
  std::vector<Entry> nodes_;      ///< 0: the start of every phrase; one more ends the last
  std::vector<Symbol> symbols_;   ///< by node: of the step that leads to it
  std::vector<std::uint32_t> meanings_;
  std::vector<std::uint8_t> fillers_;  ///< by word
  WordId number_ = kUnknownWord;
  bool folds_ = false;
};

}  // namespace plumbline::rules::text
