#pragma once

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
    std::uint32_t end = 0;  ///< token
  };

  explicit GroupHits(std::size_t tokens) : first_(tokens + 1) {}

  /// To be called for every token in turn, before add() for that token, and once more at the end.
  void next() { first_.data()[tokens_++] = static_cast<std::uint32_t>(hits_.size()); }
  void add(Group group, std::size_t end) { hits_.push_back({group, static_cast<std::uint32_t>(end)}); }

  [[nodiscard]] std::span<const Hit> at(std::size_t token) const {
    const std::uint32_t* const first = first_.data() + token;
    return {hits_.data() + first[0], hits_.data() + first[1]};
  }

 private:
  std::vector<std::uint32_t> first_;
  std::size_t tokens_ = 0;
  std::vector<Hit> hits_;
};

/// Sequences of words and groups, each with the meanings it stands for, in one trie. Filled once, then read
/// by any thread. Looking at one place of a text costs at most the longest phrase, so a text costs its
/// length.
class PhraseIndex {
 public:
  /// `symbols` stand for `meaning`, a small number of the caller's. Adding the same twice changes nothing.
  void add(const std::vector<Symbol>& symbols, std::uint32_t meaning);

  /// Words that may stand between those of a phrase without being named in it.
  void addFiller(WordId word);

  /// Phrases are in the singular and are found in the plural too.
  void foldPlurals() { folds_ = true; }

  /// From now on `word` in a phrase stands for any number.
  void setNumber(WordId word) { number_ = word; }

  /// Calls `visit(meaning, end)` for every phrase that begins at `tokens[at]` and ends before `tokens[end]`,
  /// `end` at most `limit`. What is no word of the phrase ends it, and so does punctuation that it does not
  /// name. `groups` is where groups are in the text; without it phrases that need one are not found.
  template <class Visit>
  void find(const std::vector<Token>& tokens, std::size_t at, std::size_t limit, Visit visit,
            const GroupHits* groups = nullptr) const {
    const Walk<Visit> walk{*this, tokens.data(), groups, limit, visit};
    const Token& token = tokens.data()[at];
    if (const Node root = rootOf(wordOf(token))) walk.from(root, at + 1);
    if (isOtherNumber(token)) {
      if (const Node root = rootOf(number_)) walk.from(root, at + 1);
    }
    if (!groups) return;
    for (const GroupHits::Hit& hit : groups->at(at)) {
      const Node root = hit.group < groupRoots_.size() ? groupRoots_[hit.group] : 0;
      if (root != 0) walk.from(root, hit.end);
    }
  }

  /// Whether some phrase may begin with `token`, groups aside.
  [[nodiscard]] bool mayBegin(const Token& token) const {
    return rootOf(wordOf(token)) != 0 || isOtherNumber(token);
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

  struct Entry {
    std::uint64_t follows = 0;   ///< a bit for each symbol that some step from here has; see bitOf
    std::uint32_t meanings = 0;  ///< place of the first; 0: none
    bool hasGroups = false;      ///< some step from here is a group
  };
  struct Meaning {
    std::uint32_t meaning = 0;
    std::uint32_t next = 0;  ///< place of the next one of the same node; 0: it is the last
  };
  struct Step {
    std::uint64_t key = 0;
    Node node = 0;
  };

  [[nodiscard]] Node rootOf(WordId word) const { return word < roots_.size() ? roots_.data()[word] : 0; }
  [[nodiscard]] bool isFiller(WordId word) const {
    return word < fillers_.size() && fillers_.data()[word] != 0;
  }

  /// Whether it is a number that phrases may also name by any number.
  [[nodiscard]] bool isOtherNumber(const Token& token) const {
    return token.kind == Token::Kind::Number && number_ != kUnknownWord && token.word != number_;
  }

  [[nodiscard]] WordId wordOf(const Token& token) const { return folds_ ? token.base : token.word; }

  /// Where `symbol` leads from `node`, whose entry is `entry`; 0: nowhere.
  [[nodiscard]] Node step(Node node, const Entry& entry, Symbol symbol) const {
    if ((entry.follows & bitOf(symbol)) == 0) return 0;
    const Step* const steps = steps_.data();
    const std::uint64_t wanted = key(node, symbol);
    for (std::size_t at = placeOf(wanted);; at = (at + 1) & (steps_.size() - 1)) {
      if (steps[at].key == wanted || steps[at].key == 0) return steps[at].node;
    }
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
      const Entry entry = index.nodes_.data()[node];
      for (std::uint32_t each = entry.meanings; each != 0; each = index.meanings_.data()[each].next)
        visit(index.meanings_.data()[each].meaning, at);
      if (entry.follows == 0) return;
      for (int fillers = 0; at < limit; ++at, ++fillers) {
        const Token& token = tokens[at];
        const WordId word = index.wordOf(token);
        if (const Node next = index.step(node, entry, word)) from(next, at + 1);
        if (index.isOtherNumber(token)) {
          if (const Node next = index.step(node, entry, index.number_)) from(next, at + 1);
        }
        if (groups && entry.hasGroups) {
          for (const GroupHits::Hit& hit : groups->at(at)) {
            if (const Node next = index.step(node, entry, symbolOf(hit.group))) from(next, hit.end);
          }
        }
        if (!index.isFiller(word) || fillers == kMostFillers) return;
      }
    }
  };

  static std::uint64_t key(Node node, Symbol symbol) { return (std::uint64_t{node} << 32U) | symbol; }
  /// Most words follow no phrase that has begun: a bit tells it without a look at the steps.
  static std::uint64_t bitOf(Symbol symbol) { return std::uint64_t{1} << ((symbol * 0x9E3779B9U) >> 26U); }
  [[nodiscard]] std::size_t placeOf(std::uint64_t wanted) const {
    return static_cast<std::size_t>((wanted * 0x9E3779B97F4A7C15ULL) >> shift_);
  }

  Node stepOrNew(Node node, Symbol symbol);
  void put(Step step);
  void mean(Node node, std::uint32_t meaning);

  std::vector<Node> roots_;       ///< by first word; 0: none
  std::vector<Node> groupRoots_;  ///< by first group
  std::vector<Entry> nodes_ = std::vector<Entry>(1);
  std::vector<Meaning> meanings_ = std::vector<Meaning>(1);
  std::vector<Step> steps_ = std::vector<Step>(2);  ///< a power of two of places, at most half of them taken
  int shift_ = 63;                                  ///< leaves the bits that number a step
  std::size_t taken_ = 0;                           ///< of `steps_`
  std::vector<std::uint8_t> fillers_;               ///< by word
  WordId number_ = kUnknownWord;
  bool folds_ = false;
};

}  // namespace plumbline::rules::text
