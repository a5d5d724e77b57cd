#pragma once

#include <string_view>

#include "fhir/date.h"

/// The chart that the screen's tests are about: low back pain, recorded a day before.
namespace plumbline::screen {

inline const fhir::Instant kNow = fhir::parseDate("2026-11-25T09:10:00Z")->earliest;

inline constexpr std::string_view kPain =
    R"({"resourceType": "Condition", "id": "pain", "subject": {"reference": "Patient/p1"},
  "clinicalStatus": {"coding": [{"code": "active"}]}, "recordedDate": "2026-11-24", "code": {"coding":
  [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M54.50"}]}})";

}  // namespace plumbline::screen
