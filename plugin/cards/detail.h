#pragma once

#include <string>
#include <vector>

#include "rules/assessment.h"

namespace plumbline::cards {

/// The sections of a card's detail as lines, before they are cut to length.
struct Sections {
  std::vector<std::string> recorded;
  std::vector<std::string> notDocumented;
  std::vector<std::string> couldNotBeRead;
  std::vector<std::string> consider;
  std::vector<std::string> why;
};

/// Lines about what is recorded: the findings of the given pathway first, then those of the others, then the
/// remaining red flags.
std::vector<std::string> recordedLines(const rules::Assessment& assessment,
                                       const rules::PathwayOutcome* head);

/// One line about one finding: name, value, date, kind of source, and what weakens it.
std::string findingLine(const rules::Assessment& assessment, std::size_t finding);

/// What could not be read: published prefetch keys and kinds of resource by the pack's names. Keys and types
/// that only the caller knows are one line of the pack, since their names are the caller's text.
std::vector<std::string> unreadLines(const rules::Assessment& assessment);

/// "title (id version): why. Source: guideline, year."
std::string whyLine(const rules::Assessment& assessment, const rules::Pathway& pathway);

/// "Source: guideline, year."
std::string sourceSentence(const rules::Assessment& assessment, const std::string& sourceId);

/// Markdown of all sections under their headings, in the order every card has them. Long lists are cut,
/// saying how many more there are, until the whole is at most `most` UTF-16 units.
std::string render(const rules::Assessment& assessment, const Sections& sections, std::size_t most);

/// Of UTF-8 in UTF-16 units, as the readers of a card count.
std::size_t utf16Length(std::string_view utf8);

/// A sentence of rules/content/cards by its name; a name that is not there is a fault of the build's content
/// and throws std::out_of_range.
const std::string& say(const rules::Assessment& assessment, std::string_view key);

}  // namespace plumbline::cards
