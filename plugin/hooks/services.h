#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace plumbline::hooks {

enum class Hook {
  PatientView,
  EncounterStart,
  OrderSelect,
  OrderSign,
  ProblemListItemCreate,
  EncounterDischarge
};

/// One row of the table of services: what discovery publishes and what a request must carry.
struct Service {
  Hook hook;
  std::string_view hookName;
  std::string_view id;
  std::string_view title;
  std::string_view description;
  std::string_view usage;
  bool needsEncounter;                   ///< context.encounterId is required
  bool needsDrafts;                      ///< context.draftOrders is required
  bool needsSelections;                  ///< context.selections is required
  bool needsConditions;                  ///< context.conditions is required
  std::string_view hookVersion = "1.0";  ///< of the hook's definition in the CDS Hooks Library
};

/// A prefetch key and its template, a FHIR R4 search in the restricted syntax of CDS Hooks 2.0.
struct Prefetch {
  std::string_view key;
  std::string_view query;
  bool required;  ///< missing and not to be had: 412
};

std::span<const Service> services();
std::span<const Prefetch> prefetch();

/// The service with this id, or null.
const Service* service(std::string_view id);

}  // namespace plumbline::hooks
