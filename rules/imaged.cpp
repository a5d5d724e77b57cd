#include "rules/imaged.h"

#include <algorithm>
#include <string_view>

namespace plumbline::rules {
namespace {

bool covers(const Pack& pack, const Pathway& pathway, const fhir::CodeableConcept& done) {
  return std::any_of(pack.imaging.begin(), pack.imaging.end(), [&](const Imaging& imaging) {
    const bool listed =
        std::find(imaging.covers.begin(), imaging.covers.end(), pathway.id) != imaging.covers.end();
    return listed && isImaging(imaging, done);
  });
}

/// Whether every finding was on record surely before `done`; on the same date without a time counts as
/// before.
bool allBefore(const std::set<std::size_t>& findings, const fhir::DateRange& done, const Facts& facts) {
  return std::all_of(findings.begin(), findings.end(), [&](std::size_t finding) {
    if (facts.pack.findings[finding].kind == Kind::Diagnosis) return false;
    const auto& evidence = facts.states[finding].evidence;
    return std::all_of(evidence.begin(), evidence.end(), [&](const Evidence& each) {
      return each.says != Evidence::Says::Present || (each.when && each.when->latest <= done.latest);
    });
  });
}

bool isFinal(std::string_view status) {
  return status == "final" || status == "amended" || status == "corrected";
}

bool isUrgent(std::string_view priority) {
  return priority == "urgent" || priority == "asap" || priority == "stat";
}

}  // namespace

bool isImaging(const Imaging& imaging, const fhir::CodeableConcept& concept_) {
  const auto said = [&](const std::string& words) {
    return holdsWord(concept_.text, words) ||
           std::any_of(concept_.coding.begin(), concept_.coding.end(),
                       [&](const fhir::Coding& coding) { return holdsWord(coding.display, words); });
  };
  return std::any_of(concept_.coding.begin(), concept_.coding.end(),
                     [&](const fhir::Coding& coding) {
                       return contains(imaging.codes, coding.system, coding.code);
                     }) ||
         std::any_of(imaging.words.begin(), imaging.words.end(), said);
}

bool mriInDraft(const Pack& pack, const fhir::PatientRecord& record) {
  return std::any_of(record.orders.begin(), record.orders.end(), [&](const fhir::ServiceRequest& order) {
    return order.draft && std::any_of(pack.imaging.begin(), pack.imaging.end(), [&](const Imaging& imaging) {
             return imaging.mri && isImaging(imaging, order.code);
           });
  });
}

ActedTier afterImaging(const Pathway& pathway, Tier tier, const std::set<std::size_t>& because,
                       const Facts& facts, const fhir::PatientRecord& record) {
  if (because.empty()) return {tier};
  for (const fhir::DiagnosticReport& report : record.reports) {
    if (isFinal(report.status) && report.effective && report.effective->earliest <= facts.now &&
        covers(facts.pack, pathway, report.code) && allBefore(because, *report.effective, facts)) {
      return {std::min(tier, Tier::Soon), Acted::Imaged};
    }
  }
  for (const fhir::ServiceRequest& order : record.orders) {
    const bool holds = !order.draft && order.status == "active" && isUrgent(order.priority) &&
                       order.authored && order.authored->earliest <= facts.now &&
                       fhir::surelyWithin(*order.authored, facts.now, facts.pack.limits.requestHolds);
    if (holds && covers(facts.pack, pathway, order.code) && allBefore(because, *order.authored, facts)) {
      return {std::min(tier, Tier::Urgent), Acted::Requested};
    }
  }
  return {tier};
}

}  // namespace plumbline::rules
