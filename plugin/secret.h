#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plumbline {

/// The secret a file holds, without the line's end that editors put behind it; nothing where the file cannot
/// be opened.
std::optional<std::string> secretOfFile(const std::string& file);

/// 256 random bits as base64url, 43 characters.
std::string randomSecret();

/// Whether two secrets are the same, in a time that does not tell how far they are.
bool isSameSecret(std::string_view a, std::string_view b);

}  // namespace plumbline
