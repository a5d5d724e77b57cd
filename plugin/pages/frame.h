#pragma once

#include <string_view>

#include "plugin/pages/html.h"
#include "plugin/pages/pages.h"

namespace plumbline::pages {

/// The whole document at `path` around `main`: head, the way to the other pages, and what Plumbline is. Its
/// filter script hides what does not hold the words of a search field, where there is one.
Html frame(const Shown& shown, std::string_view path, std::string_view title, const Html& main);

}  // namespace plumbline::pages
