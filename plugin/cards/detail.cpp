#include "plugin/cards/detail.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <set>
#include <stdexcept>

#include "plugin/cards/compose.h"
#include "plugin/cards/quote.h"
#include "plugin/hooks/services.h"
#include "rules/words.h"

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

/// Whether one entry can stand for different things: then the name of the finding alone does not say what was
/// seen.
bool isGroup(const rules::Finding& finding) {
  return !finding.parts.empty() || finding.measurements.size() > 1 ||
         (finding.derived && !finding.derived->medications.empty());
}

/// Whether this evidence is of what the finding's state rests on: of its strength, and not taken back or
/// outgrown.
bool counts(const Assessment& assessment, const FindingState& state, const Evidence& each) {
  const rules::Finding& finding = assessment.pack->findings[state.finding];
  if (each.says != Evidence::Says::Present || each.listedOnly) return false;
  if (each.weak != state.weakOnly || each.resolved != state.resolved) return false;
  if (each.when == state.when) return true;
  if (state.grade != Grade::Active) return false;
  const Grade ofPart = state.weakOnly ? state.of(each.part).weakGrade : state.of(each.part).grade;
  if (ofPart != Grade::Active) return false;
  if (each.when && state.began && *each.when < *state.began) return false;
  if (!each.when || !finding.activeDays || each.current) return true;
  return finding.conflict == rules::Conflict::Ever ||
         fhir::maybeWithin(*each.when, assessment.now, std::chrono::days(*finding.activeDays));
}

bool holdsStressWord(const Assessment& assessment, std::string_view text) {
  const auto& stems = assessment.pack->stressWords;
  return std::any_of(stems.begin(), stems.end(),
                     [&](const auto& stem) { return rules::holdsWord(text, stem); });
}

/// A code's name without what its terminology adds in brackets, such as "(finding)".
std::string_view bare(std::string_view label) {
  const auto bracket = label.ends_with(')') ? label.rfind(" (") : label.npos;
  return label.substr(0, bracket);
}

/// " (heart rate 128 /min; troponin flagged H)", or nothing where the name says it all.
std::string seen(const Assessment& assessment, const FindingState& state) {
  const rules::Finding& finding = assessment.pack->findings[state.finding];
  constexpr std::size_t kMost = 3;
  const bool group = isGroup(finding);
  std::vector<std::string_view> told;
  for (const Evidence& each : state.evidence) {
    if (group ? !counts(assessment, state, each) : &each != shown(state)) continue;
    const std::string_view text =
        each.value.empty() && group ? bare(each.label) : std::string_view(each.value);
    const bool news = std::find(told.begin(), told.end(), text) == told.end();
    if (text.empty() || text == finding.name || !news || holdsStressWord(assessment, text)) continue;
    told.push_back(text);
    if (told.size() == kMost) break;
  }
  std::string line;
  for (const auto& text : told) line.append(line.empty() ? " (" : "; ").append(text);
  return line.empty() ? line : line + ")";
}

/// Lines of a card; the views are of its sections.
using Lines = std::vector<std::string_view>;

/// A list of a card under its heading. `shown` says how many of its lines fit where a long list may have
/// `most`; how many more there are is said behind them.
struct List {
  const std::string* heading;
  Lines lines;
  std::string_view between;
  std::size_t (*shown)(std::size_t most, std::size_t all);
};

constexpr std::string_view kBullet = "\n- ";
constexpr std::string_view kInLine = "; ";
constexpr std::size_t kFewLines = 4;

std::size_t usual(std::size_t most, std::size_t all) {
  return std::min(most, all);
}

/// How much of a card is shown.
struct Room {
  std::size_t lines;         ///< a long list may have
  std::size_t alsoConsider;  ///< options of other pathways
  std::size_t alsoRaised;    ///< other pathways named
};

/// What the two lists that are put together show, and the lines that are made for them.
struct Shown {
  Lines recorded, consider;
  std::string alsoRaised, more, lastOption;
};

std::string write(const std::array<List, 5>& lists, std::size_t most, std::string_view more,
                  const std::string& end) {
  std::string text;
  text.reserve(2048);
  for (const List& list : lists) {
    const std::size_t all = list.lines.size();
    if (all == 0) continue;
    text.append("**").append(*list.heading).append("**\n\n- ");
    const std::size_t shown = list.shown(most, all);
    for (std::size_t i = 0; i < shown; ++i) text.append(i ? list.between : "").append(list.lines[i]);
    if (all > shown) text.append(list.between).append("+" + std::to_string(all - shown) + " ").append(more);
    text += "\n\n";
  }
  return text += end;
}

