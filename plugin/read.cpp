#include "plugin/read.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <optional>

#include "plugin/json_writer.h"
#include "rules/text/reader.h"
#include "rules/words.h"

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

void meaning(JsonWriter& out, const text::Context& context, std::string_view snippet) {
  out.member("state", name(context.state));
  out.member("time", name(context.time));
  out.member("who", context.who == text::Who::Other ? "other" : "patient");
  out.member("snippet", snippet);
}

bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The end of `wanted` where it stands at `at` in `all`; any run of blanks is like any other.
std::optional<std::size_t> endAt(std::string_view all, std::size_t at, std::string_view wanted,
                                 bool exactly) {
  std::size_t i = 0;
  while (i < wanted.size()) {
    if (isBlank(wanted[i])) {
      if (at >= all.size() || !isBlank(all[at])) return std::nullopt;
      while (i < wanted.size() && isBlank(wanted[i])) ++i;
      while (at < all.size() && isBlank(all[at])) ++at;
      continue;
    }
    if (at >= all.size() ||
        !(exactly ? all[at] == wanted[i] : rules::lower(all[at]) == rules::lower(wanted[i])))
      return std::nullopt;
    ++at;
    ++i;
  }
  return at;
}

struct Place {
  std::size_t begin, end;
};

/// Where `wanted` stands in `all`: as written or whatever the letter case, as whole words or as their part.
std::optional<Place> place(std::string_view all, std::string_view wanted, bool exactly, bool whole) {
  for (std::size_t at = 0; at < all.size(); ++at) {
    const auto end = endAt(all, at, wanted, exactly);
    if (!end) continue;
    const auto joins = [&](std::size_t b) {
      return b > 0 && b < all.size() && rules::isLetter(all[b - 1]) && rules::isLetter(all[b]);
    };
    if (!whole || (!joins(at) && !joins(*end))) return Place{at, *end};
  }
  return std::nullopt;
}

std::string upper(std::string_view words) {
  std::string all(words);
  for (char& c : all) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  return all;
}

std::string_view trimmed(std::string_view words) {
  while (!words.empty() && isBlank(words.front())) words.remove_prefix(1);
  while (!words.empty() && isBlank(words.back())) words.remove_suffix(1);
  return words;
}

void concepts(JsonWriter& out, const rules::Pack& pack, std::string_view all, std::string_view asked) {
  const std::string_view wanted = trimmed(asked);
  if (wanted.empty()) return;
  auto at = place(all, upper(wanted), true, true);
  if (!at) at = place(all, wanted, true, true);
  if (!at) at = place(all, wanted, false, true);
  if (!at) at = place(all, wanted, false, false);
  if (!at) return;
  out.StartObject();
  out.member("concept", asked);
  meaning(out, text::contextAt(*pack.text, all, at->begin, at->end),
          all.substr(at->begin, at->end - at->begin));
  out.EndObject();
}

void findings(JsonWriter& out, const rules::Pack& pack, std::string_view all) {
  for (const text::Mention& each : text::read(*pack.text, all).mentions) {
    const rules::Finding& finding = pack.findings[each.finding];
    out.StartObject();
    out.member("finding", finding.id);
    if (each.part) out.member("part", finding.parts[*each.part]);
    if (each.side != rules::Side::None) out.member("side", name(each.side));
    out.member("says", name(each.says));
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
    out.member("error", "not a JSON object with the string member text");
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
