#include "rules/text/utf8.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "rules/words.h"

namespace plumbline::rules::text {
namespace {

/// Source: the Encoding Standard's index of windows-1252 for 0x80 to 0x9F; five bytes stand for nothing.
constexpr std::array<char16_t, 32> kHigh1252{0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                             0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                             0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                             0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

enum class Charset { Unsaid, Utf8, Windows1252, Utf16, Utf16Little, Utf16Big };

std::optional<Charset> charsetOf(std::string_view name) {
  // US-ASCII is what senders write who did not think of it: its bytes say themselves what they are.
  struct Known {
    std::string_view name;
    Charset charset;
  };
  constexpr std::array kKnown{Known{"", Charset::Unsaid},
                              Known{"us-ascii", Charset::Unsaid},
                              Known{"ascii", Charset::Unsaid},
                              Known{"utf-8", Charset::Utf8},
                              Known{"utf8", Charset::Utf8},
                              Known{"iso-8859-1", Charset::Windows1252},
                              Known{"iso8859-1", Charset::Windows1252},
                              Known{"iso_8859-1", Charset::Windows1252},
                              Known{"latin1", Charset::Windows1252},
                              Known{"windows-1252", Charset::Windows1252},
                              Known{"cp1252", Charset::Windows1252},
                              Known{"utf-16", Charset::Utf16},
                              Known{"utf-16le", Charset::Utf16Little},
                              Known{"utf-16be", Charset::Utf16Big}};
  for (const Known& known : kKnown) {
    if (name.size() == known.name.size() && (name.empty() || beginsWith(name, known.name)))
      return known.charset;
  }
  return std::nullopt;
}

/// Whether `c` is one byte that stays as it is.
bool isPlain(char c) {
  return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\t';
}

/// Eight bytes at once: whether none is beyond ASCII.
bool eightAscii(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

/// Goes over `bytes`, adding plain ones as they are and a line's end in whatever form as '\n'; `other` adds
/// what is at a place that is neither and says how many bytes that was.
template <class Other>
std::string linesOf(std::string_view bytes, Other other) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t start = at;
    while (at < bytes.size() && isPlain(bytes[at])) ++at;
    out.append(bytes, start, at - start);
    if (at == bytes.size()) break;
    if (bytes[at] == '\r') {
      if (at + 1 == bytes.size() || bytes[at + 1] != '\n') out += '\n';
      ++at;
    } else {
      at += other(out, at);
    }
  }
  return out;
}

std::string fromUtf8(std::string_view bytes) {
  return linesOf(bytes, [&](std::string& out, std::size_t at) -> std::size_t {
    const std::size_t length = sequenceLength(bytes.substr(at));
    if (length > 1) {
      out.append(bytes, at, length);
    } else {
      append(out, length == 1 ? static_cast<unsigned char>(bytes[at]) : kReplacement);
    }
    return length > 1 ? length : 1;
  });
}

std::string from1252(std::string_view bytes) {
  return linesOf(bytes, [&](std::string& out, std::size_t at) -> std::size_t {
    append(out, fromWindows1252(static_cast<unsigned char>(bytes[at])));
    return 1;
  });
}

std::string fromUtf16(std::string_view bytes, bool bigEndian) {
  const auto unit = [&](std::size_t at) -> char32_t {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(bigEndian ? first << 8 | second : second << 8 | first);
  };
  std::string out;
  out.reserve(bytes.size());
  std::size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) {
    char32_t character = unit(at);
    if (character == '\r' && at + 3 < bytes.size() && unit(at + 2) == '\n') continue;
    if ((character & 0xFC00) == 0xD800 && at + 3 < bytes.size() && (unit(at + 2) & 0xFC00) == 0xDC00) {
      character = 0x10000 + ((character & 0x3FF) << 10 | (unit(at + 2) & 0x3FF));
      at += 2;
    }
    append(out, character);
  }
  if (at < bytes.size()) append(out, kReplacement);
  return out;
}

}  // namespace

void append(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x20 || c == 0x7F) {
    const bool newline = c == '\n' || c == '\v' || c == '\f' || c == '\r';
    put(newline ? '\n' : c == '\t' ? '\t' : ' ');
  } else if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
    append(out, kReplacement);
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

char32_t fromWindows1252(unsigned char byte) {
  return byte >= 0x80 && byte < 0xA0 ? kHigh1252[byte - 0x80U] : byte;
}

std::size_t sequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  if (text.empty()) return 0;
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, halves of surrogate pairs, and what is beyond the last character.
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

bool isUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (at + 8 <= text.size() && eightAscii(text.data() + at)) {
      at += 8;
      continue;
    }
    const std::size_t length = sequenceLength(text.substr(at));
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::optional<std::string> toUtf8(std::string_view bytes, std::string_view charset) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return fromUtf8(bytes.substr(3));
  if (bytes.starts_with("\xFF\xFE")) return fromUtf16(bytes.substr(2), false);
  if (bytes.starts_with("\xFE\xFF")) return fromUtf16(bytes.substr(2), true);
  const auto known = charsetOf(charset);
  if (!known) return std::nullopt;
  switch (*known) {
    case Charset::Unsaid: return isUtf8(bytes) ? fromUtf8(bytes) : from1252(bytes);
    case Charset::Utf8: return fromUtf8(bytes);
    case Charset::Windows1252: return from1252(bytes);
    case Charset::Utf16: return std::nullopt;  // which of its two bytes comes first was in the mark
    case Charset::Utf16Little: return fromUtf16(bytes, false);
    case Charset::Utf16Big: return fromUtf16(bytes, true);
  }
  return std::nullopt;
}

}  // namespace plumbline::rules::text
