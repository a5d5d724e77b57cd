#include "plugin/pages/frame.h"

#include <array>

namespace plumbline::pages {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kPages{{
    {"/knowledge", "Knowledge"},
    {"/knowledge/phrases", "Phrases"},
    {"/knowledge/source-attributes", "Source attributes"},
}};

}  // namespace

Html frame(const Shown& shown, std::string_view path, std::string_view title, const Html& main) {
  Html page;
  page << R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>)"
       << title << R"( · Plumbline</title>
<link rel="icon" href="/pages/plumb.svg" type="image/svg+xml">
<link rel="stylesheet" href="/pages/style.css">
<script src="/pages/filter.js" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="bar">
<span class="brand"><img src="/pages/plumb.svg" alt="" width="20" height="20">Plumbline</span>
<nav aria-label="Pages">)";
  if (shown.demo) page << R"(<a href="/demo/">Demo</a>)";
  for (const auto& [to, name] : kPages) {
    page << R"(<a href=")" << to << "\"";
    if (to == path) page << R"( aria-current="page")";
    page << ">" << name << "</a>";
  }
  if (shown.console) page << R"(<a href="/console/">Console</a>)";
  page << R"(</nav>
</header>
<main id="main" class="read">
)" << main
       << R"(</main>
<footer class="read"><p>Plumbline is advisory decision support for clinicians. Content )"
       << shown.pack.version << " (" << shown.pack.status << "), <code>" << shown.pack.digest
       << R"(</code></p></footer>
</body>
</html>
)";
  return page;
}

}  // namespace plumbline::pages
