#include "rules/imaged.h"

#include <algorithm>
#include <string_view>

#include "rules/measurement.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

bool withContrast(const Imaging& imaging, const fhir::CodeableConcept& done) {
  const bool coded = std::any_of(imaging.codes.begin(), imaging.codes.end(),
                                 [&](const Code& code) { return code.contrast && isAny({code}, done); });
  return coded || std::any_of(imaging.contrastWords.begin(), imaging.contrastWords.end(),
                              [&](const std::string& word) { return names(done, word); });
}

/// The imaging that `done` is, where it shows what the pathway is about; some causes are seen with contrast
/// medium only.
const Imaging* covering(const Pack& pack, const Pathway& pathway, const fhir::CodeableConcept& done) {
  const auto holds = [&](const std::vector<std::string>& ids) {
    return std::find(ids.begin(), ids.end(), pathway.id) != ids.end();
  };
  const auto found = std::find_if(pack.imaging.begin(), pack.imaging.end(), [&](const Imaging& imaging) {
    if (!holds(imaging.covers) || !isImaging(imaging, done)) return false;
    return !holds(imaging.coversOnlyWithContrast) || withContrast(imaging, done);
  });
  return found == pack.imaging.end() ? nullptr : &*found;
}

/// Whether everything that speaks for these findings was on record surely before `done`. A tie of dates
/// without a time is none: what came first is unknown.
bool allBefore(const FindingSet& findings, const fhir::DateRange& done, const Facts& facts) {
  bool all = true;
  findings.forEach([&](std::size_t finding) {
    const auto& evidence = facts.states[finding].evidence;
    all = all && facts.pack.findings[finding].kind != Kind::Diagnosis &&
          std::all_of(evidence.begin(), evidence.end(), [&](const Evidence& each) {
            const bool standing = facts.pack.findings[finding].kind == Kind::RiskFactor && !each.when;
            return standing || each.says != Evidence::Says::Present ||
                   (each.when && each.when->latest < done.earliest &&
                    (!each.onset || each.onset->latest < done.earliest));
          });
  });
  return all;
}

bool isUrgent(std::string_view priority) {
  return priority == "urgent" || priority == "asap" || priority == "stat";
}

/// Whether the report is one of something that was examined.
bool wasDone(const Pack& pack, const fhir::DiagnosticReport& report) {
  return isFinal(report.status) &&
         std::none_of(pack.notDone.begin(), pack.notDone.end(),
                      [&](const std::string& words) { return names(report.code, words); });
}

}  // namespace

bool isOrder(const fhir::ServiceRequest& request) {
  const std::string_view intent = request.intent;
  return !request.doNotPerform && (intent.empty() || intent == "order" || intent.ends_with("-order"));
}

bool isImaging(const Imaging& imaging, const fhir::CodeableConcept& concept_) {
  return isAny(imaging.codes, concept_) ||
         std::any_of(imaging.words.begin(), imaging.words.end(),
                     [&](const std::string& words) { return names(concept_, words); });
}

bool mriInDraft(const Pack& pack, const fhir::PatientRecord& record) {
  return std::any_of(record.orders.begin(), record.orders.end(), [&](const fhir::ServiceRequest& order) {
    return order.draft && !order.doNotPerform &&
           std::any_of(pack.imaging.begin(), pack.imaging.end(),
                       [&](const Imaging& imaging) { return imaging.mri && isImaging(imaging, order.code); });
  });
}

ActedTier afterImaging(const Pathway& pathway, Tier tier, const FindingSet& because, const Facts& facts) {
  if (because.empty()) return {tier};
  for (const fhir::DiagnosticReport& report : facts.record.reports) {
    if (!report.effective || report.effective->earliest > facts.now || !wasDone(facts.pack, report)) continue;
    const Imaging* imaging = covering(facts.pack, pathway, report.code);
    if (imaging && allBefore(because, *report.effective, facts)) {
      return {std::min(tier, Tier::Soon), {Acted::Imaged, imaging->name, report.effective}};
    }
  }
  for (const fhir::ServiceRequest& order : facts.record.orders) {
    const bool holds = !order.draft && isOrder(order) && order.status == "active" &&
                       isUrgent(order.priority) && order.authored && order.authored->earliest <= facts.now &&
                       fhir::surelyWithin(*order.authored, facts.now, facts.pack.limits.requestHolds);
    const Imaging* imaging = holds ? covering(facts.pack, pathway, order.code) : nullptr;
    if (imaging && allBefore(because, *order.authored, facts)) {
      return {std::min(tier, Tier::Urgent), {Acted::Requested, imaging->name, order.authored}};
    }
  }
  return {tier};
}

}  // namespace plumbline::rules
