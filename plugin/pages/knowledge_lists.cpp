#include <chrono>

#include "plugin/pages/criteria_words.h"
#include "plugin/pages/knowledge.h"

namespace plumbline::pages {
namespace {

using rules::Pack;

/// "48 hours", "14 days".
Html lasting(std::chrono::seconds time) {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(time).count();
  Html html;
  if (hours <= 48) return html << hours << " hours";
  return html << hours / 24 << " days";
}

Html screenItem(const Pack& pack, const rules::ScreenItem& item) {
  Html html;
  html << "<li><strong>" << item.label << "</strong>: " << toFindings(pack, item.all);
  for (std::size_t i = 0; i < item.measured.size(); ++i) {
    html << (i == 0 ? std::string_view() : std::string_view(", ")) << item.measured[i].front().display;
  }
  if (item.maxAge) html << "; at most " << lasting(*item.maxAge) << " old";
  for (const auto& [finding, age] : item.maxAgeOf)
    html << "; " << pack.findings[finding].name << " at most " << lasting(age) << " old";
  if (item.ageFrom) html << "; from age " << *item.ageFrom;
  return html << "</li>";
}

Html cardTexts(const Pack& pack) {
  Html html;
  html << "<details><summary>Sentences of cards that belong to no single pathway</summary><dl>";
  for (const auto& [key, sentence] : pack.texts)
    html << "<dt><code>" << key << "</code></dt><dd>" << sentence << "</dd>";
  return html << "</dl></details>";
}

Html names(const std::vector<std::string>& all) {
  Html html;
  std::string_view between;
  for (const std::string& each : all) {
    html << between << each;
    between = ", ";
  }
  return html;
}

}  // namespace

Html screenSection(const Pack& pack) {
  Html html;
  html << R"(<section data-filter><h2 id="screen">Structural screen and stress pattern</h2>
<p>A stress explanation is offered only when no pathway is raised and every item below is documented as absent and in
date: at most )"
       << lasting(pack.screen.maxAge) << " old, with emergency findings on record at most "
       << lasting(pack.screen.maxAgeEmergency)
       << R"(. Until then the card lists what is not documented.</p>)";
  for (const auto& [region, items] : pack.screen.items) {
    html << "<h3>Pain of the " << regionName(region) << " spine</h3><ul>";
    for (const rules::ScreenItem& item : items) html << screenItem(pack, item);
    html << "</ul>";
  }
  html << "<h3>Stress pattern</h3><p>A pattern is a weight of at least " << pack.stress.patternWeight
       << " from at least " << pack.stress.patternIndicators
       << R"( indicators of different entries, one of them an anchor. Weights stand with the
<a href="#kind-3">indicators</a>; those of weight 0 are only shown. No indicator lowers a pathway.</p>
<p>Nothing is said without pain in play: )"
       << toFindings(pack, pack.pain.findings) << ", active or recorded within " << pack.pain.withinDays
       << " days; or one of the pictures that stand alone:</p><ul>";
  for (const rules::Criterion& each : pack.pain.standAlone) html << "<li>" << inWords(pack, each) << "</li>";
  return html << "</ul>" << cardTexts(pack) << "</section>";
}

Html drugsSection(const Pack& pack) {
  Html html;
  html << R"(<section><h2 id="drugs">Drug classes</h2>)";
  for (const rules::MedicationClass& each : pack.medications) {
    html << R"(<article data-filter><h3 id="drugs-)" << each.id << R"(">)" << each.name << "</h3><p>"
         << names(each.names) << "</p>";
    if (!each.notWords.empty()) html << "<p>Not as: " << names(each.notWords) << ".</p>";
    html << "</article>";
  }
  return html << "</section>";
}

Html imagingSection(const Pack& pack) {
  Html html;
  html << R"(<section data-filter><h2 id="imaging">Imaging and referrals</h2>
<p>Imaging done after a finding lowers the pathways it covers; its report still has to be read. An order or referral for
one is a plan for it at discharge.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Imaging and referrals"><table><thead><tr>
<th scope="col">Study or referral</th><th scope="col">Covers</th><th scope="col">Plan for</th></tr></thead><tbody>)";
  for (const rules::Imaging& each : pack.imaging) {
    html << "<tr><td>" << each.name << "</td><td>" << names(each.covers);
    if (!each.coversOnlyWithContrast.empty())
      html << " (only with contrast: " << names(each.coversOnlyWithContrast) << ")";
    html << "</td><td>" << names(each.plans) << "</td></tr>";
  }
  return html << "</tbody></table></div></section>";
}

Html sourcesSection(const Pack& pack) {
  Html html;
  html << R"(<section data-filter><h2 id="sources">Sources</h2><dl class="sources">)";
  for (const auto& [key, source] : pack.sources) {
    html << R"(<dt id="source-)" << key << R"(">)" << source.title;
    if (source.year != 0) html << " (" << source.year << ")";
    html << "</dt><dd>" << source.body << R"(. <span class="worth">)" << source.worth << "</span>";
    if (source.url.starts_with("https://")) {
      html << R"( <a href=")" << source.url << R"(" rel="noreferrer">)" << source.url << "</a>";
    }
    html << "</dd>";
  }
  return html << "</dl></section>";
}

Html overlaySection(const Pack& pack) {
  Html html;
  if (!pack.overlay) return html;
  const rules::Overlay& site = *pack.overlay;
  html << R"(<section><h2 id="site">What this site changed</h2><p>)" << site.site << ", version "
       << site.version << ". The content beneath is as it was signed.</p><ul>";
  for (const std::string& id : site.disabled)
    html << R"(<li><a href="#pathway-)" << id << R"(">)" << pack.pathway(id)->title
         << "</a>: no card is sent</li>";
  for (const auto& each : site.signedOff)
    html << R"(<li><a href="#pathway-)" << each.pathway << R"(">)" << pack.pathway(each.pathway)->title
         << "</a>: signed off by the " << each.role << " on " << each.date << "</li>";
  html << "</ul>";
  if (site.changes.empty()) return html << "</section>";
  html << R"(<div class="scroll" tabindex="0" role="region" aria-label="Changes"><table><thead><tr>
<th scope="col">File</th><th scope="col">Place</th><th scope="col"></th><th scope="col">Value</th></tr></thead><tbody>)";
  for (const auto& each : site.changes) {
    html << "<tr><td><code>" << each.file << "</code></td><td><code>" << each.pointer << "</code></td><td>"
         << (each.added ? std::string_view("added") : std::string_view("is now")) << "</td><td><code>"
         << each.value << "</code></td></tr>";
  }
  return html << "</tbody></table></div></section>";
}

}  // namespace plumbline::pages
