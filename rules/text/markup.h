#pragma once

#include <string>
#include <string_view>

/// Markup as the lines of text that a reader sees; what is kept of it is told in rules/text/plain.h. Both
/// take valid UTF-8 and give valid UTF-8, no longer than what they were given.
namespace plumbline::rules::text {

std::string fromHtml(std::string_view html);

/// Characters of a code page other than windows-1252 become U+FFFD.
std::string fromRtf(std::string_view rtf);

}  // namespace plumbline::rules::text
