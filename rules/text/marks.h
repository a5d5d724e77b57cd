#pragma once

#include <string_view>

namespace plumbline::rules::text {

/// What a reader does not see: a soft hyphen, a byte order mark, marks of direction.
constexpr char kInvisible = '\3';

/// A mark outside ASCII and what it is read as: its ASCII character, '\1' ticked, '\2' unticked, or
/// kInvisible.
struct Mark {
  std::string_view bytes;
  char as;
};

/// The mark at `at`, or null.
const Mark* findMark(std::string_view text, std::size_t at);

inline const Mark* markAt(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const bool leads = lead == 0xC2U || lead == 0xCAU || lead == 0xE2U || lead == 0xE3U || lead == 0xEFU;
  return leads ? findMark(text, at) : nullptr;
}

}  // namespace plumbline::rules::text
