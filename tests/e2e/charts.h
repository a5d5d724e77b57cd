#pragma once

#include <string>
#include <vector>

#include "tests/e2e/fetching.h"

/// Two charts whose answer depends on what is fetched.
namespace plumbline::e2e {

/// 2026-11-20 12:00 UTC.
extern const fhir::Instant kNow;

/// A search's Bundle of these resources; `more` are further members, with a leading comma.
std::string bundle(const std::vector<std::string>& resources, const std::string& more = "");

/// Back pain, injecting drug use and a fever: an emergency that needs `conditions` and `vitals`.
Split infection();

/// A stress pattern with a screen that is complete and negative: cleared, when every key is read whole.
Split cleared();

}  // namespace plumbline::e2e
