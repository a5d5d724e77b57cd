// Whatever an attachment holds, its text is UTF-8 without control characters, no more than three times as
// long, and read again as plain text it stays as it is.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fhir/json.h"
#include "rules/text/plain.h"
#include "tests/fuzz/require.h"

namespace {

using namespace plumbline;

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view three = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= three.size() ? kLetters[bits >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

rules::text::Plain decode(std::string_view type, std::string_view data, std::size_t maxBytes) {
  fhir::Attachment attachment;
  attachment.contentType = type;
  attachment.data = data;
  return rules::text::decode(attachment, maxBytes);
}

void check(const rules::text::Plain& plain, std::size_t bytes) {
  const auto* text = std::get_if<std::string>(&plain);
  if (!text) return;
  require(text->size() <= 3 * bytes);
  require(simdjson::validate_utf8(text->data(), text->size()));
  for (const char c : *text) require((c < 0 || c >= ' ' || c == '\n' || c == '\t') && c != 0x7F);
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      "0V2Fsa3MgdW5haWRlZC4=",
      "1Numbness\r\n38.5 \xC2\xB0\x43 \xE2\x89\xA5 3",
      "2caf\xE9 \x96 hot",
      "3\xFF\xFE"
      "a\xB0=\xD8\x01\xDE",
      "4<html><head><title>t</title></head><body class=\"a>b\"><p>CRP &lt;5 &amp; &#8805;<br/>x<!-- y "
      "-->z</body>",
      "4<table><tr><td><p>Fever</p></td><td>No</td></tr></table><pre>a\nb</pre><s>x</s><ul><li>y<li>z</ul>",
      "4<input type='checkbox' checked=\"\"><option selected>No<div style=\"white-space:pre\">a\n "
      "b</div><![CDATA[<b",
      "5{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}Fever\\par 38\\'b0C "
      "\\u8805?3\\uc2\\u-10179??\\u-8704??\\tab}",
      "5{\\rtf1{\\pict\\bin3 }{\\}{\\*\\x y}\\v h\\v0 "
      "{\\field{\\*\\fldinst{\\fftype1\\ffres25\\ffdefres1}}{\\fldrslt}}a}",
      "6{\\rtf1 a{\\shp{\\*\\shpinst{\\sp b}{\\shptxt c\\cell\\row}}}}"};
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const std::string_view bytes = input.substr(1);
  constexpr std::string_view kTypes[] = {"text/plain",
                                         "text/plain;charset=utf-8",
                                         "text/plain;charset=windows-1252",
                                         "text/plain;charset=utf-16le",
                                         "text/html",
                                         "text/rtf",
                                         ""};
  const std::string_view type = kTypes[data[0] % std::size(kTypes)];
  check(decode(type, bytes, 4096), bytes.size());
  const std::string encoded = base64(bytes);
  const auto plain = decode(type, encoded, bytes.size());
  check(plain, bytes.size());
  if (!bytes.empty()) require(decode(type, encoded, bytes.size() - 1) != plain || plain.index() == 1);
  if (const auto* text = std::get_if<std::string>(&plain); text && !text->empty()) {
    const auto again = decode("text/plain;charset=utf-8", base64(*text), text->size());
    const bool marked = text->starts_with("\xEF\xBB\xBF") || text->find("{\\rtf") != text->npos;
    require(marked || again == plain);
  }
  return 0;
}
