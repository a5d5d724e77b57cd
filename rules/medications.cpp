#include "rules/medications.h"

#include <algorithm>

#include "rules/words.h"

namespace plumbline::rules {
std::set<std::string_view> ingredients(const MedicationClass& cls, const fhir::MedicationUse& use) {
  std::set<std::string_view> found;
  for (const auto& coding : use.medication.coding) {
    for (const Code& code : cls.codes) {
      if (code.system == coding.system && code.code == coding.code) found.insert(code.display);
    }
  }
  for (const std::string& name : cls.names) {
    if (names(use.medication, name)) found.insert(name);
  }
  for (const auto& [brand, ingredient] : cls.brands) {
    if (names(use.medication, brand)) found.insert(ingredient);
  }
  return found;
}

bool isCurrent(const fhir::MedicationUse& use) {
  return !use.draft && !use.doNotPerform && use.status == "active" && use.intent != "proposal";
}

MedicationClasses::MedicationClasses(const Pack& pack, const fhir::PatientRecord& record)
    : record_(record), classes_(pack.medications.size()) {
  isOf_.resize(classes_ * record.medications.size());
  for (std::size_t i = 0; i < record.medications.size(); ++i) {
    const fhir::CodeableConcept& drug = record.medications[i].medication;
    const auto say = [&](bool isOne) {
      return [this, i, isOne](std::size_t cls) { isOf_[i * classes_ + cls] = isOne; };
    };
    for (const fhir::Coding& coding : drug.coding)
      pack.matchMedication(coding.system, coding.code, say(true));
    pack.medicationNames().find(drug, say(true));
    pack.medicationNotWords().find(drug, say(false));
  }
}

bool MedicationClasses::takes(std::size_t cls) const {
  for (std::size_t use = 0; use < record_.medications.size(); ++use) {
    if (isOf(cls, use) && isCurrent(record_.medications[use])) return true;
  }
  return false;
}

std::optional<fhir::DateRange> MedicationClasses::takenSince(std::size_t cls, fhir::Instant now,
                                                             int refilledWithinDays) const {
  std::optional<fhir::DateRange> first;
  bool still = false;
  for (std::size_t i = 0; i < record_.medications.size(); ++i) {
    const fhir::MedicationUse& use = record_.medications[i];
    const bool given =
        isCurrent(use) || use.status == "completed" || use.status == "stopped" || use.status == "on-hold";
    if (!given || use.draft || use.doNotPerform || !isOf(cls, i)) continue;
    const bool past = use.authored && use.authored->earliest <= now;
    still = still || isCurrent(use) ||
            (past && fhir::maybeWithin(*use.authored, now, std::chrono::days(refilledWithinDays)));
    if (past && (!first || *use.authored < *first)) first = use.authored;
  }
  return still ? first : std::nullopt;
}

}  // namespace plumbline::rules
