#include "plugin/cards/detail.h"

#include <algorithm>
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

std::string join(const std::vector<std::string>& parts, std::string_view between, std::size_t most,
                 const std::string& more) {
  std::string text;
  for (std::size_t i = 0; i < std::min(parts.size(), most); ++i)
    text += (i ? std::string(between) : "") + parts[i];
  if (parts.size() > most)
    text += std::string(between) + "+" + std::to_string(parts.size() - most) + " " + more;
  return text;
}

void bullets(std::string& text, const std::string& heading, const std::vector<std::string>& lines,
             std::size_t most, const std::string& more) {
  if (lines.empty()) return;
  text += "**" + heading + "**\n\n- " + join(lines, "\n- ", most, more) + "\n\n";
}

std::string renderWith(const Assessment& assessment, const Sections& sections, std::size_t most) {
  const std::string& more = say(assessment, "common.more");
  std::string text;
  bullets(text, say(assessment, "common.heading.recorded"), sections.recorded, most, more);
  bullets(text, say(assessment, "common.heading.notDocumented"),
          {join(sections.notDocumented, "; ", 2 * most, more)}, 1, more);
  bullets(text, say(assessment, "common.heading.couldNotBeRead"), sections.couldNotBeRead, most, more);
  bullets(text, say(assessment, "common.heading.consider"), sections.consider, sections.consider.size(),
          more);
  bullets(text, say(assessment, "common.heading.why"), sections.why, std::max<std::size_t>(1, most / 4),
          more);
  text += "**" + say(assessment, "common.heading.limits") + "**\n\n" + say(assessment, "common.limits") +
          " (" + fhir::print(assessment.now) + ")";
  return text;
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

std::string render(const Assessment& assessment, const Sections& sections, std::size_t most) {
  std::size_t lines = 12;
  std::string text = renderWith(assessment, sections, lines);
  while (utf16Length(text) > most && lines > 1) text = renderWith(assessment, sections, --lines);
  return text;
}

}  // namespace plumbline::cards
