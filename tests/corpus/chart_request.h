#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/date.h"
#include "fhir/json.h"

namespace plumbline::corpus {

/// Whether one Condition "low back pain", active and undated, is added to a chart, so that patients without
/// pain exercise the rules too.
enum class Pain { AsRecorded, Added };

/// A patient-view request whose prefetch holds the resources of a patient's Bundle, as an EHR would send it:
/// one searchset for each key, references to `urn:uuid:…` and to fullUrls turned into `Type/id`.
/// Nothing when the Bundle holds no Patient.
std::optional<std::string> requestOf(fhir::Json bundle, Pain pain);

/// The newest date of what was done or recorded in a patient's Bundle: the moment the chart was made for.
std::optional<fhir::Instant> lastEntry(fhir::Json bundle);

/// A patient-view request that carries `value`, any JSON text, as the prefetch value of `observations` beside
/// a patient with `patientId` and low back pain.
std::string requestWith(std::string_view value, std::string_view patientId);

/// `request` with another `hook`; nothing when it is no object.
std::optional<std::string> readdressed(fhir::Json request, std::string_view hook);

}  // namespace plumbline::corpus
