#include "rules/screen.h"

#include <algorithm>

#include "rules/questionnaire.h"

namespace plumbline::rules {
namespace {

using std::chrono::seconds;

constexpr std::size_t kUsualItems = 16;  ///< of the screen of one region

bool inEmergencyDepartment(const fhir::PatientRecord& record) {
  return std::any_of(record.encounters.begin(), record.encounters.end(), [](const fhir::Encounter& each) {
    return each.classCode == "EMER" && each.status == "in-progress";
  });
}

bool absentInDate(const Facts& facts, std::size_t finding, seconds limit) {
  const FindingState& state = facts.states[finding];
  if (state.state != State::Absent || !state.when) return false;
  const auto& window = facts.pack.findings[finding].activeDays;
  if (window) limit = std::min(limit, seconds(std::chrono::days(*window)));
  return fhir::surelyWithin(*state.when, facts.now, limit);
}

/// Whether the item asks for anything not there; fills the findings that are not absent.
bool isOpen(const ScreenItem& item, const Facts& facts, seconds usual, OpenItem& open) {
  for (const std::size_t finding : item.all) {
    const auto own = item.maxAgeOf.find(finding);
    const seconds limit = own != item.maxAgeOf.end() ? own->second : item.maxAge.value_or(usual);
    if (!absentInDate(facts, finding, limit)) open.findings.insert(finding);
  }
  return !open.findings.empty() ||
         std::any_of(item.measured.begin(), item.measured.end(), [&](const std::vector<Code>& codes) {
           return !measured(codes, facts, facts.now - item.maxAge.value_or(usual));
         });
}

seconds usualAge(const Facts& facts) {
  const Screen& screen = facts.pack.screen;
  return inEmergencyDepartment(facts.record) ? screen.maxAgeEmergency : screen.maxAge;
}

/// Calls `use(item)` for each item of the screen that this patient needs, once.
template <class Use>
void forEachItem(const Facts& facts, Use use) {
  std::vector<const ScreenItem*> seen;
  seen.reserve(kUsualItems);
  for (const auto& [region, items] : facts.pack.screen.items) {
    if (!facts.pain.in(region)) continue;
    for (const ScreenItem& item : items) {
      const auto told = [&](const ScreenItem* each) { return each->id == item.id; };
      if (std::any_of(seen.begin(), seen.end(), told)) continue;
      seen.push_back(&item);
      if (item.ageFrom && facts.age && facts.age->oldest < *item.ageFrom) continue;
      use(item);
    }
  }
}

}  // namespace

std::vector<OpenItem> openItems(const Facts& facts) {
  const seconds usual = usualAge(facts);
  std::vector<OpenItem> open;
  open.reserve(kUsualItems);
  forEachItem(facts, [&](const ScreenItem& item) {
    OpenItem found{&item, {}};
    if (isOpen(item, facts, usual, found)) open.push_back(std::move(found));
  });
  return open;
}

bool attestationLacks(const Facts& facts) {
  if (!facts.pack.screen.requireAttestation) return false;
  std::vector<std::size_t> findings;
  forEachItem(facts, [&](const ScreenItem& item) {
    findings.insert(findings.end(), item.all.begin(), item.all.end());
  });
  return !isAttested(facts, findings, usualAge(facts));
}

}  // namespace plumbline::rules
