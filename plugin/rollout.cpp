#include "plugin/rollout.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "fhir/json.h"
#include "plugin/uuid.h"

namespace plumbline {
namespace {

using rules::Tier;

constexpr Tier kWithoutPathway[] = {Tier::StructuralFirst, Tier::Cleared, Tier::NotAssessable};

bool hasNoPathway(Tier tier) {
  return std::find(std::begin(kWithoutPathway), std::end(kWithoutPathway), tier) != std::end(kWithoutPathway);
}

std::optional<Mode> listed(const std::map<std::string, Mode, std::less<>>& modes, std::string_view name) {
  const auto found = modes.find(name);
  return found == modes.end() ? std::nullopt : std::optional(found->second);
}

/// 0 to 99, spread evenly over users.
int drawn(const Pilot& pilot, std::string_view client, std::string_view user) {
  constexpr std::size_t kDigits = 8;
  std::string text = pilot.seed;
  for (const std::string_view part : {client, user}) text.append(1, '\0').append(part);
  constexpr int kHexadecimal = 16;
  return static_cast<int>(std::stoul(sha256Prefix(text, kDigits), nullptr, kHexadecimal) % 100);
}

bool isAt(fhir::Json encounter, const std::vector<std::string>& places) {
  const auto isListed = [&](std::optional<fhir::Json> holder) {
    const auto reference = holder ? fhir::text(*holder, "reference") : std::nullopt;
    return reference && std::find(places.begin(), places.end(), *reference) != places.end();
  };
  bool found = isListed(fhir::member(encounter, "serviceProvider"));
  fhir::forEach(encounter, "location", [&](fhir::Json each) {
    if (each.is_object()) found = found || isListed(fhir::member(each, "location"));
  });
  return found;
}

}  // namespace

Rollout withoutDisabled(Rollout rollout, const rules::Pack& pack) {
  if (!pack.overlay) return rollout;
  for (const std::string& id : pack.overlay->disabled) rollout.answers[id] = Mode::Off;
  return rollout;
}

const Rollout& broughtOut() {
  static const Rollout all;
  return all;
}

Mode modeOf(const Rollout& rollout, std::string_view service, std::string_view answer) {
  const auto ofAnswer = listed(rollout.answers, answer), ofService = listed(rollout.services, service);
  if (ofAnswer && ofService) return std::min(*ofAnswer, *ofService);
  return ofAnswer ? *ofAnswer : ofService.value_or(rollout.standard);
}

std::string_view name(Mode mode) {
  switch (mode) {
    case Mode::Off: return "off";
    case Mode::Silent: return "silent";
    case Mode::Pilot: return "pilot";
    case Mode::On: return "on";
  }
  return "";
}

std::string words(const Rollout& rollout) {
  std::string text;
  for (const Mode mode : {Mode::On, Mode::Pilot, Mode::Silent, Mode::Off}) {
    if (mode == rollout.standard) text.insert(0, name(mode));
    std::string these;
    for (const auto* const modes : {&rollout.answers, &rollout.services}) {
      for (const auto& [what, its] : *modes) {
        if (its == mode) these += (these.empty() ? " " : ", ") + what;
      }
    }
    if (!these.empty()) text += "; " + std::string(name(mode)) + ":" + these;
  }
  return text;
}

bool reaches(const Pilot& pilot, const hooks::HookRequest& request, std::string_view client) {
  if (pilot.percent > 0 && drawn(pilot, client, request.userId) < pilot.percent) return true;
  if (pilot.places.empty() || !request.prefetch) return false;
  const auto encounter = fhir::member(*request.prefetch, "encounter");
  if (!encounter || fhir::text(*encounter, "resourceType").value_or("") != "Encounter") return false;
  const auto id = fhir::text(*encounter, "id");
  return (request.encounterId.empty() || id == request.encounterId) && isAt(*encounter, pilot.places);
}

rules::Assessment part(const rules::Assessment& whole,
                       const std::function<bool(std::string_view answer)>& wanted) {
  rules::Assessment some = whole;
  std::erase_if(some.raised, [&](std::size_t each) { return !wanted(whole.considered[each].pathway->id); });
  if (!hasNoPathway(whole.tier) || !wanted(name(whole.tier))) {
    some.tier = some.raised.empty() ? Tier::None : some.lead()->tier;
    some.cleared.reset();
  }
  return some;
}

std::vector<std::string_view> answersIn(const rules::Assessment& assessment) {
  std::vector<std::string_view> answers;
  if (hasNoPathway(assessment.tier)) answers.push_back(name(assessment.tier));
  for (const std::size_t each : assessment.raised)
    answers.emplace_back(assessment.considered[each].pathway->id);
  return answers;
}

std::vector<std::string_view> answersOf(const rules::Pack& pack) {
  std::vector<std::string_view> all;
  for (const auto& pathway : pack.pathways) all.emplace_back(pathway.id);
  for (const Tier tier : kWithoutPathway) all.push_back(name(tier));
  return all;
}

}  // namespace plumbline
