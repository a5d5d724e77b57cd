#include "plugin/read.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <optional>

#include "plugin/json_writer.h"
#include "rules/text/reader.h"

namespace plumbline {
namespace {

namespace text = rules::text;
using rapidjson::Value;

std::string_view name(text::State state) {
  switch (state) {
    case text::State::Negated: return "negated";
    case text::State::Uncertain: return "uncertain";
    case text::State::NotPerformed: return "not-performed";
    case text::State::Affirmed: break;
  }
  return "affirmed";
}

std::string_view name(text::Time time) {
  return time == text::Time::Historical     ? "historical"
         : time == text::Time::Hypothetical ? "hypothetical"
                                            : "current";
}

std::string_view name(text::Mention::Says says) {
  switch (says) {
    case text::Mention::Says::Absent: return "absent";
    case text::Mention::Says::NotPerformed: return "not-performed";
    case text::Mention::Says::NotDocumented: return "not-documented";
    case text::Mention::Says::Present: break;
  }
  return "present";
}

std::string_view name(rules::Side side) {
  return side == rules::Side::Left ? "left" : side == rules::Side::Right ? "right" : "both";
}

void member(JsonWriter& out, std::string_view key, std::string_view value) {
  out.text(key);
  out.text(value);
}

void meaning(JsonWriter& out, const text::Context& context, std::string_view snippet) {
  member(out, "state", name(context.state));
  member(out, "time", name(context.time));
  member(out, "who", context.who == text::Who::Other ? "other" : "patient");
  member(out, "snippet", snippet);
}

bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Where `wanted` stands in `all` as whole words: as written, else whatever the letter case.
std::optional<std::size_t> place(std::string_view all, std::string_view wanted, bool exactly) {
  const auto same = [&](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return exactly ? a == b : lower(a) == lower(b);
  };
  for (auto from = all.begin();;) {
    const auto at = std::search(from, all.end(), wanted.begin(), wanted.end(), same);
    if (at == all.end()) return std::nullopt;
    const auto end = at + static_cast<std::ptrdiff_t>(wanted.size());
    const bool cut = (at != all.begin() && isLetter(*(at - 1)) && isLetter(*at)) ||
                     (end != all.end() && isLetter(*end) && isLetter(*(end - 1)));
    if (!cut) return static_cast<std::size_t>(at - all.begin());
    from = at + 1;
  }
}

std::string upper(std::string_view words) {
  std::string all(words);
  for (char& c : all) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  return all;
}

void concepts(JsonWriter& out, const rules::Pack& pack, std::string_view all, std::string_view wanted) {
  auto at = place(all, upper(wanted), true);
  if (!at) at = place(all, wanted, true);
  if (!at) at = place(all, wanted, false);
  if (!at || wanted.empty()) return;
  out.StartObject();
  member(out, "concept", wanted);
  meaning(out, text::contextAt(*pack.text, all, *at, *at + wanted.size()), all.substr(*at, wanted.size()));
  out.EndObject();
}

void findings(JsonWriter& out, const rules::Pack& pack, std::string_view all) {
  for (const text::Mention& each : text::read(*pack.text, all).mentions) {
    const rules::Finding& finding = pack.findings[each.finding];
    out.StartObject();
    member(out, "finding", finding.id);
    if (each.part) member(out, "part", finding.parts[*each.part]);
    if (each.side != rules::Side::None) member(out, "side", name(each.side));
    member(out, "says", name(each.says));
    meaning(out, each.context, each.snippet);
    out.EndObject();
  }
}

const Value* textOf(const Value& object, const char* key) {
  const auto found = object.FindMember(key);
  return found != object.MemberEnd() && found->value.IsString() ? &found->value : nullptr;
}

}  // namespace

std::string readLine(const rules::Pack& pack, std::string_view line) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(line.data(),
                                                                                         line.size());
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
  const Value* words = document.HasParseError() || !document.IsObject() ? nullptr : textOf(document, "text");
  if (!words) {
    member(out, "error", "not a JSON object with the string member text");
  } else {
    const auto id = document.FindMember("id");
    if (id != document.MemberEnd()) {
      out.text("id");
      id->value.Accept(out);
    }
    const std::string_view all(words->GetString(), words->GetStringLength());
    out.text("mentions");
    out.StartArray();
    if (const Value* wanted = textOf(document, "concept")) {
      concepts(out, pack, all, {wanted->GetString(), wanted->GetStringLength()});
    } else {
      findings(out, pack, all);
    }
    out.EndArray();
  }
  out.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace plumbline
