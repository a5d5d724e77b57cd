#include "plugin/store/recall.h"

#include <algorithm>
#include <vector>

namespace plumbline::store {
namespace {

/// Entries of each kind; about 300 bytes each. Some months of a large hospital.
constexpr std::size_t kMost = 100'000;

std::string keyOf(const Picture& picture) {
  std::string key = picture.client;
  for (const std::string* part : {&picture.patient, &picture.topic, &picture.pathways})
    key.append(1, '\0').append(*part);
  return key;
}

fhir::Instant whenOf(const Override& each) {
  return each.when;
}
fhir::Instant whenOf(fhir::Instant each) {
  return each;
}

/// Keeps the later of two, and of too many the younger half.
template <class Value>
void keep(std::unordered_map<std::string, Value>& all, const Picture& picture, Value value) {
  const auto [at, isNew] = all.try_emplace(keyOf(picture), value);
  if (!isNew && whenOf(at->second) <= whenOf(value)) at->second = std::move(value);
  if (all.size() <= kMost) return;
  std::vector<fhir::Instant> times;
  for (const auto& [key, each] : all) times.push_back(whenOf(each));
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  std::erase_if(all, [&](const auto& each) { return whenOf(each.second) <= *middle; });
}

template <class Value>
std::optional<Value> found(const std::unordered_map<std::string, Value>& all, const Picture& picture) {
  const auto at = all.find(keyOf(picture));
  return at == all.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace

void Recall::overridden(const Picture& picture, Override last) {
  const std::lock_guard lock(mutex_);
  keep(overrides_, picture, std::move(last));
}

void Recall::told(const Picture& picture, fhir::Instant when) {
  const std::lock_guard lock(mutex_);
  keep(told_, picture, when);
}

std::optional<Override> Recall::lastOverride(const Picture& picture) const {
  const std::lock_guard lock(mutex_);
  return found(overrides_, picture);
}

std::optional<fhir::Instant> Recall::lastTold(const Picture& picture) const {
  const std::lock_guard lock(mutex_);
  return found(told_, picture);
}

}  // namespace plumbline::store
