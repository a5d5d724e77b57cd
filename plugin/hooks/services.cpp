#include "plugin/hooks/services.h"

#include <algorithm>
#include <array>

namespace plumbline::hooks {
namespace {

constexpr std::string_view kUsage =
    "Advisory only. Needs read access to the resources of the prefetch templates; answers with what it was "
    "given and "
    "names what was missing.";

constexpr std::array<Service, 6> kServices{{
    {Hook::PatientView, "patient-view", "plumbline-patient-view", "Plumbline: back, neck and thoracic pain",
     "Names recorded red flags of a structural cause, and what nobody has documented yet, when a chart is "
     "opened.",
     kUsage, false, false, false, false},
    {Hook::EncounterStart, "encounter-start", "plumbline-encounter-start",
     "Plumbline: at the start of a visit",
     "Names recorded red flags and the items still to be asked when a visit for spinal pain begins.", kUsage,
     true, false, false, false},
    {Hook::OrderSelect, "order-select", "plumbline-order-select", "Plumbline: while ordering",
     "Names open red flags while an order for a patient with spinal pain is being chosen.", kUsage, false,
     true, true, false},
    {Hook::OrderSign, "order-sign", "plumbline-order-sign", "Plumbline: before signing",
     "Names open red flags before orders for a patient with spinal pain are signed.", kUsage, false, true,
     false, false},
    {Hook::ProblemListItemCreate, "problem-list-item-create", "plumbline-problem-list-item-create",
     "Plumbline: when a problem is added",
     "Names open red flags and undocumented items when a problem is added to the list of a patient with "
     "spinal pain.",
     kUsage, false, false, false, true, "0.1.0"},
    {Hook::EncounterDischarge, "encounter-discharge", "plumbline-encounter-discharge",
     "Plumbline: at discharge",
     "Names open red flags, and whether a plan for them is recorded, when a patient with spinal pain is "
     "discharged.",
     kUsage, true, false, false, false},
}};

constexpr std::array<Prefetch, 14> kPrefetch{{
    {"patient", "Patient/{{context.patientId}}", true},
    {"encounter", "Encounter/{{context.encounterId}}", false},
    {"conditions", "Condition?patient={{context.patientId}}&_count=200", true},
    {"observations",
     "Observation?patient={{context.patientId}}&category=exam,social-history&_sort=-date&_count=100", false},
    {"vitals", "Observation?patient={{context.patientId}}&category=vital-signs&_sort=-date&_count=100",
     false},
    {"labs", "Observation?patient={{context.patientId}}&category=laboratory&_sort=-date&_count=100", false},
    {"surveys", "Observation?patient={{context.patientId}}&category=survey&_sort=-date&_count=100", false},
    {"responses", "QuestionnaireResponse?patient={{context.patientId}}&_sort=-authored&_count=20", false},
    {"medications", "MedicationRequest?patient={{context.patientId}}&_sort=-authoredon&_count=100", false},
    {"procedures", "Procedure?patient={{context.patientId}}&_sort=-date&_count=50", false},
    {"reports", "DiagnosticReport?patient={{context.patientId}}&_sort=-date&_count=50", false},
    {"orders", "ServiceRequest?patient={{context.patientId}}&status=active&_count=50", false},
    {"appointments", "Appointment?patient={{context.patientId}}&status=booked,pending&_count=20", false},
    {"notes", "DocumentReference?patient={{context.patientId}}&_sort=-date&_count=20", false},
}};

}  // namespace

std::span<const Service> services() {
  return kServices;
}

std::span<const Prefetch> prefetch() {
  return kPrefetch;
}

const Service* service(std::string_view id) {
  const auto found =
      std::find_if(kServices.begin(), kServices.end(), [&](const Service& each) { return each.id == id; });
  return found == kServices.end() ? nullptr : &*found;
}

}  // namespace plumbline::hooks
