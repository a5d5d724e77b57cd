#include "rules/screen.h"

#include <algorithm>

namespace plumbline::rules {
namespace {

using std::chrono::seconds;

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

}  // namespace

std::vector<OpenItem> openItems(const Facts& facts) {
  const Screen& screen = facts.pack.screen;
  const seconds usual = inEmergencyDepartment(facts.record) ? screen.maxAgeEmergency : screen.maxAge;
  std::vector<OpenItem> open;
  for (const auto& [region, items] : screen.items) {
    if (!facts.pain.in(region)) continue;
    for (const ScreenItem& item : items) {
      const auto told = [&](const OpenItem& each) { return each.item->id == item.id; };
      if (std::any_of(open.begin(), open.end(), told)) continue;
      if (item.ageFrom && facts.age && facts.age->oldest < *item.ageFrom) continue;
      OpenItem found{&item, {}};
      if (isOpen(item, facts, usual, found)) open.push_back(std::move(found));
    }
  }
  return open;
}

}  // namespace plumbline::rules
