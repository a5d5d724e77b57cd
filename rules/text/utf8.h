#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Bytes of the charsets that notes come in, as UTF-8.
namespace plumbline::rules::text {

inline constexpr char32_t kReplacement = 0xFFFD;

/// Adds one character. What is no character becomes U+FFFD; control characters of ASCII but tab and newline
/// become a space, a form feed or vertical tab a newline.
void append(std::string& out, char32_t character);

/// The character that `byte` stands for in windows-1252, which holds ISO-8859-1.
char32_t fromWindows1252(unsigned char byte);

/// Length of the well-formed UTF-8 sequence that `text` begins with, or 0.
std::size_t sequenceLength(std::string_view text);

bool isUtf8(std::string_view text);

/// `bytes` in UTF-8 with '\n' at the ends of lines and without control characters, as append() has it.
/// `charset` is a name as in a Content-Type, or "" where none is given. Nothing for a charset that is not
/// known.
std::optional<std::string> toUtf8(std::string_view bytes, std::string_view charset);

}  // namespace plumbline::rules::text
