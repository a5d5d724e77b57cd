#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plumbline::rules {

/// A question or an answer as it is compared: lower case, punctuation and typographic signs as single blanks,
/// a leading number ("3.", "Q3:") dropped. Letters outside ASCII stay as they are.
std::string plainWords(std::string_view text);

/// `plain` without the longest of `leadIns` ("do you have any") it begins with; unchanged when there is none.
/// Both are plain words.
std::string_view withoutLeadIn(std::string_view plain, const std::vector<std::string>& leadIns);

/// The last segment of a linkId: form builders write the path to an item ("/44249-1/44250-9").
std::string_view ownLinkId(std::string_view linkId);

}  // namespace plumbline::rules
