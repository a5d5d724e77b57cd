#pragma once

#include <optional>

#include "rules/text/content.h"

namespace plumbline::rules::text {

/// What a form says to the item whose words are the tokens from `begin` to `end`: "Saddle numbness: no",
/// "Fever? Y", "[x] incontinence", "numbness [ ] yes [x] no". Open is a form nobody filled in ("Y/N", an
/// empty box): that says nothing, least of all no. Still is a no to getting better: "Saddle numbness
/// resolved: no".
enum class FormSays : std::uint8_t { Yes, No, NotPerformed, Open, Still };

/// None where the words stand in a sentence and not in a form.
std::optional<FormSays> formAnswer(const TextContent& content, const std::vector<Token>& tokens,
                                   std::size_t begin, std::size_t end);

}  // namespace plumbline::rules::text
