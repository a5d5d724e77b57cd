#include "rules/text/plain.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "rules/text/markup.h"
#include "rules/text/utf8.h"
#include "rules/words.h"

namespace plumbline::rules::text {
namespace {

constexpr std::uint8_t kWhite = 0x40;    // in a table of six-bit values: to be passed over
constexpr std::uint8_t kForeign = 0x80;  // … what has no place in base64

constexpr std::array<std::uint8_t, 256> kSixBits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(kForeign);
  for (const char white : {' ', '\t', '\r', '\n'}) table[static_cast<unsigned char>(white)] = kWhite;
  std::uint8_t value = 0;
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
    table[static_cast<unsigned char>(c)] = value++;
  return table;
}();

/// Reads base64 four letters at a time, which is what most of it comes in, and letter by letter around white
/// space.
class Base64 {
 public:
  Base64(std::string_view letters, std::size_t maxBytes) : letters_(letters), maxBytes_(maxBytes) {}

  Plain decode() {
    bytes_.reserve(std::min(letters_.size() / 4 * 3, maxBytes_) + 3);
    while (at_ < letters_.size() && letters_[at_] != '=') {
      if (pending_ == 0) quads();
      if (at_ == letters_.size() || letters_[at_] == '=') break;
      const std::uint8_t value = sixBits(letters_[at_]);
      if (value == kForeign) return Unread::Base64;
      if (value != kWhite) take(value);
      ++at_;
      if (bytes_.size() > maxBytes_) return Unread::TooLarge;
    }
    if (!close()) return Unread::Base64;
    if (bytes_.size() > maxBytes_) return Unread::TooLarge;
    return std::move(bytes_);
  }

 private:
  static std::uint8_t sixBits(char c) { return kSixBits[static_cast<unsigned char>(c)]; }

  void put(std::uint32_t bits, int shift) { bytes_ += static_cast<char>(bits >> shift & 0xFF); }

  void quads() {
    for (; at_ + 4 <= letters_.size() && bytes_.size() <= maxBytes_; at_ += 4) {
      const std::uint32_t a = sixBits(letters_[at_]), b = sixBits(letters_[at_ + 1]),
                          c = sixBits(letters_[at_ + 2]), d = sixBits(letters_[at_ + 3]);
      if (((a | b | c | d) & (kWhite | kForeign)) != 0) return;
      const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
      const std::array<char, 3> three{static_cast<char>(bits >> 16 & 0xFF),
                                      static_cast<char>(bits >> 8 & 0xFF), static_cast<char>(bits & 0xFF)};
      bytes_.append(three.data(), three.size());
    }
  }

  void take(std::uint8_t value) {
    bits_ = bits_ << 6 | value;
    if (++pending_ < 4) return;
    put(bits_, 16);
    put(bits_, 8);
    put(bits_, 0);
    bits_ = 0;
    pending_ = 0;
  }

  /// Reads the padding. Without the padding that is due the end may be missing.
  bool close() {
    int padding = 0;
    for (; at_ < letters_.size(); ++at_) {
      if (letters_[at_] == '=') {
        ++padding;
      } else if (sixBits(letters_[at_]) != kWhite) {
        return false;
      }
    }
    if (pending_ == 0) return padding == 0;
    if (pending_ < 2 || pending_ + padding != 4) return false;
    const std::uint32_t bits = bits_ << (pending_ == 2 ? 12 : 6);
    put(bits, 16);
    if (pending_ == 3) put(bits, 8);
    return true;
  }

  std::string_view letters_;
  std::size_t maxBytes_;
  std::size_t at_ = 0;
  std::uint32_t bits_ = 0;
  int pending_ = 0;  ///< letters of a group that is not full
  std::string bytes_;
};

enum class Kind { Text, Html, Rtf, Unsaid, Other };

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool isWord(std::string_view text, std::string_view lowerCase) {
  return text.size() == lowerCase.size() && beginsWith(text, lowerCase);
}

Kind kindOf(std::string_view contentType) {
  const std::string_view type = trimmed(contentType.substr(0, contentType.find(';')));
  if (type.empty()) return Kind::Unsaid;
  if (isWord(type, "text/plain")) return Kind::Text;
  // The last is a misspelling that HL7's own examples hold.
  for (const char* html : {"text/html", "application/xhtml+xml", "application/xhtml"})
    if (isWord(type, html)) return Kind::Html;
  if (isWord(type, "text/rtf") || isWord(type, "application/rtf")) return Kind::Rtf;
  return Kind::Other;
}

/// The charset parameter of a content type, without its quotation marks; "" without one.
std::string_view charsetOf(std::string_view contentType) {
  while (true) {
    const auto semicolon = contentType.find(';');
    if (semicolon == contentType.npos) return {};
    contentType.remove_prefix(semicolon + 1);
    const std::string_view parameter = trimmed(contentType.substr(0, contentType.find(';')));
    const auto equals = parameter.find('=');
    if (equals == parameter.npos || !isWord(trimmed(parameter.substr(0, equals)), "charset")) continue;
    std::string_view charset = trimmed(parameter.substr(equals + 1));
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"')
      charset = charset.substr(1, charset.size() - 2);
    return charset;
  }
}

/// What data said to be text of some kind are by their beginning: RTF is often sent as plain text, and plain
/// text as RTF.
Kind beginsLike(std::string_view bytes, Kind said) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const std::string_view start = trimmed(bytes.substr(0, 256));
  if (start.starts_with("{\\rtf")) return Kind::Rtf;
  if (said == Kind::Unsaid && (beginsWith(start, "<!doctype html") || beginsWith(start, "<html")))
    return Kind::Html;
  return said == Kind::Html ? Kind::Html : Kind::Text;
}

}  // namespace

std::string_view name(Unread why) {
  switch (why) {
    case Unread::Empty: return "empty";
    case Unread::Elsewhere: return "elsewhere";
    case Unread::Type: return "type";
    case Unread::TooLarge: return "too-large";
    case Unread::Base64: return "base64";
    case Unread::Charset: return "charset";
  }
  return "";
}

Plain decode(const fhir::Attachment& attachment, std::size_t maxBytes) {
  if (attachment.data.empty()) return attachment.url.empty() ? Unread::Empty : Unread::Elsewhere;
  Kind kind = kindOf(attachment.contentType);
  if (kind == Kind::Other) return Unread::Type;
  Plain bytes = Base64(attachment.data, maxBytes).decode();
  if (std::holds_alternative<Unread>(bytes)) return bytes;
  const std::string& raw = std::get<std::string>(bytes);
  if (kind == Kind::Unsaid && (!isUtf8(raw) || raw.find('\0') != raw.npos)) return Unread::Type;
  kind = beginsLike(raw, kind);
  if (kind == Kind::Rtf) return fromRtf(raw);
  std::optional<std::string> text = toUtf8(raw, charsetOf(attachment.contentType));
  if (!text) return Unread::Charset;
  return kind == Kind::Html ? fromHtml(*text) : *std::move(text);
}

}  // namespace plumbline::rules::text
