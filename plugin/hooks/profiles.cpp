#include "plugin/hooks/profiles.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace plumbline::hooks {
namespace {

constexpr std::string_view kEpicTrigger = "com.epic.cdshooks.request.bpa-trigger-action";

/// Epic has patient-view stand for moments the standard has hooks for. Source: Epic's documentation of its
/// CDS Hooks client, trigger actions.
constexpr std::array<Trigger, 7> kEpicTriggers{{
    {"6", Hook::ProblemListItemCreate},  // enter a problem
    {"7", Hook::ProblemListItemCreate},  // enter a diagnosis
    {"18", Hook::OrderSelect},           // enter an order
    {"23", Hook::OrderSign},             // sign orders
    {"26", Hook::EncounterStart},        // admission
    {"27", Hook::EncounterDischarge},    // discharge
    {"60", Hook::PatientView},           // open the chart
}};

/// Oracle's Condition search has no `_count`, its Observations are of three categories, and its appointments
/// are not searched by status. Source: Oracle Health's FHIR R4 documentation.
constexpr std::array<Prefetch, 11> kOraclePrefetch{{
    {"patient", "Patient/{{context.patientId}}", true},
    {"encounter", "Encounter/{{context.encounterId}}", false},
    {"conditions", "Condition?patient={{context.patientId}}", true},
    {"observations", "Observation?patient={{context.patientId}}&category=social-history", false},
    {"vitals", "Observation?patient={{context.patientId}}&category=vital-signs&_count=100", false},
    {"labs", "Observation?patient={{context.patientId}}&category=laboratory&_count=100", false},
    {"responses", "QuestionnaireResponse?patient={{context.patientId}}", false},
    {"medications", "MedicationRequest?patient={{context.patientId}}", false},
    {"procedures", "Procedure?patient={{context.patientId}}", false},
    {"reports", "DiagnosticReport?patient={{context.patientId}}&_count=100", false},
    {"notes", "DocumentReference?patient={{context.patientId}}&_count=20", false},
}};

constexpr std::string_view kLatestVitals =
    "Observation?patient={{context.patientId}}&category=vital-signs&date=ge{{today() - 365 "
    "days}}&_sort=-date&_count=100";
constexpr std::string_view kLatestLabs =
    "Observation?patient={{context.patientId}}&category=laboratory&date=ge{{today() - 365 "
    "days}}&_sort=-date&_count=100";

/// The standard's set, with the dates that CDS Hooks 3.0 lets a template work out: what is older is history
/// and would only take the room of what is not.
std::span<const Prefetch> datedPrefetch() {
  static const std::vector<Prefetch> dated = [] {
    std::vector<Prefetch> all(prefetch().begin(), prefetch().end());
    for (Prefetch& each : all) {
      if (each.key == "vitals") each.query = kLatestVitals;
      if (each.key == "labs") each.query = kLatestLabs;
    }
    return all;
  }();
  return dated;
}

const std::array<Profile, 6>& table() {
  static const std::array<Profile, 6> rows{{
      {.name = "spec", .prefetch = prefetch()},
      {.name = "spec-3", .version = "3.0.0", .prefetch = datedPrefetch()},
      {.name = "epic",
       .orders = Orders::Mapped,
       .tasks = false,
       .triggerExtension = kEpicTrigger,
       .triggers = kEpicTriggers,
       .prefetch = prefetch()},
      {.name = "oracle",
       .orders = Orders::None,
       .tasks = false,
       .lineLength = 48,
       .bullets = 6,
       .prefetch = kOraclePrefetch},
      {.name = "athena", .needsSelections = false, .prefetch = prefetch()},
      {.name = "sandbox", .prefetch = prefetch()},
  }};
  return rows;
}

/// A code sent as text or as a number.
std::string codeAt(fhir::Json object, std::string_view key) {
  if (const auto text = fhir::text(object, key)) return std::string(*text);
  const auto found = fhir::member(object, key);
  std::int64_t number = 0;
  return found && found->get(number) == simdjson::SUCCESS ? std::to_string(number) : std::string();
}

}  // namespace

std::span<const Profile> profiles() {
  return table();
}

const Profile* profile(std::string_view name) {
  const auto found =
      std::find_if(table().begin(), table().end(), [&](const Profile& each) { return each.name == name; });
  return found == table().end() ? nullptr : &*found;
}

const Profile& standardProfile() {
  return table().front();
}

Hook momentOf(const Profile& profile, const Service& service, fhir::Json root) {
  if (service.hook != Hook::PatientView || profile.triggerExtension.empty()) return service.hook;
  const auto extension = fhir::member(root, "extension");
  const std::string code = extension ? codeAt(*extension, profile.triggerExtension) : std::string();
  const auto found = std::find_if(profile.triggers.begin(), profile.triggers.end(),
                                  [&](const Trigger& each) { return each.code == code; });
  return found == profile.triggers.end() ? service.hook : found->hook;
}

}  // namespace plumbline::hooks
