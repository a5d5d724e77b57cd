#include "rules/text/phrase_index.h"

#include <algorithm>

namespace plumbline::rules::text {

void PhraseIndex::add(const std::vector<Symbol>& symbols, std::uint32_t meaning) {
  if (symbols.empty()) return;
  Node node = 0;
  for (const Symbol symbol : symbols) {
    const auto fresh = static_cast<Node>(nodes_.size());
    const bool group = (symbol & kGroupBit) != 0;
    Node next = 0;
    if (node == 0) {
      auto& roots = group ? groupRoots_ : roots_;
      const std::size_t place = symbol & ~kGroupBit;
      if (roots.size() <= place) roots.resize(place + 1);
      if (roots[place] == 0) roots[place] = fresh;
      next = roots[place];
    } else {
      next = steps_.try_emplace(key(node, symbol), fresh).first->second;
      nodes_[node].isLeaf = false;
      nodes_[node].hasGroups = nodes_[node].hasGroups || group;
    }
    if (next == fresh) nodes_.emplace_back();
    node = next;
  }
  auto& meanings = nodes_[node].meanings;
  if (std::find(meanings.begin(), meanings.end(), meaning) == meanings.end()) meanings.push_back(meaning);
}

void PhraseIndex::addFiller(WordId word) {
  if (fillers_.size() <= word) fillers_.resize(word + 1);
  fillers_[word] = true;
}

}  // namespace plumbline::rules::text
