#include "rules/text/phrase_index.h"

#include <utility>

namespace plumbline::rules::text {
void PhraseIndex::add(std::vector<Symbol> symbols, std::uint32_t meaning) {
  if (!symbols.empty()) added_.push_back({std::move(symbols), meaning});
}

/// In order, the phrases that begin alike stand in a row: each row is a node, and its rows within the nodes
/// that steps lead to. Numbered breadth first, those of one node are neighbours.
void PhraseIndex::finish(std::size_t words, std::size_t groups) {
  roots_.resize(words);
  groupRoots_.resize(groups);
  fillers_.resize(words);
  std::sort(added_.begin(), added_.end());
  added_.erase(std::unique(added_.begin(), added_.end()), added_.end());
  struct Row {
    std::size_t begin, end, depth;
  };
  std::vector<Row> rows{{0, added_.size(), 0}};
  symbols_.push_back(0);
  for (std::size_t node = 0; node < rows.size(); ++node) {
    auto [each, end, depth] = rows[node];
    Entry entry{0, static_cast<std::uint32_t>(rows.size()), static_cast<std::uint32_t>(meanings_.size())};
    for (; each != end && added_[each].symbols.size() == depth; ++each)
      meanings_.push_back(added_[each].meaning);
    while (each != end) {
      const std::size_t begin = each;
      const Symbol symbol = added_[begin].symbols[depth];
      while (each != end && added_[each].symbols[depth] == symbol) ++each;
      entry.follows |= bitOf(symbol) | ((symbol & kGroupBit) != 0 ? kGroups : 0);
      if (node == 0) {
        Node& root = (symbol & kGroupBit) != 0 ? groupRoots_[symbol & ~kGroupBit] : roots_[symbol];
        root = static_cast<Node>(rows.size());
      }
      symbols_.push_back(symbol);
      rows.push_back({begin, each, depth + 1});
    }
    nodes_.push_back(entry);
  }
  nodes_.push_back(
      {0, static_cast<std::uint32_t>(rows.size()), static_cast<std::uint32_t>(meanings_.size())});
  added_ = {};
}

void PhraseIndex::addFiller(WordId word) {
  if (fillers_.size() <= word) fillers_.resize(word + 1);
  fillers_[word] = 1;
}

}  // namespace plumbline::rules::text
