#include "plugin/pages/frame.h"

namespace plumbline::pages {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kToRead{{
    {"/knowledge", "Knowledge"},
    {"/knowledge/phrases", "Phrases"},
    {"/knowledge/source-attributes", "Source attributes"},
}};

constexpr std::array<Page, 3> kFilePages{{
    {.path = "/demo/",
     .title = "Demo",
     .script = "/demo/demo.js",
     .styles = {"/pages/card.css", "/pages/why.css", "/demo/demo.css"},
     .skipTo = "chart",
     .skipWords = "Skip to the chart"},
    {.path = "/screen/",
     .title = "Red-flag screen",
     .script = "/screen/screen.js",
     .styles = {"/pages/card.css", "/screen/screen.css"},
     .skipTo = "screen",
     .skipWords = "Skip to the questions",
     .stays = true},
    {.path = "/console/",
     .title = "Console",
     .script = "/console/console.js",
     .styles = {"/console/console.css"}},
}};

Html navigation(const Shown& shown, const Page& page) {
  Html links;
  const auto add = [&](std::string_view to, std::string_view name, bool beside = false) {
    links << R"(<a href=")" << to << R"(")";
    if (to == page.path) links << R"( aria-current="page")";
    if (beside) links << R"( target="_blank" rel="noopener noreferrer")";
    links << ">" << name << "</a>";
  };
  if (shown.demo) add("/demo/", "Demo");
  if (page.stays) {
    add(kToRead.front().first, kToRead.front().second, true);
    return links;
  }
  for (const auto& [to, name] : kToRead) add(to, name);
  if (shown.console) add("/console/", "Console");
  return links;
}

}  // namespace

Html document(const Shown& shown, const Page& page, const Html& body) {
  Html whole;
  whole << R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>)"
        << page.title << R"( · Plumbline</title>
<link rel="icon" href="/pages/plumb.svg" type="image/svg+xml">
<link rel="stylesheet" href="/pages/style.css">
)";
  for (const std::string_view style : page.styles) {
    if (!style.empty()) whole << R"(<link rel="stylesheet" href=")" << style << "\">\n";
  }
  return whole << R"(<script src=")" << page.script << R"(" type="module"></script>
</head>
<body>
<a class="skip" href="#)"
               << page.skipTo << R"(">)" << page.skipWords << R"(</a>
<header class="bar">
<span class="brand"><img src="/pages/plumb.svg" alt="" width="20" height="20">Plumbline</span>
<nav aria-label="Pages">)"
               << navigation(shown, page) << R"(</nav>
</header>
)" << body << R"(</body>
</html>
)";
}

Html frame(const Shown& shown, const Page& page, const Html& main) {
  Html body;
  body << R"(<main id="main" class="read">
)" << main
       << R"(</main>
<footer class="read"><p>Plumbline is advisory decision support for clinicians. Content )"
       << shown.pack.version << " (" << shown.pack.status << "), <code>" << shown.pack.digest
       << "</code></p></footer>\n";
  return document(shown, page, body);
}

std::optional<std::string> filePage(const Shown& shown, std::string_view path) {
  for (const Page& page : kFilePages) {
    if (page.path != path) continue;
    const auto body = shown.files.find(std::string(path.substr(1)) + "main.html");
    if (body == shown.files.end()) return std::nullopt;
    return document(shown, page, Html::ofOwnFile(body->second)).take();
  }
  return std::nullopt;
}

}  // namespace plumbline::pages
