#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/pages/html.h"
#include "plugin/pages/pages.h"

namespace plumbline::pages {

/// What a page has of its own in the frame that all of them share.
struct Page {
  std::string_view path;  ///< marked on the way to the other pages
  std::string_view title;
  std::string_view script = "/pages/filter.js";
  std::array<std::string_view, 3> styles{};  ///< beside that of every page; empty: none
  std::string_view skipTo = "main", skipWords = "Skip to content";
  bool stays = false;  ///< what was entered would be lost: other pages open beside it
};

/// The whole document of a page around `body`: head, the way to the other pages, and what Plumbline is.
Html document(const Shown& shown, const Page& page, const Html& body);

/// The same for a page to read: `main` between margins, the content in force at its foot. Its filter script
/// hides what does not hold the words of a search field, where there is one.
Html frame(const Shown& shown, const Page& page, const Html& main);

/// The document of a page whose body is a file, `demo/main.html` of /demo/; nothing for any other path.
std::optional<std::string> filePage(const Shown& shown, std::string_view path);

}  // namespace plumbline::pages
