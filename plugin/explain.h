#pragma once

#include <string>

#include "plugin/cards/card.h"
#include "plugin/offline.h"

namespace plumbline {

/// The assessment for a person: tier, each pathway with every rule and why it held or not, each finding with
/// its state and evidence (state, date, source), the screen, what could not be read. Plain text.
std::string explain(const Chart& chart);

}  // namespace plumbline
