#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/hooks/request.h"
#include "rules/assessment.h"
#include "rules/pack.h"

namespace plumbline {

/// How far an answer is brought out, each step farther than the one before. Off: nowhere. Silent: it is
/// stored and not sent. Pilot: On for whom the pilot reaches, Silent for everybody else.
enum class Mode { Off, Silent, Pilot, On };

/// As the configuration writes it: "off", "silent", "pilot", "on".
std::string_view name(Mode mode);

/// Whom a pilot reaches: a user of the share, and every call about an encounter at one of the places.
struct Pilot {
  int percent = 0;                    ///< of the users of each client
  std::string seed = "pilot";         ///< another seed draws other users
  std::vector<std::string> places{};  ///< departments or locations as the EHR refers to them, "Location/ed"

  [[nodiscard]] bool reachesNobody() const { return percent == 0 && places.empty(); }
};

/// What a site has brought out so far. An answer is a pathway by its id, or, where no pathway heads it, the
/// name of its tier.
struct Rollout {
  Mode standard = Mode::On;  ///< of an answer when neither it nor the service is listed
  std::map<std::string, Mode, std::less<>> answers{};
  std::map<std::string, Mode, std::less<>> services{};
  Pilot pilot{};
};

/// The same, with the pathways off that the site's overlay of the content disables.
Rollout withoutDisabled(Rollout rollout, const rules::Pack& pack);

/// Everything to everybody.
const Rollout& broughtOut();

/// The mode of an answer of a service: of the two that are listed the more restrained.
Mode modeOf(const Rollout& rollout, std::string_view service, std::string_view answer);

/// "silent; on: cauda-equina", for the log.
std::string words(const Rollout& rollout);

/// Whether the pilot reaches this call of a client. The share is drawn by a hash of client, user and seed, so
/// that a user who sees cards goes on seeing them. Places are those of the encounter in prefetch
/// (`location`, `serviceProvider`); of an encounter the EHR did not send nothing is known.
bool reaches(const Pilot& pilot, const hooks::HookRequest& request, std::string_view client);

/// The part of an assessment whose answers are `wanted`, as if nothing else had been found. What was found
/// beyond it still counts: nothing is cleared, and no lesser answer comes up, because a pathway is left out.
rules::Assessment part(const rules::Assessment& whole,
                       const std::function<bool(std::string_view answer)>& wanted);

/// The answers an assessment holds, the lead first.
std::vector<std::string_view> answersIn(const rules::Assessment& assessment);

/// What may be listed under `answers` for this content.
std::vector<std::string_view> answersOf(const rules::Pack& pack);

}  // namespace plumbline
