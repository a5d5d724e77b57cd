#include "plugin/pages/source_attributes.h"

#include <algorithm>

#include "plugin/json_writer.h"
#include "plugin/pages/criteria_words.h"
#include "plugin/pages/frame.h"
#include "plugin/pages/knowledge.h"

namespace plumbline::pages {
namespace {

using rules::Criterion;
using rules::Pack;
using rules::Pathway;

struct Attribute {
  std::string_view name;
  std::string_view used;  ///< "yes" or "no"; empty where the attribute is not about data
  std::string statement;
};

bool holds(const Pathway& pathway, const auto& test) {
  return std::any_of(pathway.rules.begin(), pathway.rules.end(),
                     [&](const rules::Rule& rule) { return anyPart(rule.when, test); });
}

bool usesSex(const Pathway& pathway) {
  return holds(pathway, [](const Criterion& part) { return part.kind == Criterion::Kind::Sex; });
}

bool usesBirthDate(const Pack& pack, const Pathway& pathway) {
  return holds(pathway, [&](const Criterion& part) {
    if (part.kind == Criterion::Kind::Age) return true;
    if (part.kind != Criterion::Kind::Present) return false;
    const auto& derived = pack.findings[part.finding].derived;
    return derived && (derived->ageFrom || derived->ageBelow);
  });
}

std::string instruments(const Pack& pack) {
  std::string names;
  for (const rules::Instrument& each : pack.instruments.all()) {
    names += (names.empty() ? "" : ", ") + each.name;
  }
  return names;
}

std::vector<Attribute> attributes(const Pack& pack) {
  const bool sex = std::any_of(pack.pathways.begin(), pack.pathways.end(), usesSex);
  return {
      {"Bibliographic citation of the intervention", "",
       "Guidelines and studies are cited pathway by pathway below, each with what it is worth and how far it "
       "was read."},
      {"Developer of the intervention", "", "The Plumbline project."},
      {"Funding source of the technical implementation", "", "None is declared."},
      {"Release and revision dates of the intervention", "",
       "Content version " + pack.version + " (" + pack.status +
           "), not yet released. The year of each source stands with its citation."},
      {"Use of race", "no", "Not read."},
      {"Use of ethnicity", "no", "Not read."},
      {"Use of language", "no", "The patient's language is not read. Notes are read in English only."},
      {"Use of sexual orientation", "no", "Not read."},
      {"Use of gender identity", "no", "Not read."},
      {"Use of sex", sex ? "yes" : "no", sex ? "Pathways that weigh it say so below." : "No rule weighs it."},
      {"Use of date of birth", "yes",
       "Age is a part of some rules, said below by pathway. Under " + std::to_string(pack.limits.adultFrom) +
           ", or where the age is not known, no stress pattern is offered."},
      {"Use of social determinants of health data", "yes",
       "Coded psychosocial stressors count towards the stress pattern and towards nothing else. They raise "
       "no pathway and lower none."},
      {"Use of health status assessments", "yes",
       "Answers to questionnaires are read as findings; totals of " + instruments(pack) +
           " count towards the stress pattern or are shown."},
  };
}

std::string_view yesNo(bool used) {
  return used ? "yes" : "no";
}

Html table(const Pack& pack) {
  Html html;
  html << R"(<table class="attributes"><thead><tr><th scope="col">Attribute</th><th scope="col">Used</th>)"
       << R"(<th scope="col">Statement</th></tr></thead><tbody>)";
  int number = 0;
  for (const Attribute& each : attributes(pack)) {
    html << R"(<tr><th scope="row">)" << ++number << ". " << each.name << R"(</th><td class="used">)"
         << each.used << "</td><td>" << each.statement << "</td></tr>";
  }
  return html << "</tbody></table>";
}

}  // namespace

std::string sourceAttributes(const Shown& shown) {
  const Pack& pack = shown.pack;
  Html main;
  main << R"(<h1>Source attributes</h1>
<p class="lead">Plumbline is an evidence-based decision support intervention: rules written by hand, nothing learned
from data. These are its 13 source attributes, as US certification (45 CFR 170.315(b)(11)) asks for them.
<a href="/knowledge/source-attributes.json">The same as JSON</a>.</p>)"
       << table(pack) << "<h2>By pathway</h2>";
  for (const Pathway& pathway : pack.pathways) {
    main << R"(<article><h3><a href="/knowledge#pathway-)" << pathway.id << R"(">)" << pathway.title
         << "</a> <code>" << pathway.id << " " << pathway.version
         << "</code></h3><p>Sex: " << yesNo(usesSex(pathway))
         << ". Date of birth: " << yesNo(usesBirthDate(pack, pathway)) << ".</p><ul>";
    for (const std::string& key : pathway.sources) {
      const rules::SourceText& source = pack.sources.at(key);
      main << "<li>" << source.title << ". " << source.body;
      if (source.year != 0) main << ", " << source.year;
      main << R"(. <span class="worth">)" << source.worth << "</span></li>";
    }
    main << "</ul></article>";
  }
  return frame(shown, {.path = "/knowledge/source-attributes", .title = "Source attributes"}, main).take();
}

std::string sourceAttributesJson(const Shown& shown) {
  const Pack& pack = shown.pack;
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
  out.member("version", pack.version);
  out.member("status", pack.status);
  out.member("digest", pack.digest);
  out.text("attributes");
  out.StartArray();
  int number = 0;
  for (const Attribute& each : attributes(pack)) {
    out.StartObject();
    out.text("number");
    out.Int(++number);
    out.member("name", each.name);
    if (!each.used.empty()) out.member("used", each.used);
    out.member("statement", each.statement);
    out.EndObject();
  }
  out.EndArray();
  out.text("pathways");
  out.StartArray();
  for (const Pathway& pathway : pack.pathways) {
    out.StartObject();
    out.member("id", pathway.id);
    out.member("version", pathway.version);
    out.member("title", pathway.title);
    out.member("sex", yesNo(usesSex(pathway)));
    out.member("dateOfBirth", yesNo(usesBirthDate(pack, pathway)));
    out.text("citations");
    out.StartArray();
    for (const std::string& key : pathway.sources) {
      const rules::SourceText& source = pack.sources.at(key);
      out.StartObject();
      out.member("title", source.title);
      out.member("body", source.body);
      if (source.year != 0) {
        out.text("year");
        out.Int(source.year);
      }
      if (!source.url.empty()) out.member("url", source.url);
      out.member("worth", source.worth);
      out.EndObject();
    }
    out.EndArray();
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace plumbline::pages
