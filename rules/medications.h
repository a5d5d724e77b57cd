#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "fhir/record.h"
#include "rules/pack.h"

namespace plumbline::rules {

/// Whether `use` is of the class and acts on the whole body: by ingredient code, or by an ingredient's name
/// in its text, and by none of the words for creams, inhalers and drops.
bool isOf(const MedicationClass& cls, const fhir::MedicationUse& use);

/// Which ingredients of the class `use` holds, by the names the class gives them.
std::set<std::string_view> ingredients(const MedicationClass& cls, const fhir::MedicationUse& use);

/// Whether `use` is taken now: active, and neither a draft nor a proposal. An active order is current
/// whatever its date.
bool isCurrent(const fhir::MedicationUse& use);

/// Whether an order or statement of a drug of `cls` is current.
bool takes(const MedicationClass& cls, const fhir::PatientRecord& record);

/// Since when a drug of the class has been taken without a gap that ended it: the first order, when one is
/// current or the last was given within `refilledWithinDays` of `now`. None: not taken, or nobody wrote when.
std::optional<fhir::DateRange> takenSince(const MedicationClass& cls, const fhir::PatientRecord& record,
                                          fhir::Instant now, int refilledWithinDays);

}  // namespace plumbline::rules
