#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "fhir/json.h"
#include "plugin/hooks/services.h"

namespace plumbline::hooks {

/// Which draft orders a client takes as suggestions.
enum class Orders {
  Coded,   ///< by the codes of the pack, unless the site maps them
  Mapped,  ///< only those the site maps to codes of its own
  None     ///< the client shows no suggestions
};

/// A code by which a client says, in an extension of the request, what made it call, and the hook that this
/// comes down to.
struct Trigger {
  std::string_view code;
  Hook hook;
};

/// What one kind of EHR does differently from the standard. Data: whatever a client needs is a member here,
/// and nothing asks for a client by name.
struct Profile {
  std::string_view name;
  bool needsSelections = true;  ///< order-select without `selections` is refused; else each draft is selected
  Orders orders = Orders::Coded;
  bool tasks = true;           ///< takes a Task as a suggestion
  std::string_view version{};  ///< of CDS Hooks, where discovery tells it; empty: 2.0, which does not
  std::size_t lineLength = 0;  ///< a line of a card's detail may have, in characters; 0: any
  std::size_t bullets = 0;     ///< the detail may have; 0: as many as its length holds
  std::string_view triggerExtension{};   ///< of the request; empty: none
  std::span<const Trigger> triggers{};   ///< codes that are not here change nothing
  std::span<const Prefetch> prefetch{};  ///< what discovery asks this client for
};

std::span<const Profile> profiles();

/// The profile of this name, or null.
const Profile* profile(std::string_view name);

/// That of a client of which nothing is known: the standard's.
const Profile& standardProfile();

/// What made the client call: the service's hook, unless the profile's extension says of a patient-view that
/// it stands for another.
Hook momentOf(const Profile& profile, const Service& service, fhir::Json root);

}  // namespace plumbline::hooks
