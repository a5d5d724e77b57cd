#pragma once

#include <string>

#include "rules/assessment.h"

namespace plumbline::cards {

/// The words of the chart that evidence was read from, as a card may quote them: from free text: "…". They
/// were written by anyone, so that everything Markdown, HTML or a link could be made of is escaped, and line
/// ends are blanks. Empty where the evidence is no text, or where the words hold what this card may not say
/// (architecture §5 rule 21): then they are left out rather than changed.
std::string quoted(const rules::Assessment& assessment, const rules::Evidence& evidence);

}  // namespace plumbline::cards
