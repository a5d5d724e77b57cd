#pragma once

#include <string>
#include <string_view>

#include "plugin/pages/html.h"
#include "plugin/pages/pages.h"

namespace plumbline::pages {

/// The pack for people. Its anchors are addresses that cards may point at: `pathway-ID`, `rule-ID`,
/// `finding-ID`, `drugs-ID`, `source-ID`.
std::string knowledge(const Shown& shown);
/// The same where an assessment was asked for that is not shown, and why not.
std::string knowledgeInstead(const Shown& shown, std::string_view why);

/// How notes speak of each finding. Anchors: `finding-ID`, `group-NAME`.
std::string phrases(const Shown& shown);

// The parts of knowledge(), in the order of the page.
Html pathwayArticles(const rules::Pack& pack);
Html screenSection(const rules::Pack& pack);
Html findingArticle(const rules::Pack& pack, std::size_t finding);
Html drugsSection(const rules::Pack& pack);
Html imagingSection(const rules::Pack& pack);
Html sourcesSection(const rules::Pack& pack);
/// What the site changed of the content, did not bring out and signed off; empty without an overlay.
Html overlaySection(const rules::Pack& pack);

/// Citations by key, with what each is worth.
Html citations(const rules::Pack& pack, const std::vector<std::string>& sources);

}  // namespace plumbline::pages
