#pragma once

#include <string>
#include <string_view>

/// Markup as the lines of text that a reader sees; what is kept of it is told in rules/text/plain.h.
namespace plumbline::rules::text {

/// `html` is as toUtf8() gives it, and so is the result, which is no longer.
std::string fromHtml(std::string_view html);

/// `rtf` is as it was sent: RTF says its charset itself, and may hold bytes that are no text. The result is
/// as toUtf8() would have it, and at most three times as long. Characters of a code page other than
/// windows-1252 become U+FFFD; bytes that RTF would have escaped are read as UTF-8, else as windows-1252.
std::string fromRtf(std::string_view rtf);

}  // namespace plumbline::rules::text
