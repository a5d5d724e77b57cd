#include "rules/plan.h"

#include <algorithm>

#include "rules/imaged.h"

namespace plumbline::rules {
namespace {

/// What in `ordered` answers the pathway, or null.
const Imaging* answering(const Pack& pack, const Pathway& pathway, const fhir::CodeableConcept& ordered) {
  const auto found = std::find_if(pack.imaging.begin(), pack.imaging.end(), [&](const Imaging& imaging) {
    const auto holds = [&](const std::vector<std::string>& ids) {
      return std::find(ids.begin(), ids.end(), pathway.id) != ids.end();
    };
    return (holds(imaging.covers) || holds(imaging.plans)) && isImaging(imaging, ordered);
  });
  return found == pack.imaging.end() ? nullptr : &*found;
}

/// When the last of what speaks for these findings was recorded; none: not all of it bears a date. A risk
/// that stands without a date is no news.
std::optional<fhir::Instant> allRecordedBy(const FindingSet& findings, const Facts& facts) {
  std::optional<fhir::Instant> last;
  bool dated = true;
  findings.forEach([&](std::size_t finding) {
    const bool risk = facts.pack.findings[finding].kind == Kind::RiskFactor;
    for (const Evidence& each : facts.states[finding].evidence) {
      if (each.says != Evidence::Says::Present || each.listedOnly) continue;
      dated = dated && (each.when || risk);
      if (each.when && (!last || *last < each.when->latest)) last = each.when->latest;
    }
  });
  return dated ? last : std::nullopt;
}

bool stands(const fhir::Appointment& appointment) {
  return appointment.status == "booked" || appointment.status == "pending" ||
         appointment.status == "arrived" || appointment.status == "checked-in";
}

}  // namespace

std::optional<Plan> planFor(const Pathway& pathway, const FindingSet& because, const Facts& facts) {
  std::optional<Plan> plan;
  const auto known = allRecordedBy(because, facts);
  if (!known) return plan;
  const auto weigh = [&](const fhir::CodeableConcept& what, const std::optional<fhir::DateRange>& made) {
    if (!made || made->earliest <= *known || made->earliest > facts.now) return;
    const Imaging* answer = answering(facts.pack, pathway, what);
    if (answer && (!plan || *plan->made < *made)) plan = Plan{answer->name, made};
  };
  for (const fhir::ServiceRequest& order : facts.record.orders) {
    if (!order.draft && isOrder(order) && order.status == "active") weigh(order.code, order.authored);
  }
  for (const fhir::Appointment& appointment : facts.record.appointments) {
    if (!stands(appointment)) continue;
    for (const auto& service : appointment.services) weigh(service, appointment.created);
  }
  return plan;
}

}  // namespace plumbline::rules
