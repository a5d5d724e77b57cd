#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/date.h"
#include "plugin/store/writer.h"
#include "rules/pack.h"

namespace plumbline::screen {

/// The screens that are kept for a patient of a client, by the id of the chart, each as the
/// QuestionnaireResponse it is in the record. Asks no disk.
std::vector<std::string> keptFor(const store::Writer& store, const rules::Pack& pack,
                                 const std::string& client, std::string_view patient, fhir::Instant now);

}  // namespace plumbline::screen
