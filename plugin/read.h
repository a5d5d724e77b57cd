#pragma once

#include <string>
#include <string_view>

#include "rules/pack.h"

namespace plumbline {

/// One line of `plumbline read`: the JSON object {"id", "text", "concept"?} in, {"id", "mentions": […]} out,
/// with a newline. Each mention has "state" (affirmed, negated, uncertain, not-performed), "time" (current,
/// historical, hypothetical), "who" (patient, other) and "snippet". With `concept`, which is words of the
/// text, there is one mention: of the concept where it first stands (in capitals, if it stands so anywhere),
/// and none where it does not. Without, there is one for each finding the text speaks of, with "finding", and
/// where they apply "part", "side" and "says" (present, absent, not-performed, not-documented: of the
/// finding, where "state" is of the words). A line that is no such object gives {"error": …}.
std::string readLine(const rules::Pack& pack, std::string_view line);

}  // namespace plumbline
