#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "plugin/store/database.h"

namespace plumbline::report {

/// Whether there are rows of this name to export: feedback, cards, audit.
bool hasRows(std::string_view name);

/// Writes every row since `since` (empty: all), one JSON object a line, or as CSV (RFC 4180) in which no
/// value can be taken for a formula. Feedback on unknown cards is among the feedback, with `known` 0.
void exportRows(store::Database& database, std::string_view name, const std::string& since, bool csv,
                std::ostream& out);

}  // namespace plumbline::report
