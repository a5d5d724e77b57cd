#include "plugin/cards/detail.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <stdexcept>

#include "plugin/cards/compose.h"
#include "plugin/hooks/services.h"

namespace plumbline::cards {
namespace {

using rules::Assessment;
using rules::Evidence;
using rules::FindingState;
using rules::Grade;

/// The evidence a line is about: of presence, newest first.
const Evidence* shown(const FindingState& state) {
  for (const Evidence& each : state.evidence) {
    if (each.says == Evidence::Says::Present && !each.listedOnly && each.when == state.when) return &each;
  }
  return nullptr;
}

std::string kindOf(const Assessment& assessment, const Evidence& evidence) {
  const auto found = assessment.pack->texts.find("common.kind." + std::string(evidence.type));
  return found == assessment.pack->texts.end() ? std::string(evidence.type) : found->second;
}

bool shows(const FindingState& state) {
  return state.present() || state.grade == Grade::Stale;
}

/// A list of a card under its heading. `shown` says how many of its lines fit where a long list may have
/// `most`; how many more there are is said behind them.
struct List {
  const std::string* heading;
  const std::vector<std::string>* lines;
  std::string_view between;
  std::size_t (*shown)(std::size_t most, std::size_t all);
};

constexpr std::string_view kBullet = "\n- ";

std::vector<List> listsOf(const Assessment& assessment, const Sections& sections) {
  const auto usual = [](std::size_t most, std::size_t all) { return std::min(most, all); };
  const auto twice = [](std::size_t most, std::size_t all) { return std::min(2 * most, all); };
  const auto every = [](std::size_t, std::size_t all) { return all; };
  const auto quarter = [](std::size_t most, std::size_t all) {
    return std::min(std::max<std::size_t>(1, most / 4), all);
  };
  return {{&say(assessment, "common.heading.recorded"), &sections.recorded, kBullet, usual},
          {&say(assessment, "common.heading.notDocumented"), &sections.notDocumented, "; ", twice},
          {&say(assessment, "common.heading.couldNotBeRead"), &sections.couldNotBeRead, kBullet, usual},
          {&say(assessment, "common.heading.consider"), &sections.consider, kBullet, every},
          {&say(assessment, "common.heading.why"), &sections.why, kBullet, quarter}};
}

std::string write(const std::vector<List>& lists, std::size_t most, std::string_view more,
                  const std::string& end) {
  std::string text;
  text.reserve(2048);
  for (const List& list : lists) {
    const std::size_t all = list.lines->size();
    if (all == 0) continue;
    text.append("**").append(*list.heading).append("**\n\n- ");
    const std::size_t shown = list.shown(most, all);
    for (std::size_t i = 0; i < shown; ++i) text.append(i ? list.between : "").append((*list.lines)[i]);
    if (all > shown) text.append(list.between).append("+" + std::to_string(all - shown) + " ").append(more);
    text += "\n\n";
  }
  return text += end;
}

}  // namespace

const std::string& say(const Assessment& assessment, std::string_view key) {
  const auto found = assessment.pack->texts.find(key);
  if (found == assessment.pack->texts.end()) throw std::out_of_range("no card text " + std::string(key));
  return found->second;
}

std::string findingLine(const Assessment& assessment, std::size_t finding) {
  const FindingState& state = assessment.findings[finding];
  const Evidence* evidence = shown(state);
  std::string line = assessment.pack->findings[finding].name;
  if (evidence && !evidence->value.empty()) line += " (" + evidence->value + ")";
  if (evidence && evidence->type == "Patient") return line + ": " + kindOf(assessment, *evidence);
  line += ": " + (state.when ? fhir::print(*state.when) : say(assessment, "common.dateUnknown"));
  if (evidence && !evidence->type.empty()) line += ", " + kindOf(assessment, *evidence);
  if (state.suspected) line += ", " + say(assessment, "common.suspected");
  if (state.resolved) {
    line += ", " + say(assessment, "common.resolved");
  } else if (state.grade == Grade::Stale) {
    line += ", " + say(assessment, "common.notReassessed");
  }
  if (state.grade == Grade::Baseline) line += ", " + say(assessment, "common.longstanding");
  if (state.contradicted) line += ", " + say(assessment, "common.contradicted");
  return line;
}

std::vector<std::string> recordedLines(const Assessment& assessment, const rules::PathwayOutcome* head) {
  std::vector<std::string> lines;
  std::set<std::size_t> told;
  const auto tell = [&](std::size_t finding) {
    if (shows(assessment.findings[finding]) && told.insert(finding).second) {
      lines.push_back(findingLine(assessment, finding));
    }
  };
  if (head) {
    head->because.forEach(tell);
    for (const std::size_t finding : head->pathway->alsoDocumented) {
      if (assessment.present(finding) && told.insert(finding).second) {
        lines.push_back(say(assessment, "common.alsoDocumented") + ": " + findingLine(assessment, finding));
      }
    }
  }
  for (const std::size_t index : assessment.raised) {
    const auto& other = assessment.considered[index];
    if (&other == head) continue;
    lines.push_back(say(assessment, "common.alsoRaised") + ": " + other.pathway->title + " (" +
                    std::string(rules::name(other.tier)) + ")");
    other.because.forEach(tell);
  }
  for (std::size_t f = 0; f < assessment.findings.size(); ++f) {
    if (assessment.pack->findings[f].isRedFlag()) tell(f);
  }
  return lines;
}

std::vector<std::string> unreadLines(const Assessment& assessment) {
  const auto published = hooks::prefetch();
  std::vector<std::string> lines;
  std::set<std::string> kinds;
  bool others = false;
  for (const auto& key : assessment.unread) {
    const bool known = std::any_of(published.begin(), published.end(),
                                   [&](const hooks::Prefetch& each) { return each.key == key; });
    if (known) lines.push_back(key);
    others = others || !known;
  }
  for (const auto& each : assessment.unreadable) {
    const auto kind = assessment.pack->texts.find("common.kind." + each.what);
    const bool known = kind != assessment.pack->texts.end();
    if (known) kinds.insert(kind->second);
    others = others || !known;
  }
  lines.insert(lines.end(), kinds.begin(), kinds.end());
  if (others) lines.push_back(say(assessment, "common.otherPart"));
  if (assessment.unreadText && assessment.withheld == rules::Withheld::Unreadable)
    lines.push_back(say(assessment, "common.unreadText"));
  return lines;
}

std::string sourceSentence(const Assessment& assessment, const std::string& sourceId) {
  const rules::SourceText& source = assessment.pack->sources.at(sourceId);
  std::string sentence = say(assessment, "common.source") + ": " + source.title;
  if (source.year != 0) sentence += ", " + std::to_string(source.year);
  return sentence + ".";
}

std::string whyLine(const Assessment& assessment, const rules::Pathway& pathway) {
  return pathway.title + " (" + pathway.id + " " + pathway.version + "): " + pathway.why + " " +
         sourceSentence(assessment, pathway.sources.front());
}

std::size_t utf16Length(std::string_view utf8) {
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  std::size_t units = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    std::uint64_t eight = kHighs;
    if (at + sizeof eight <= utf8.size()) std::memcpy(&eight, utf8.data() + at, sizeof eight);
    if ((eight & kHighs) == 0) {  // ASCII, as nearly all of a card is
      units += sizeof eight;
      at += sizeof eight;
      continue;
    }
    const auto byte = static_cast<unsigned char>(utf8[at++]);
    units += static_cast<std::size_t>((byte & 0xC0U) != 0x80U) + static_cast<std::size_t>(byte >= 0xF0U);
  }
  return units;
}

std::string render(const Assessment& assessment, const Sections& sections, std::size_t most) {
  const std::vector<List> lists = listsOf(assessment, sections);
  const std::string& more = say(assessment, "common.more");
  const std::string end = "**" + say(assessment, "common.heading.limits") + "**\n\n" +
                          say(assessment, "common.limits") + " (" + fhir::print(assessment.now) + ")";
  std::size_t lines = 12;
  std::string text = write(lists, lines, more, end);
  while (utf16Length(text) > most && lines > 1) text = write(lists, --lines, more, end);
  return text;
}

}  // namespace plumbline::cards
