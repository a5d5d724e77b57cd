#include "plugin/explanation.h"
#include "plugin/json_writer.h"

namespace plumbline {
namespace {

void member(JsonWriter& out, std::string_view key, std::string_view value) {
  out.text(key);
  out.text(value);
}

template <class List, class Write>
void array(JsonWriter& out, std::string_view key, const List& list, Write write) {
  out.text(key);
  out.StartArray();
  for (const auto& each : list) write(each);
  out.EndArray();
}

void words(JsonWriter& out, std::string_view key, const std::vector<std::string_view>& list) {
  array(out, key, list, [&](std::string_view each) { out.text(each); });
}

void named(JsonWriter& out, std::string_view key, const std::vector<Explanation::Named>& findings) {
  array(out, key, findings, [&](const Explanation::Named& each) {
    out.StartObject();
    member(out, "id", each.id);
    member(out, "name", each.name);
    out.EndObject();
  });
}

void pathway(JsonWriter& out, const Explanation::Considered& pathway) {
  out.StartObject();
  member(out, "id", pathway.id);
  member(out, "title", pathway.title);
  member(out, "tier", pathway.tier);
  member(out, "acted", pathway.acted);
  array(out, "rules", pathway.rules, [&](const Explanation::Weighed& rule) {
    out.StartObject();
    member(out, "id", rule.id);
    member(out, "tier", rule.tier);
    member(out, "because", rule.because);
    member(out, "verdict", rule.verdict);
    member(out, "at", rule.at);
    named(out, "findings", rule.findings);
    out.EndObject();
  });
  out.EndObject();
}

void finding(JsonWriter& out, const Explanation::Found& found) {
  out.StartObject();
  member(out, "id", found.finding.id);
  member(out, "name", found.finding.name);
  member(out, "kind", found.kind);
  member(out, "state", found.state);
  member(out, "reason", found.reason);
  member(out, "grade", found.grade);
  words(out, "marks", found.marks);
  array(out, "evidence", found.evidence, [&](const Explanation::Piece& piece) {
    out.StartObject();
    member(out, "says", piece.says);
    member(out, "when", piece.when);
    member(out, "source", piece.source);
    member(out, "words", piece.words);
    words(out, "marks", piece.marks);
    member(out, "aside", piece.aside);
    member(out, "kind", piece.kind);
    member(out, "quote", piece.quote);
    out.EndObject();
  });
  out.EndObject();
}

void pain(JsonWriter& out, const Explanation& why) {
  out.text("pain");
  out.StartObject();
  out.text("inPlay");
  out.Bool(why.painInPlay);
  member(out, "since", why.painSince);
  words(out, "regions", why.painRegions);
  out.EndObject();
}

void gaps(JsonWriter& out, const Explanation& why) {
  array(out, "screen", why.screen, [&](const Explanation::OpenItem& item) {
    out.StartObject();
    member(out, "id", item.id);
    member(out, "label", item.label);
    named(out, "findings", item.findings);
    out.EndObject();
  });
  words(out, "unread", why.unread);
  words(out, "missing", why.missing);
  array(out, "unreadable", why.unreadable, [&](const Explanation::Unreadable& each) {
    out.StartObject();
    member(out, "what", each.what);
    member(out, "where", each.where);
    out.EndObject();
  });
}

}  // namespace

std::string asJson(const Explanation& why) {
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
  member(out, "asOf", why.asOf);
  member(out, "version", why.version);
  member(out, "digest", why.digest);
  member(out, "tier", why.tier);
  out.text("deceased");
  out.Bool(why.deceased);
  member(out, "act", why.act);
  pain(out, why);
  out.text("stress");
  out.StartObject();
  member(out, "strength", why.stress);
  out.text("weight");
  out.Int(why.stressWeight);
  out.EndObject();
  array(out, "pathways", why.pathways, [&](const auto& each) { pathway(out, each); });
  array(out, "findings", why.findings, [&](const auto& each) { finding(out, each); });
  named(out, "undocumented", why.undocumented);
  gaps(out, why);
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace plumbline
