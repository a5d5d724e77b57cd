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
  /// One line behind `recorded`: the other pathways raised, which go before any detail of theirs.
  std::vector<std::string> alsoRaised;
  std::vector<std::string> alsoRecorded;  ///< behind `alsoRaised`
  std::vector<std::string> alsoConsider;  ///< behind `consider`, where there is room
};

/// Fills what is recorded: the findings of the given pathway in `recorded`, the other pathways in
/// `alsoRaised`, their findings and then the remaining red flags in `alsoRecorded`. Where nothing at all is,
/// `recorded` says so.
void addRecorded(const rules::Assessment& assessment, const rules::PathwayOutcome* head, Sections& sections);

/// One line about one finding: name, what of it was seen (up to three values or code names, newest first,
/// where a finding is a group of things), date, kind of source, and what weakens it.
std::string findingLine(const rules::Assessment& assessment, std::size_t finding);

/// "2026-11-20, questionnaire": date and kind of source of the evidence by which a finding is absent.
std::string sourceOf(const rules::Assessment& assessment, const rules::FindingState& absent);

/// What could not be read: red flags whose only entry is unreadable, published prefetch keys, and kinds of
/// resource by the pack's names. Keys and types that only the caller knows are one line of the pack, since
/// their names are the caller's text.
std::vector<std::string> unreadLines(const rules::Assessment& assessment);

/// "title (id version): why. Source: guideline, year."
std::string whyLine(const rules::Assessment& assessment, const rules::Pathway& pathway);

/// "Source: guideline, year."
std::string sourceSentence(const rules::Assessment& assessment, const std::string& sourceId);

/// How much room a detail has where it is read.
struct Layout {
  std::size_t most = 0;        ///< UTF-16 units in all
  std::size_t lineLength = 0;  ///< longest line, in UTF-16 units; 0: any
  std::size_t bullets = 0;     ///< most bullets, at least 6; 0: any
};

/// Markdown of all sections under their headings, in the order every card has them. Long lists are cut,
/// saying how many more there are, until the whole fits `layout`: findings first, then the
/// options of other pathways, and their titles last. The card's own options are never cut; where
/// bullets are few, lists are written in one bullet each and the last options share one.
std::string render(const rules::Assessment& assessment, const Sections& sections, const Layout& layout);

/// Of UTF-8 in UTF-16 units, as the readers of a card count.
std::size_t utf16Length(std::string_view utf8);

/// A sentence of rules/content/cards by its name; a name that is not there is a fault of the build's content
/// and throws std::out_of_range.
const std::string& say(const rules::Assessment& assessment, std::string_view key);

}  // namespace plumbline::cards
