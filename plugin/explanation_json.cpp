#include "plugin/explanation.h"
#include "plugin/json_writer.h"

namespace plumbline {
namespace {

void words(JsonWriter& out, std::string_view key, const std::vector<std::string_view>& list) {
  out.array(key, list, [&](std::string_view each) { out.text(each); });
}

void named(JsonWriter& out, std::string_view key, const std::vector<Explanation::Named>& findings) {
  out.array(key, findings, [&](const Explanation::Named& each) {
    out.StartObject();
    out.member("id", each.id);
    out.member("name", each.name);
    out.EndObject();
  });
}

void pathway(JsonWriter& out, const Explanation::Considered& pathway) {
  out.StartObject();
  out.member("id", pathway.id);
  out.member("title", pathway.title);
  out.member("tier", pathway.tier);
  out.member("acted", pathway.acted);
  out.array("rules", pathway.rules, [&](const Explanation::Weighed& rule) {
    out.StartObject();
    out.member("id", rule.id);
    out.member("tier", rule.tier);
    out.member("because", rule.because);
    out.member("verdict", rule.verdict);
    out.member("at", rule.at);
    named(out, "findings", rule.findings);
    out.EndObject();
  });
  out.EndObject();
}

void finding(JsonWriter& out, const Explanation::Found& found) {
  out.StartObject();
  out.member("id", found.finding.id);
  out.member("name", found.finding.name);
  out.member("kind", found.kind);
  out.member("state", found.state);
  out.member("reason", found.reason);
  out.member("grade", found.grade);
  words(out, "marks", found.marks);
  out.array("evidence", found.evidence, [&](const Explanation::Piece& piece) {
    out.StartObject();
    out.member("says", piece.says);
    out.member("when", piece.when);
    out.member("source", piece.source);
    out.member("words", piece.words);
    words(out, "marks", piece.marks);
    out.member("aside", piece.aside);
    out.member("kind", piece.kind);
    out.member("quote", piece.quote);
    out.EndObject();
  });
  out.EndObject();
}

void pain(JsonWriter& out, const Explanation& why) {
  out.object("pain", [&] {
    out.flag("inPlay", why.painInPlay);
    out.member("since", why.painSince);
    words(out, "regions", why.painRegions);
  });
}

void gaps(JsonWriter& out, const Explanation& why) {
  out.array("screen", why.screen, [&](const Explanation::OpenItem& item) {
    out.StartObject();
    out.member("id", item.id);
    out.member("label", item.label);
    named(out, "findings", item.findings);
    out.EndObject();
  });
  words(out, "unread", why.unread);
  words(out, "missing", why.missing);
  out.array("unreadable", why.unreadable, [&](const Explanation::Unreadable& each) {
    out.StartObject();
    out.member("what", each.what);
    out.member("where", each.where);
    out.EndObject();
  });
}

}  // namespace

std::string asJson(const Explanation& why) {
  return jsonObject([&](JsonWriter& out) {
    out.member("asOf", why.asOf);
    out.member("version", why.version);
    out.member("digest", why.digest);
    out.member("tier", why.tier);
    out.flag("deceased", why.deceased);
    out.member("act", why.act);
    pain(out, why);
    out.object("stress", [&] {
      out.member("strength", why.stress);
      out.member("weight", why.stressWeight);
    });
    out.array("pathways", why.pathways, [&](const auto& each) { pathway(out, each); });
    out.array("findings", why.findings, [&](const auto& each) { finding(out, each); });
    named(out, "undocumented", why.undocumented);
    gaps(out, why);
  });
}

}  // namespace plumbline
