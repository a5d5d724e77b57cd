#pragma once

#include <string>

#include "plugin/config.h"
#include "plugin/sheet/vendor.h"
#include "rules/pack.h"

namespace plumbline::sheet {

/// The build sheet as Markdown, one table a screen of the EHR: services, token, prefetch, scopes, override
/// reasons, cards, times. Addresses are those of the configuration; what it does not say yet stands in angle
/// brackets to be filled in. What the vendor does stands with its source; what no source says is a question.
std::string write(const Vendor& vendor, const Config& config, const rules::Pack& pack);

}  // namespace plumbline::sheet
