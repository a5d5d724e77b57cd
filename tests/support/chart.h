#pragma once

#include <rapidjson/document.h>

#include <string>
#include <utility>
#include <vector>

#include "fhir/date.h"

/// Charts in a few readable words, expanded to what an EHR sends. The shorthand is described in
/// tests/cases/README.md.
namespace plumbline::tests {

/// How a prefetch key reaches the service: whole, not at all, as an OperationOutcome, or with a page unread.
enum class Supply { Whole, Without, Failed, Partial };

/// One CDS Hooks call about patient "p1" as its parts, which a test may reorder, drop or add to before
/// request() writes them.
struct EhrCall {
  struct Resource {
    std::string key;   ///< prefetch key, or "context" for the hook's draftOrders or conditions
    std::string json;  ///< one FHIR R4 resource
  };
  struct Key {
    std::string name;
    Supply supply = Supply::Whole;
  };

  std::string hook = "patient-view";
  std::vector<Resource> resources;
  std::vector<Key> keys;  ///< in the order request() writes them

  /// A chart of nothing: every published key, whole and empty.
  EhrCall();

  /// How the key is supplied. Throws std::invalid_argument for a name that is not published.
  Supply& supply(const std::string& key);

  /// The request as JSON.
  [[nodiscard]] std::string request() const;
};

enum class Place { Chart, Context };

/// Adds the Patient. `patient` is the shorthand's `patient` object, or null for the default adult.
void addPatient(EhrCall& call, const rapidjson::Value* patient, fhir::Instant now);

/// Adds what one entry of shorthand stands for. Throws std::invalid_argument, saying what is wrong with it,
/// for a member, system, time or value the shorthand does not have.
void addEntry(EhrCall& call, const rapidjson::Value& entry, Place place, fhir::Instant now);

/// A time of the shorthand as FHIR writes it: "-3d", "-36h", "-14d1s", "+2d", "now", each also with " date"
/// for the date alone; anything that begins with a digit is passed on.
std::string timeText(const std::string& shorthand, fhir::Instant now);

}  // namespace plumbline::tests
