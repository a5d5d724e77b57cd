#pragma once

#include <string>

#include "fhir/date.h"

namespace plumbline::store {

/// A moment as the store writes it: "2026-11-23T10:00:00Z". The order of such texts is that of time.
std::string written(fhir::Instant moment);

}  // namespace plumbline::store
