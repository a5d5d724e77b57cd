#include "rules/text/vocabulary.h"

#include <algorithm>
#include <limits>

namespace plumbline::rules::text {

WordId Vocabulary::add(std::string_view word) {
  const auto spelled = spellings_.find(word);
  if (spelled != spellings_.end()) word = spelled->second;
  const auto known = numbers_.find(word);
  return known == numbers_.end() ? numbers_.emplace(word, next_++).first->second : known->second;
}

std::string_view Vocabulary::singular(std::string_view word) {
  constexpr std::size_t kShortest = 4;
  const bool letters = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
  const bool plural = letters && word.size() >= kShortest && word.ends_with('s') && !word.ends_with("ss") &&
                      !word.ends_with("us") && !word.ends_with("is");
  return plural ? word.substr(0, word.size() - 1) : word;
}

void Vocabulary::addSpelling(std::string_view variant, std::string_view word) {
  spellings_.emplace(variant, word);
}

void Vocabulary::mark(WordId word, Trait trait) {
  if (traits_.size() <= word) traits_.resize(word + 1);
  traits_[word] |= trait;
}

void Vocabulary::finish() {
  std::vector<std::pair<std::string, WordId>> variants;
  for (const auto& [word, number] : numbers_) {
    if (singular(word + 's') == word) variants.emplace_back(word + 's', number);
  }
  for (const auto& [variant, word] : spellings_) {
    const auto known = numbers_.find(word);
    if (known != numbers_.end()) variants.emplace_back(variant, known->second);
  }
  for (auto& [variant, number] : variants) numbers_.emplace(std::move(variant), number);

  traits_.resize(next_);
  words_.resize(next_);
  for (const auto& [word, number] : numbers_) {
    const auto known = numbers_.find(singular(word));
    const WordId base = known == numbers_.end() ? number : known->second;
    words_[number] = {number, base, (traits_[number] & ~kOfSingular) | (traits_[base] & kOfSingular)};
  }
  layOut();
}

void Vocabulary::layOut() {
  std::vector<Slot> all;
  for (const auto& [word, number] : numbers_) {
    if (word.size() <= Letters::kMost) all.push_back({Letters::of(word), words_[number]});
  }
  const auto bits = static_cast<int>(std::bit_width(all.size() + all.size() / 4));
  for (slotShift_ = 64 - std::max(bits, 1);; --slotShift_) {
    bucketShift_ = std::min(slotShift_ + 2, 63);
    std::vector<std::vector<Slot>> buckets(std::size_t{1} << (64 - bucketShift_));
    for (const Slot& each : all) buckets[bucketOf(mixed(each.letters))].push_back(each);
    // The fullest first, while there is room.
    std::sort(buckets.begin(), buckets.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    slots_.assign(std::size_t{1} << (64 - slotShift_), {});
    turns_.assign(buckets.size(), 0);
    if (std::all_of(buckets.begin(), buckets.end(), [&](const auto& each) { return settle(each); })) return;
  }
}

/// Finds the turn at which every word of a bucket has a place of its own, and puts them there.
bool Vocabulary::settle(const std::vector<Slot>& bucket) {
  if (bucket.empty()) return true;
  const std::size_t number = bucketOf(mixed(bucket.front().letters));
  for (std::uint16_t turn = 0; turn < std::numeric_limits<std::uint16_t>::max(); ++turn) {
    std::size_t placed = 0;
    while (placed < bucket.size()) {
      Slot& slot = slots_[placeOf(mixed(bucket[placed].letters), turn)];
      if (slot.known.word != kUnknownWord) break;
      slot = bucket[placed++];
    }
    turns_[number] = turn;
    if (placed == bucket.size()) return true;
    while (placed > 0) slots_[placeOf(mixed(bucket[--placed].letters), turn)] = {};
  }
  return false;
}

}  // namespace plumbline::rules::text
