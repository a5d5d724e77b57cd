#include "plugin/pages/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "plugin/pages/html.h"
#include "rules/text/content.h"
#include "tests/plugin/situations.h"

namespace plumbline::pages {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

const Files& files() {
  static const Files loaded = [] {
    std::vector<fhir::Problem> problems;
    Files all = loadFiles(PLUMBLINE_WEB, problems);
    EXPECT_TRUE(problems.empty());
    return all;
  }();
  return loaded;
}

std::optional<http::Reply> get(std::string_view path, bool demo = true, std::string_view tag = "",
                               std::string_view method = "GET") {
  http::Request request{method, path, "", {}, "", "id"};
  if (!tag.empty()) request.headers.push_back({"if-none-match", tag});
  return answer({files(), situations::pack(), situations::now(), demo}, request);
}

std::string headerOf(const http::Reply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return "";
}

/// What the ids and the links within the site of a page are.
struct Addresses {
  std::set<std::string> ids, links;
};

Addresses addressesOf(const std::string& page) {
  Addresses found;
  const std::regex id(R"re( id="([^"]+)")re"), link(R"re( href="([/#][^"]*)")re");
  for (std::sregex_iterator each(page.begin(), page.end(), id), end; each != end; ++each) {
    EXPECT_TRUE(found.ids.insert((*each)[1]).second) << "twice: " << (*each)[1];
  }
  for (std::sregex_iterator each(page.begin(), page.end(), link), end; each != end; ++each)
    found.links.insert((*each)[1]);
  return found;
}

TEST(Html, EscapesEverythingThatIsNotALiteral) {
  Html html;
  const std::string hostile = "<script>\"'&";
  html << "<p>" << hostile << "</p>" << 7;
  EXPECT_EQ(std::move(html).take(), "<p>&lt;script&gt;&quot;&#39;&amp;</p>7");
}

TEST(Pages, LetNothingRunThatIsNotAFileOfTheService) {
  for (const std::string path : {"/knowledge", "/knowledge/phrases", "/knowledge/source-attributes",
                                 "/pages/style.css", "/pages/filter.js"}) {
    const auto reply = get(path);
    ASSERT_TRUE(reply) << path;
    EXPECT_EQ(reply->status, 200);
    const std::string policy = headerOf(*reply, "Content-Security-Policy");
    EXPECT_THAT(policy, StartsWith("default-src 'none';"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(reply->headers, Contains(Pair("Referrer-Policy", "no-referrer")));
    const std::regex inlineCode("<style|<script(?![^>]* src=)| on[a-z]+=| style=|javascript:");
    EXPECT_FALSE(std::regex_search(reply->body, inlineCode)) << path;
  }
}

TEST(Pages, AreSentOnceAndThenOnlyWhenTheyChanged) {
  const auto first = get("/knowledge");
  const std::string tag = headerOf(*first, "ETag");
  EXPECT_EQ(headerOf(*first, "Cache-Control"), "no-cache");
  const auto again = get("/knowledge", true, tag);
  EXPECT_EQ(again->status, 304);
  EXPECT_EQ(again->body, "");
  EXPECT_EQ(get("/knowledge", true, "\"other\"")->status, 200);
}

TEST(Pages, NoPathLeadsOutOfTheTableOfFiles) {
  for (const std::string path :
       {"/pages/../pages/style.css", "/pages//style.css", "/pages/%73tyle.css", "//pages/style.css", "/pages",
        "/pages/", "/demo/../knowledge", "/etc/passwd", "/../../../etc/passwd", "", "*"}) {
    EXPECT_FALSE(get(path)) << path;
  }
}

TEST(Pages, AreReadAndNotWritten) {
  const auto reply = get("/knowledge", true, "", "POST");
  EXPECT_EQ(reply->status, 405);
  EXPECT_THAT(reply->headers, Contains(Pair("Allow", "GET")));
}

TEST(Pages, ADirectoryThatIsNotThereIsAProblem) {
  std::vector<fhir::Problem> problems;
  loadFiles("/nowhere/web", problems);
  EXPECT_EQ(problems.size(), 1U);
}

TEST(Knowledge, HasEveryPathwayRuleFindingDrugClassAndSourceAtItsAddress) {
  const auto& pack = situations::pack();
  const Addresses found = addressesOf(get("/knowledge")->body);
  std::set<std::string> wanted{"intended-use", "screen", "findings", "deficits"};
  for (const auto& each : pack.pathways) {
    wanted.insert("pathway-" + each.id);
    for (const auto& rule : each.rules) wanted.insert("rule-" + rule.id);
  }
  for (const auto& each : pack.findings) wanted.insert("finding-" + each.id);
  for (const auto& each : pack.medications) wanted.insert("drugs-" + each.id);
  for (const auto& each : pack.sources) wanted.insert("source-" + each.first);
  EXPECT_THAT(found.ids, IsSupersetOf(wanted));
}

TEST(Knowledge, LinksLeadSomewhere) {
  std::map<std::string, Addresses> pages;
  for (const std::string path : {"/knowledge", "/knowledge/phrases", "/knowledge/source-attributes"})
    pages[path] = addressesOf(get(path)->body);
  for (const auto& [path, found] : pages) {
    for (const std::string& link : found.links) {
      const auto hash = link.find('#');
      const std::string page = hash == 0 ? path : link.substr(0, hash);
      if (page == "/demo/") continue;
      EXPECT_TRUE(get(page)) << link;
      if (hash != std::string::npos) {
        EXPECT_TRUE(pages.at(page).ids.contains(link.substr(hash + 1))) << path << ": " << link;
      }
    }
  }
}

TEST(Knowledge, SaysThresholdsWindowsAndCriteriaInWords) {
  const std::string page = get("/knowledge")->body;
  EXPECT_THAT(page, HasSubstr("body temperature at least 38 Cel (read from 30 to 45)"));
  EXPECT_THAT(page, HasSubstr("Counts for 14 days; from then to day 90 it is stale and still raises its "
                              "pathway, at urgent. Without a date it counts in full."));
  EXPECT_THAT(page, HasSubstr("</a>, recorded at most 14 days ago"));
  EXPECT_THAT(page, HasSubstr("aged under 18"));
  EXPECT_THAT(page, HasSubstr("national guideline on systematic reviews"));
}

TEST(Knowledge, HasEveryPhraseAndGroup) {
  const auto& pack = situations::pack();
  const std::string page = get("/knowledge/phrases")->body;
  std::size_t items = 0;
  for (std::size_t at = page.find("<li>"); at != std::string::npos; at = page.find("<li>", at + 1)) ++items;
  std::size_t words = 0;
  for (const auto& group : pack.text->classes) words += group.second.size();
  EXPECT_EQ(items, pack.text->phrases.size() + words);
}

TEST(SourceAttributes, AreThirteenAndTheSameInBothForms) {
  const auto json = get("/knowledge/source-attributes.json");
  EXPECT_EQ(json->contentType, "application/json");
  const auto document = situations::bodyOf(*json);
  ASSERT_EQ(document["attributes"].Size(), 13U);
  EXPECT_EQ(document["pathways"].Size(), situations::pack().pathways.size());
  const std::string page = get("/knowledge/source-attributes")->body;
  for (const auto& each : document["attributes"].GetArray()) {
    Html escaped;
    escaped << std::string_view(each["statement"].GetString());
    EXPECT_THAT(page, HasSubstr(std::move(escaped).take()));
  }
}

TEST(SourceAttributes, SayWhichPathwaysWeighTheAge) {
  const auto document = situations::bodyOf(*get("/knowledge/source-attributes.json"));
  std::map<std::string, std::string> age;
  for (const auto& each : document["pathways"].GetArray())
    age[each["id"].GetString()] = each["dateOfBirth"].GetString();
  EXPECT_EQ(age["axial-spondyloarthritis"], "yes");
  EXPECT_EQ(age["herpes-zoster"], "no");
}

}  // namespace
}  // namespace plumbline::pages
