#include "plugin/pages/criteria_words.h"
#include "plugin/pages/knowledge.h"

namespace plumbline::pages {
namespace {

using rules::Pack;
using rules::Pathway;

/// A tier as a mark whose colour repeats the word.
Html mark(rules::Tier tier) {
  Html html;
  return html << R"(<span class="tier tier-)" << rules::name(tier) << R"(">)" << rules::name(tier)
              << "</span>";
}

Html ruleList(const Pack& pack, const Pathway& pathway) {
  Html html;
  html << R"(<h4>Raised when</h4><ul class="rules">)";
  for (const rules::Rule& rule : pathway.rules) {
    html << R"(<li id="rule-)" << rule.id << R"("><p>)" << mark(rule.tier) << " " << rule.because << " <code>"
         << rule.id << R"(</code></p><div class="criterion">)" << inWords(pack, rule.when) << "</div></li>";
  }
  return html << "</ul>";
}

Html wording(const Pathway& pathway) {
  Html html;
  html << "<h4>Words of the card</h4><dl>";
  for (const auto& [tier, summary] : pathway.summary) {
    html << "<dt>" << mark(tier) << "</dt><dd><p>" << summary << "</p>";
    if (const auto consider = pathway.consider.find(tier); consider != pathway.consider.end()) {
      html << "<ul>";
      for (const std::string& each : consider->second) html << "<li>" << each << "</li>";
      html << "</ul>";
    }
    html << "</dd>";
  }
  html << "</dl>";
  if (!pathway.onOtherCards.empty())
    html << "<p>While it is an emergency, on the card of another pathway: " << pathway.onOtherCards << "</p>";
  return html;
}

Html options(const Pathway& pathway) {
  Html html;
  if (pathway.options.empty()) return html;
  html << "<h4>Suggestions</h4><ul>";
  for (const rules::Option& each : pathway.options) {
    html << "<li>" << each.label << ": " << rules::name(each.from);
    if (each.upTo != each.from) html << " to " << rules::name(each.upTo);
    if (!each.priority.empty()) html << ", " << each.priority;
    for (std::size_t i = 0; i < each.regions.size(); ++i)
      html << (i == 0 ? std::string_view(", for pain that may be ") : std::string_view(" or "))
           << regionName(each.regions[i]);
    if (!each.code.empty()) html << " <code>" << each.code << "</code>";
    html << "</li>";
  }
  return html << "</ul>";
}

Html titledFindings(const Pack& pack, std::string_view title, const std::vector<std::size_t>& findings) {
  Html html;
  if (findings.empty()) return html;
  return html << "<h4>" << title << "</h4><p>" << toFindings(pack, findings) << "</p>";
}

}  // namespace

Html pathwayArticles(const Pack& pack) {
  Html html;
  for (const Pathway& pathway : pack.pathways) {
    html << R"(<article data-filter><h3 id="pathway-)" << pathway.id << R"(">)" << pathway.title
         << R"( <code>)" << pathway.id << " " << pathway.version << "</code></h3><p>" << pathway.why << "</p>"
         << ruleList(pack, pathway) << titledFindings(pack, "Asks for", pathway.asks)
         << titledFindings(pack, "Also shown, never as an explanation", pathway.alsoDocumented)
         << wording(pathway) << options(pathway) << "<h4>Sources, and what each is worth</h4>"
         << citations(pack, pathway.sources) << "</article>";
  }
  return html;
}

}  // namespace plumbline::pages
