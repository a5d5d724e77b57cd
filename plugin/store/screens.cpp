#include "plugin/store/screens.h"

#include <algorithm>
#include <utility>

namespace plumbline::store {
namespace {

std::string keyOf(const std::string& client, const std::string& patient) {
  return std::string(client).append(1, '\0').append(patient);
}

}  // namespace

std::string written(const std::vector<ScreenAnswer>& answers) {
  std::string text;
  for (const ScreenAnswer& each : answers)
    text += (text.empty() ? "" : " ") + each.question + "=" + each.answer;
  return text;
}

std::vector<ScreenAnswer> readAnswers(std::string_view text) {
  std::vector<ScreenAnswer> answers;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const auto middle = pair.find('=');
    if (middle == std::string_view::npos) continue;
    answers.push_back({std::string(pair.substr(0, middle)), std::string(pair.substr(middle + 1))});
  }
  return answers;
}

void Screens::add(const std::string& client, const std::string& patient, KeptScreen screen) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, list] : byPatient_)
    std::erase_if(list, [&](const KeptScreen& each) { return each.until <= screen.at; });
  std::erase_if(byPatient_, [](const auto& each) { return each.second.empty(); });
  auto& list = byPatient_[keyOf(client, patient)];
  const bool known = std::any_of(
      list.begin(), list.end(), [&](const KeptScreen& each) { return each.submission == screen.submission; });
  if (!known) list.push_back(std::move(screen));
}

std::vector<KeptScreen> Screens::of(const std::string& client, const std::string& patient,
                                    std::string_view now) const {
  const std::lock_guard lock(mutex_);
  const auto found = byPatient_.find(keyOf(client, patient));
  if (found == byPatient_.end()) return {};
  std::vector<KeptScreen> valid = found->second;
  std::erase_if(valid, [&](const KeptScreen& each) { return each.until <= now; });
  return valid;
}

}  // namespace plumbline::store
