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
  return found;
}

bool isOf(const MedicationClass& cls, const fhir::MedicationUse& use) {
  const auto said = [&](const std::string& word) { return names(use.medication, word); };
  return (isAny(cls.codes, use.medication) || std::any_of(cls.names.begin(), cls.names.end(), said)) &&
         std::none_of(cls.notWords.begin(), cls.notWords.end(), said);
}

bool isCurrent(const fhir::MedicationUse& use) {
  return !use.draft && use.status == "active" && use.intent != "proposal";
}

bool takes(const MedicationClass& cls, const fhir::PatientRecord& record) {
  return std::any_of(record.medications.begin(), record.medications.end(),
                     [&](const fhir::MedicationUse& use) { return isCurrent(use) && isOf(cls, use); });
}

std::optional<fhir::DateRange> takenSince(const MedicationClass& cls, const fhir::PatientRecord& record,
                                          fhir::Instant now, int refilledWithinDays) {
  std::optional<fhir::DateRange> first;
  bool still = false;
  for (const fhir::MedicationUse& use : record.medications) {
    const bool given =
        isCurrent(use) || use.status == "completed" || use.status == "stopped" || use.status == "on-hold";
    if (!given || use.draft || !isOf(cls, use)) continue;
    const bool past = use.authored && use.authored->earliest <= now;
    still = still || isCurrent(use) ||
            (past && fhir::maybeWithin(*use.authored, now, std::chrono::days(refilledWithinDays)));
    if (past && (!first || *use.authored < *first)) first = use.authored;
  }
  return still ? first : std::nullopt;
}

}  // namespace plumbline::rules
