#include "plugin/pages/knowledge.h"

#include <array>

#include "plugin/pages/criteria_words.h"
#include "plugin/pages/frame.h"
#include "rules/text/content.h"

namespace plumbline::pages {
namespace {

using rules::Kind;
using rules::Pack;

struct KindOfFinding {
  Kind kind;
  const char* title;
};
constexpr std::array<KindOfFinding, 6> kKinds{{
    {Kind::RedFlag, "Red flags"},
    {Kind::RiskFactor, "Risk factors"},
    {Kind::Diagnosis, "Diagnoses on record"},
    {Kind::Stress, "Stress indicators"},
    {Kind::Mechanical, "Mechanical indicators"},
    {Kind::Context, "Context"},
}};

Html contents(const Pack& pack) {
  Html html;
  html << R"(<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>
<li><a href="#intended-use">Intended use and limits</a></li>
<li><a href="#pathways">Pathways</a><ul>)";
  for (const rules::Pathway& each : pack.pathways)
    html << R"(<li><a href="#pathway-)" << each.id << R"(">)" << each.title << "</a></li>";
  html << R"(</ul></li><li><a href="#screen">Structural screen and stress pattern</a></li>)"
       << R"(<li><a href="#findings">Findings</a><ul>)";
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    html << R"(<li><a href="#kind-)" << i << R"(">)" << std::string_view(kKinds[i].title) << "</a></li>";
  return html << R"(</ul></li><li><a href="#drugs">Drug classes</a></li>)"
              << R"(<li><a href="#imaging">Imaging and referrals</a></li>)"
              << R"(<li><a href="#sources">Sources</a></li></ul></nav>)";
}

Html allFindings(const Pack& pack) {
  Html html;
  html << R"(<section><h2 id="findings">Findings</h2>
<p>A finding is present, absent or unknown; unknown has a reason: not documented, not performed, stale or unreadable.
Only a documented negative that is in date makes one absent.</p>
<p id="deficits">Neurological deficits are: )";
  std::vector<std::size_t> deficits;
  for (std::size_t i = 0; i < pack.findings.size(); ++i) {
    if (pack.findings[i].deficit) deficits.push_back(i);
  }
  html << toFindings(pack, deficits) << ".</p>";
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    html << R"(<section><h3 id="kind-)" << i << R"(">)" << std::string_view(kKinds[i].title) << "</h3>";
    for (std::size_t f = 0; f < pack.findings.size(); ++f) {
      if (pack.findings[f].kind == kKinds[i].kind) html << findingArticle(pack, f);
    }
    html << "</section>";
  }
  return html << "</section>";
}

Html search() {
  Html html;
  return html << R"(<search hidden><label for="filter">Search this page</label>
<input id="filter" type="search" autocomplete="off" placeholder="A word, a code, an id">
<p id="matches" role="status"></p></search>)";
}

Html phrasesOf(const Pack& pack, std::size_t finding) {
  using Role = rules::text::Phrase::Role;
  constexpr std::array<std::pair<Role, const char*>, 6> kRoles{{
      {Role::Whole, "Names the finding; a no to it denies all of it"},
      {Role::Way, "Names one way of having it; a no to it denies that way"},
      {Role::WholeIfDenied, "Counts only where it is denied, and then denies the finding"},
      {Role::Absent, "Says that it is not there"},
      {Role::Examined, "What is looked at; tells only that nobody did"},
      {Role::Unlike, "Looks like it and is not"},
  }};
  Html html;
  for (const auto& [role, meaning] : kRoles) {
    Html items;
    for (const rules::text::Phrase& each : pack.text->phrases) {
      if (each.finding == finding && each.role == role) items << "<li>" << each.words << "</li>";
    }
    if (!items.empty())
      html << "<h3>" << std::string_view(meaning) << R"(</h3><ul class="phrases">)" << items << "</ul>";
  }
  return html;
}

std::string knowledgeAfter(const Shown& shown, const Html& before) {
  const Pack& pack = shown.pack;
  Html main;
  main << before << R"(<h1>What Plumbline knows</h1>
<p class="lead">Every pathway, finding, threshold and sentence of the clinical content in force. Version )"
       << pack.version << R"(, <strong>)" << pack.status << "</strong>.</p>" << search() << contents(pack)
       << Html::ofOwnFile(shown.files.at("knowledge/intended-use.html")) << overlaySection(pack)
       << R"(<section><h2 id="pathways">Pathways</h2>
<p>In the order of danger that breaks ties. A pathway is raised at the highest tier of the rules that hold; old,
undated or longstanding evidence lowers the tier, and imaging after the finding does.</p>)"
       << pathwayArticles(pack) << "</section>" << screenSection(pack) << allFindings(pack)
       << drugsSection(pack) << imagingSection(pack) << sourcesSection(pack);
  return frame(shown, {.path = "/knowledge", .title = "Knowledge"}, main).take();
}

}  // namespace

std::string knowledge(const Shown& shown) {
  return knowledgeAfter(shown, {});
}

std::string knowledgeInstead(const Shown& shown, std::string_view why) {
  Html notice;
  notice << R"(<p class="notice" role="status">What was found in the chart is not shown: )" << why
         << R"(. Here is what the card was decided by.</p>)";
  return knowledgeAfter(shown, notice);
}

std::string phrases(const Shown& shown) {
  const Pack& pack = shown.pack;
  Html main;
  main << R"(<h1>How notes speak of each finding</h1>
<p class="lead">Phrases as the content writes them: words in their base form, <code>a|b</code> for either,
<code>{group}</code> for any phrase of a <a href="#groups">group</a>. Negation, doubt, the past and relatives are
read around them.</p>)"
       << search();
  for (std::size_t f = 0; f < pack.findings.size(); ++f) {
    const Html of = phrasesOf(pack, f);
    if (of.empty()) continue;
    main << R"(<article data-filter><h2 id="finding-)" << pack.findings[f].id << R"(">)" << toFinding(pack, f)
         << "</h2>" << of << "</article>";
  }
  main << R"(<section><h2 id="groups">Groups</h2>)";
  for (const auto& [name, words] : pack.text->classes) {
    main << R"(<article data-filter><h3 id="group-)" << name << R"(">{)" << name
         << R"(}</h3><ul class="phrases">)";
    for (const std::string& each : words) main << "<li>" << each << "</li>";
    main << "</ul></article>";
  }
  main << "</section>";
  return frame(shown, {.path = "/knowledge/phrases", .title = "Phrases"}, main).take();
}

Html citations(const Pack& pack, const std::vector<std::string>& sources) {
  Html html;
  if (sources.empty()) return html;
  html << R"(<ul class="sources">)";
  for (const std::string& key : sources) {
    const rules::SourceText& source = pack.sources.at(key);
    html << R"(<li><a href="#source-)" << key << R"(">)" << source.title << "</a>";
    if (source.year != 0) html << ", " << source.year;
    html << R"(: <span class="worth">)" << source.worth << "</span></li>";
  }
  return html << "</ul>";
}

}  // namespace plumbline::pages
