#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/date.h"
#include "plugin/cards/compose.h"
#include "plugin/explanation.h"
#include "plugin/hooks/gather.h"
#include "plugin/hooks/request.h"
#include "plugin/hooks/services.h"
#include "plugin/http/message.h"
#include "plugin/outcome.h"
#include "plugin/rollout.h"
#include "plugin/store/rows.h"
#include "plugin/uuid.h"
#include "rules/pack.h"

namespace plumbline {

/// What a call is answered by. All of it must outlive the answer.
struct Terms {
  const rules::Pack& pack;
  fhir::Instant now;
  cards::Grouping grouping = cards::Grouping::Single;
  cards::Audience audience{};
  std::string_view client{};  ///< its name; empty where nobody is told apart
  const Rollout* rollout = &broughtOut();
  /// What keeps a card that is brought out from this patient all the same; without it, nothing.
  std::function<store::Held(const cards::Card& card, std::string_view patient)> heldBack{};
  /// Keeps how an assessment came out, for the link of its cards, without a word of what is not brought out;
  /// what names it there. Without it, nothing.
  std::function<std::string(const Explanation& why)> explained{};
  hooks::Access access{};
  /// The screens that are kept for a patient, each a QuestionnaireResponse; without it, none.
  std::function<std::vector<std::string>(std::string_view patient)> screens{};
};

/// What answering a call came to.
struct Answered {
  http::Reply reply;
  rules::Tier tier = rules::Tier::None;
  bool stripped = false;  ///< refused for what a client leaves out of a call to an unregistered address
  std::optional<store::Call> call{};  ///< to be kept; none where the request was refused
};

/// Answers one CDS Hooks call: JSON, envelope, record, assessment, cards.
/// 200 with the cards that are brought out; 400 for a body that is not a sound request to `service` or that
/// holds another patient's data; 412 naming each required prefetch key that was neither supplied nor could be
/// fetched, and why; 503 when the answer is not ready by `terms.access.until`. Of a service that is off the
/// request is checked and nothing is weighed or kept. Pure but for `uuids` and what `access` fetches.
Answered answer(const hooks::Service& service, std::string_view body, const Terms& terms,
                const UuidSource& uuids);

/// The answer to a sound request about a record; as above, but that nothing is fetched and it is never late.
Answered answer(const hooks::HookRequest& request, const fhir::PatientRecord& record, const Terms& terms,
                const UuidSource& uuids);

/// What of `screens` can be read, for the record.
std::vector<fhir::JsonDocument> readScreens(const std::vector<std::string>& screens);

/// Whether the client sent neither data nor a way to get any: EHRs strip a call whose address is not the one
/// that was registered.
bool isStripped(const hooks::HookRequest& request);

/// The 412 that tells an EHR's administrator which template was not satisfied.
std::vector<Issue> lackingIssues(const hooks::Lacking& lacking);

}  // namespace plumbline
