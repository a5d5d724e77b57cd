#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "fhir/resources.h"

/// Attachments of documents and reports as plain text.
namespace plumbline::rules::text {

/// Why an attachment cannot be read.
///   Empty      neither data nor an address
///   Elsewhere  an address and no data: nothing is fetched
///   Type       a type that is none of those below, or no type and data that are no text
///   TooLarge   more bytes than allowed
///   Base64     not whole and correct base64 (white space is): what is cut short is not read in part
///   Charset    a charset that is not known
enum class Unread { Empty, Elsewhere, Type, TooLarge, Base64, Charset };

/// "empty", "elsewhere", "type", "too-large", "base64", "charset".
std::string_view name(Unread why);

using Plain = std::variant<std::string, Unread>;

/// The text of `attachment`: valid UTF-8 in lines that end in '\n', without control characters but '\n' and
/// '\t'. Read are text/plain, text/html, application/xhtml+xml, text/rtf and application/rtf. Data without a
/// type are what they begin like, if they are UTF-8.
///
/// Charsets: what a byte order mark says, else what contentType says (UTF-8, US-ASCII, ISO-8859-1,
/// windows-1252, UTF-16), else UTF-8, and windows-1252 for what is no UTF-8. A byte that is wrong in the
/// charset becomes U+FFFD and the rest is read: one bad byte does not hide a note.
///
/// HTML and RTF lose their markup, and what is not shown or struck out. Each block, list item and table row
/// is a line, cells of a row are parted by a tab, an empty line is kept as one. Checkboxes, radio buttons and
/// options become "[x] " or "[ ] ". Broken markup is read as text rather than left out.
///
/// Takes time in proportion to the data whatever they hold, does not recurse, and needs memory of a few times
/// `maxBytes`. Any thread.
Plain decode(const fhir::Attachment& attachment, std::size_t maxBytes);

}  // namespace plumbline::rules::text
