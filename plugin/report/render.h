#pragma once

#include <string>
#include <string_view>

#include "plugin/report/figures.h"

namespace plumbline::report {

/// For a terminal, for a program, and as one page that needs nothing else: no script, no network.
std::string asText(const Figures& figures);
std::string asJson(const Figures& figures);
std::string asHtml(const Figures& figures);

/// `count` of `of` as "12.5 %", and "-" of none.
std::string share(std::int64_t count, std::int64_t of);

/// When an answer is to be reviewed, in words.
std::string reviewRule(const ReviewLimits& limits);

/// Milliseconds with two decimals.
std::string milliseconds(double value);

}  // namespace plumbline::report
