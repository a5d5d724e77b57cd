#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/record.h"
#include "rules/pack.h"

namespace plumbline::rules {

/// Which ingredients of the class `use` holds, by the names the class gives them.
std::set<std::string_view> ingredients(const MedicationClass& cls, const fhir::MedicationUse& use);

/// Whether `use` is taken now: active, and neither a draft, nor a proposal, nor an order not to give it. An
/// active order is current whatever its date.
bool isCurrent(const fhir::MedicationUse& use);

/// Which classes each order and statement of a record is of, found once for all who ask: by ingredient code,
/// or by an ingredient's or brand's name in its text, and by none of the words for creams, inhalers and
/// drops. `cls` and `use` are indexes into Pack::medications and PatientRecord::medications; pack and record
/// must outlive it.
class MedicationClasses {
 public:
  MedicationClasses(const Pack& pack, const fhir::PatientRecord& record);

  [[nodiscard]] bool isOf(std::size_t cls, std::size_t use) const { return isOf_[use * classes_ + cls]; }

  /// Whether an order or statement of a drug of the class is current.
  [[nodiscard]] bool takes(std::size_t cls) const;

  /// Since when a drug of the class has been taken without a gap that ended it: the first order, when one is
  /// current or the last was given within `refilledWithinDays` of `now`. None: not taken, or nobody wrote
  /// when.
  [[nodiscard]] std::optional<fhir::DateRange> takenSince(std::size_t cls, fhir::Instant now,
                                                          int refilledWithinDays) const;

 private:
  const fhir::PatientRecord& record_;
  std::size_t classes_;
  std::vector<bool> isOf_;
};

}  // namespace plumbline::rules
