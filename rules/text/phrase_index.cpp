#include "rules/text/phrase_index.h"

#include <utility>

namespace plumbline::rules::text {

void PhraseIndex::add(const std::vector<Symbol>& symbols, std::uint32_t meaning) {
  if (symbols.empty()) return;
  Node node = 0;
  for (const Symbol symbol : symbols) node = stepOrNew(node, symbol);
  mean(node, meaning);
}

PhraseIndex::Node PhraseIndex::stepOrNew(Node node, Symbol symbol) {
  const auto fresh = static_cast<Node>(nodes_.size());
  const bool group = (symbol & kGroupBit) != 0;
  if (node == 0) {
    auto& roots = group ? groupRoots_ : roots_;
    const std::size_t place = symbol & ~kGroupBit;
    if (roots.size() <= place) roots.resize(place + 1);
    if (roots[place] != 0) return roots[place];
    roots[place] = fresh;
  } else {
    if (const Node known = step(node, nodes_[node], symbol)) return known;
    put({key(node, symbol), fresh});
    nodes_[node].follows |= bitOf(symbol);
    nodes_[node].hasGroups = nodes_[node].hasGroups || group;
  }
  nodes_.emplace_back();
  return fresh;
}

void PhraseIndex::put(Step step) {
  if (2 * (taken_ + 1) > steps_.size()) {
    const std::vector<Step> old = std::exchange(steps_, std::vector<Step>(2 * steps_.size()));
    --shift_;
    taken_ = 0;
    for (const Step& each : old) {
      if (each.key != 0) put(each);
    }
  }
  std::size_t at = placeOf(step.key);
  while (steps_[at].key != 0) at = (at + 1) & (steps_.size() - 1);
  steps_[at] = step;
  ++taken_;
}

void PhraseIndex::mean(Node node, std::uint32_t meaning) {
  std::uint32_t* place = &nodes_[node].meanings;
  while (*place != 0) {
    if (meanings_[*place].meaning == meaning) return;
    place = &meanings_[*place].next;
  }
  *place = static_cast<std::uint32_t>(meanings_.size());
  meanings_.push_back({meaning, 0});
}

void PhraseIndex::addFiller(WordId word) {
  if (fillers_.size() <= word) fillers_.resize(word + 1);
  fillers_[word] = 1;
}

}  // namespace plumbline::rules::text