/// The card's own findings, the other pathways in one line, then what else is recorded, in at most
/// `room.lines` lines about findings; how many more there are is said at the end.
void showRecorded(Shown& shown, const Assessment& assessment, const Sections& sections, const Room& room) {
  const std::string& more = say(assessment, "common.more");
  const auto cut = [&](std::size_t count) { return "+" + std::to_string(count) + " " + more; };
  const std::size_t own = usual(room.lines, sections.recorded.size());
  const std::size_t others = usual(room.lines - own, sections.alsoRecorded.size());
  shown.recorded.reserve(own + others + 2);
  shown.recorded.assign(sections.recorded.begin(),
                        sections.recorded.begin() + static_cast<std::ptrdiff_t>(own));
  std::string raised;
  for (std::size_t i = 0; i < room.alsoRaised; ++i) raised += (i ? "; " : "") + sections.alsoRaised[i];
  const std::size_t unnamed = sections.alsoRaised.size() - room.alsoRaised;
  if (unnamed > 0) raised += "; " + cut(unnamed);
  if (!raised.empty()) {
    shown.alsoRaised = say(assessment, "common.alsoRaised") + ": " + raised;
    shown.recorded.push_back(shown.alsoRaised);
  }
  const auto othersEnd = sections.alsoRecorded.begin() + static_cast<std::ptrdiff_t>(others);
  shown.recorded.insert(shown.recorded.end(), sections.alsoRecorded.begin(), othersEnd);
  const std::size_t left = sections.recorded.size() - own + sections.alsoRecorded.size() - others;
  if (left == 0) return;
  shown.more = cut(left);
  shown.recorded.push_back(shown.more);
}

/// The card's options and as many of other pathways as there is room for. Where bullets are few the last ones
/// are joined into one, so that there are at most as many as the other lists, of one bullet each, leave room
/// for; two at the least.
void showOptions(Shown& shown, const Sections& sections, const Room& room, std::size_t bullets) {
  Lines& options = shown.consider;
  const auto othersEnd = sections.alsoConsider.begin() + static_cast<std::ptrdiff_t>(room.alsoConsider);
  options.reserve(sections.consider.size() + room.alsoConsider);
  options.assign(sections.consider.begin(), sections.consider.end());
  options.insert(options.end(), sections.alsoConsider.begin(), othersEnd);
  if (bullets == 0) return;
  const std::size_t others = sections.couldNotBeRead.empty() ? 3 : 4;
  const std::size_t most = bullets < others + 2 ? 2 : bullets - others;
  if (options.size() <= most) return;
  shown.lastOption = options[most - 1];
  for (std::size_t i = most; i < options.size(); ++i) shown.lastOption.append(kInLine).append(options[i]);
  options.resize(most);
  options.back() = shown.lastOption;
}

/// Breaks lines at blanks so that none is longer than `length`, if a word is not; what goes on of a bullet is
/// indented under it.
std::string wrapped(std::string_view text, std::size_t length) {
  std::string out;
  std::size_t column = 0;
  bool bullet = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\n') {
      out += c;
      column = 0;
      bullet = text.substr(at + 1).starts_with("- ");
      ++at;
      continue;
    }
    const std::size_t from = c == ' ' ? at + 1 : at;
    const std::size_t end = std::min(text.find_first_of(" \n", from), text.size());
    const std::size_t word = utf16Length(text.substr(from, end - from));
    if (c == ' ' && column + 1 + word > length) {
      out += bullet ? "\n  " : "\n";
      column = bullet ? 2 : 0;
    } else if (c == ' ') {
      out += ' ';
      ++column;
    }
    out += text.substr(from, end - from);
    column += word;
    at = end;
  }
  return out;
}

