#pragma once

#include <string>

#include "plugin/pages/pages.h"

namespace plumbline::pages {

/// The 13 source attributes of an evidence-based decision support intervention, for the whole pack and by
/// pathway, as a page and as JSON. Source: 45 CFR 170.315(b)(11)(iv)(A).
std::string sourceAttributes(const Shown& shown);
std::string sourceAttributesJson(const Shown& shown);

}  // namespace plumbline::pages