std::string writeIn(const Assessment& assessment, const Sections& sections, const Room& room,
                    const Layout& layout) {
  const auto twice = [](std::size_t most, std::size_t all) {
    return std::min(most > kFewLines ? 2 * most : most, all);
  };
  const auto every = [](std::size_t, std::size_t all) { return all; };
  const auto quarter = [](std::size_t most, std::size_t all) {
    return std::min(std::max<std::size_t>(1, most / 4), all);
  };
  const auto heading = [&](std::string_view key) { return &say(assessment, key); };
  const auto all = [](const std::vector<std::string>& lines) { return Lines(lines.begin(), lines.end()); };
  const std::string_view between = layout.bullets != 0 ? kInLine : kBullet;
  Shown shown;
  showRecorded(shown, assessment, sections, room);
  showOptions(shown, sections, room, layout.bullets);
  const std::string end = "**" + say(assessment, "common.heading.limits") + "**\n\n" +
                          say(assessment, "common.limits") + " (" + fhir::print(assessment.now) + ")";
  std::string text =
      write({{{heading("common.heading.recorded"), std::move(shown.recorded), between, every},
              {heading("common.heading.notDocumented"), all(sections.notDocumented), kInLine, twice},
              {heading("common.heading.couldNotBeRead"), all(sections.couldNotBeRead), between, usual},
              {heading("common.heading.consider"), std::move(shown.consider), kBullet, every},
              {heading("common.heading.why"), all(sections.why), between, quarter}}},
            room.lines, say(assessment, "common.more"), end);
  return layout.lineLength == 0 ? text : wrapped(text, layout.lineLength);
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
  std::string line = assessment.pack->findings[finding].name + seen(assessment, state);
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
  const std::string words = evidence ? quoted(assessment, *evidence) : std::string();
  return words.empty() ? line : line + ", " + words;
}

std::string sourceOf(const Assessment& assessment, const FindingState& absent) {
  const auto found = std::find_if(absent.evidence.begin(), absent.evidence.end(), [&](const Evidence& each) {
    return each.says == Evidence::Says::Absent && !each.listedOnly && each.when == absent.when;
  });
  std::string text = absent.when ? fhir::print(*absent.when) : say(assessment, "common.dateUnknown");
  if (found == absent.evidence.end()) return text;
  text += ", " + kindOf(assessment, *found);
  const std::string words = quoted(assessment, *found);
  return words.empty() ? text : text + ", " + words;
}

void addRecorded(const Assessment& assessment, const rules::PathwayOutcome* head, Sections& sections) {
  rules::FindingSet told;
  const auto tellIn = [&](std::vector<std::string>& lines) {
    return [&](std::size_t finding) {
      if (!shows(assessment.findings[finding]) || told.contains(finding)) return;
      told.insert(finding);
      lines.push_back(findingLine(assessment, finding));
    };
  };
  if (head) {
    head->because.forEach(tellIn(sections.recorded));
    for (const std::size_t finding : head->pathway->alsoDocumented) {
      if (assessment.present(finding) && !told.contains(finding)) {
        told.insert(finding);
        sections.recorded.push_back(say(assessment, "common.alsoDocumented") + ": " +
                                    findingLine(assessment, finding));
      }
    }
  }
  for (const std::size_t index : assessment.raised) {
    const auto& other = assessment.considered[index];
    if (&other == head) continue;
    sections.alsoRaised.push_back(other.pathway->title + " (" + std::string(rules::name(other.tier)) + ")");
    other.because.forEach(tellIn(sections.alsoRecorded));
  }
  for (std::size_t f = 0; f < assessment.findings.size(); ++f) {
    if (assessment.pack->findings[f].isRedFlag()) tellIn(sections.alsoRecorded)(f);
  }
  if (told.empty()) sections.recorded.push_back(say(assessment, "common.recordedNothing"));
}

std::vector<std::string> unreadLines(const Assessment& assessment) {
  const auto published = hooks::prefetch();
  std::vector<std::string> lines;
  std::set<std::string> kinds;
  bool others = false;
  for (const auto& state : assessment.findings) {
    const auto& finding = assessment.pack->findings[state.finding];
    if (finding.isRedFlag() && state.reason == rules::Reason::Unreadable) lines.push_back(finding.ask);
  }
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

std::string render(const Assessment& assessment, const Sections& sections, const Layout& layout) {
  constexpr std::size_t kLines = 12;
  constexpr std::size_t kLeastBesideOptions = 2;
  Room room{kLines, sections.alsoConsider.size(), sections.alsoRaised.size()};
  std::string text = writeIn(assessment, sections, room, layout);
  while (utf16Length(text) > layout.most) {
    if (room.lines > kLeastBesideOptions) {
      --room.lines;
    } else if (room.alsoConsider > 0) {
      --room.alsoConsider;
    } else if (room.lines > 1) {
      --room.lines;
    } else if (room.alsoRaised > 1) {
      --room.alsoRaised;
    } else {
      break;
    }
    text = writeIn(assessment, sections, room, layout);
  }
  return text;
}

}  // namespace plumbline::cards
