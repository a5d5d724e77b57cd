#include "rules/text/plain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace plumbline::rules::text {
namespace {

constexpr std::size_t kPlenty = 16U << 20;

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view three = bytes.substr(at, 3);
    unsigned bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= three.size() ? kLetters[bits >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

Plain decoded(std::string_view contentType, std::string_view base64Data, std::size_t maxBytes = kPlenty) {
  fhir::Attachment attachment;
  attachment.contentType = contentType;
  attachment.data = base64Data;
  return decode(attachment, maxBytes);
}

/// The text of `bytes` sent as `contentType`, or why there is none in brackets.
std::string read(std::string_view contentType, std::string_view bytes) {
  const Plain plain = decoded(contentType, base64(bytes));
  if (const auto* why = std::get_if<Unread>(&plain)) return "(" + std::string(name(*why)) + ")";
  return std::get<std::string>(plain);
}

std::string html(std::string_view bytes) {
  return read("text/html", bytes);
}

std::string rtf(std::string_view body) {
  return read("application/rtf", R"({\rtf1\ansi\ansicpg1252\deff0 )" + std::string(body) + "}");
}

std::string many(std::string_view piece, std::size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (; times > 0; --times) text += piece;
  return text;
}

TEST(Attachment, IsUnreadWithoutDataOrWithAnAddressAlone) {
  fhir::Attachment attachment;
  EXPECT_EQ(decode(attachment, kPlenty), Plain(Unread::Empty));
  attachment.url = "Binary/1";
  EXPECT_EQ(decode(attachment, kPlenty), Plain(Unread::Elsewhere));
}

TEST(Attachment, IsReadByItsTypeHoweverThatIsWritten) {
  for (const char* type :
       {"text/plain", "Text/PLAIN", " text/plain ; charset=utf-8", "text/plain;format=flowed"})
    EXPECT_EQ(read(type, "a <b> c"), "a <b> c") << type;
  for (const char* type : {"text/html", "application/xhtml+xml;charset=\"UTF-8\"", "application/xhtml"})
    EXPECT_EQ(read(type, "a <b>b</b>"), "a b") << type;
  for (const char* type : {"text/rtf", "application/rtf"})
    EXPECT_EQ(read(type, R"({\rtf1 a\b  b})"), "a b") << type;
  for (const char* type : {"application/pdf", "image/png", "text/xml", "text/plainer", "text", "text/htm"})
    EXPECT_EQ(read(type, "words"), "(type)") << type;
}

TEST(Attachment, WithoutATypeIsWhatItBeginsLikeIfItIsUtf8) {
  EXPECT_EQ(read("", "Walks unaided, BP <90"), "Walks unaided, BP <90");
  EXPECT_EQ(read("", " \r\n<!DOCTYPE html><p>Walks</p>"), "Walks");
  EXPECT_EQ(read("", "<HTML><p>Walks</p>"), "Walks");
  EXPECT_EQ(read("", R"({\rtf1 Walks})"), "Walks");
  EXPECT_EQ(read("", "caf\xE9"), "(type)");
  EXPECT_EQ(read("", std::string_view("P\0K", 3)), "(type)");
}

TEST(Attachment, TellsRtfFromPlainTextByItsBeginning) {
  EXPECT_EQ(read("text/plain", "\xEF\xBB\xBF{\\rtf1 Walks}"), "Walks");
  EXPECT_EQ(read("text/rtf", "No fever\nC:\\notes {old}"), "No fever\nC:\\notes {old}");
}

TEST(Base64, IsReadWithWhiteSpaceAnywhere) {
  for (const char* data : {"V2Fsa3M=", " V2Fs\r\na3M=\n", "V 2 F s a 3 M =", "V2F\nsa3M\t= "})
    EXPECT_EQ(decoded("text/plain", data), Plain("Walks")) << data;
  EXPECT_EQ(decoded("text/plain", "V2Fsa3MhIQ=="), Plain("Walks!!"));
  EXPECT_EQ(decoded("text/plain", "V2Fsa3Mh"), Plain("Walks!"));
}

TEST(Base64, IsRefusedWholeWhereItIsCutOrHoldsAnythingElse) {
  for (const char* data : {"V2Fsa3M", "V2Fsa", "V2Fsa3M==", "V2Fsa3M=V2Fs", "V2Fs-3M=", "V2Fsa3M=!", "=",
                           "V===", "V2Fs====", "caf\xC3\xA9", "Walks unaided."})
    EXPECT_EQ(decoded("text/plain", data), Plain(Unread::Base64)) << data;
}

TEST(Base64, OfAllBytesComesBackAsTheyWere) {
  std::string bytes = "\xEF\xBB\xBF";
  for (int c = 0x20; c < 0x7F; ++c) bytes += static_cast<char>(c);
  for (int c = 0xC3A0; c < 0xC3C0; ++c) {
    bytes += static_cast<char>(0xC3);
    bytes += static_cast<char>(c & 0xFF);
  }
  for (std::size_t cut = 0; cut < 4; ++cut)
    EXPECT_EQ(read("text/plain", bytes + std::string(cut, '~')), bytes.substr(3) + std::string(cut, '~'));
}

TEST(Size, IsCappedByTheDecodedBytesWhateverWhiteSpaceIsAround) {
  EXPECT_EQ(decoded("text/plain", "V2Fsa3M=", 5), Plain("Walks"));
  EXPECT_EQ(decoded("text/plain", "V2Fsa3M=", 4), Plain(Unread::TooLarge));
  EXPECT_EQ(decoded("text/plain", many("\n", 1000) + "V2Fsa3M=", 5), Plain("Walks"));
  EXPECT_EQ(decoded("text/plain", many("V2Fs", 1000), 2999), Plain(Unread::TooLarge));
  EXPECT_EQ(decoded("text/plain", many("V2F s", 1000), 2999), Plain(Unread::TooLarge));
  EXPECT_TRUE(std::holds_alternative<std::string>(decoded("text/plain", many("V2Fs", 1000), 3000)));
}

TEST(Charset, IsUtf8UnlessTheBytesSayOtherwise) {
  EXPECT_EQ(read("text/plain", "38.5 \xC2\xB0\x43"), "38.5 \xC2\xB0\x43");
  EXPECT_EQ(read("text/plain", "38.5 \xB0\x43 \x96 hot"), "38.5 \xC2\xB0\x43 \xE2\x80\x93 hot");
  EXPECT_EQ(read("text/plain; charset=us-ascii", "38.5 \xB0\x43"), "38.5 \xC2\xB0\x43");
  EXPECT_EQ(read("text/plain", "\xEF\xBB\xBFhot"), "hot");
}

TEST(Charset, ThatIsNamedIsHeldTo) {
  for (const char* name : {"iso-8859-1", "ISO-8859-1", "latin1", "windows-1252", "\"Windows-1252\""})
    EXPECT_EQ(read(std::string("text/plain; a=b; Charset = ") + name, "\xC2\xB0"), "\xC3\x82\xC2\xB0")
        << name;
  for (const char* name : {"shift_jis", "utf-7", "iso-8859-15", "utf-80"})
    EXPECT_EQ(read(std::string("text/html;charset=") + name, "hot"), "(charset)") << name;
}

TEST(Charset, LosesOneBadByteAndNotTheNote) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(read("text/plain;charset=utf-8", "numb\xE9 since"), "numb" + bad + " since");
  EXPECT_EQ(read("text/plain;charset=utf-8", "a\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80z\xE2\x82"),
            "a" + many(bad, 9) + "z" + many(bad, 2));
  EXPECT_EQ(read("text/plain;charset=windows-1252", "a\x81z"), "a" + bad + "z");
}

TEST(Charset, MayBeUtf16WithAByteOrderMark) {
  const std::string_view little("\xFF\xFEh\0\xB0\0=\xD8\0\xDE\r\0\n\0z\0", 16);
  const std::string_view big("\xFE\xFF\0h\0\xB0\xD8=\xDE\0\0\r\0\n\0z", 16);
  const std::string text = "h\xC2\xB0\xF0\x9F\x98\x80\nz";
  EXPECT_EQ(read("text/plain", little), text);
  EXPECT_EQ(read("text/plain;charset=utf-8", big), text);
  EXPECT_EQ(read("text/plain;charset=utf-16le", little.substr(2)), text);
  EXPECT_EQ(read("text/plain;charset=UTF-16BE", big.substr(2)), text);
  EXPECT_EQ(read("text/plain;charset=utf-16", little.substr(2)), "(charset)") << "either order is possible";
  EXPECT_EQ(read("text/plain", std::string_view("\xFF\xFE\0\xD8z", 5)), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Lines, EndInOneWayAndHoldNoControlCharacters) {
  EXPECT_EQ(read("text/plain", "a\r\nb\rc\n\r\nd\te\fg"), "a\nb\nc\n\nd\te\ng");
  EXPECT_EQ(read("text/plain", std::string_view("a\0b\x1B\x7Fz", 6)), "a b  z");
  EXPECT_EQ(read("text/plain;charset=latin1", "a\r\nb\r"), "a\nb\n");
}

TEST(Html, PutsBlocksAndBreaksOnLinesAndFoldsWhiteSpace) {
  EXPECT_EQ(html("<p>Walks \n  unaided.</p>\n<p>No <b>fev</b>er</p>"), "Walks unaided.\nNo fever");
  EXPECT_EQ(html("a<br>b<BR/>c<br /><br>d<hr>e"), "a\nb\nc\n\nd\ne");
  EXPECT_EQ(html("<h2>Exam</h2>Gait normal<ul><li>Power 5/5<li>Reflexes</ul>end"),
            "Exam\nGait normal\nPower 5/5\nReflexes\nend");
  EXPECT_EQ(html("<div><div>a</div></div><div>b</div>"), "a\nb");
}

TEST(Html, PartsTheCellsOfARowByATab) {
  EXPECT_EQ(html("Saddle numbness</td><td>No"), "Saddle numbness\tNo");
  EXPECT_EQ(
      html("<table><tr><th>Sign</th><th>Now</th></tr>\n<tr>\n<td><p>Fever</p></td>\n<td><p>No</p><p>never</p>"
           "</td></tr></table>Seen"),
      "Sign\tNow\nFever\tNo\nnever\nSeen");
  EXPECT_EQ(html("<table><tr><td>a</td></tr><tr><td></td><td>b</td></tr></table>"), "a\nb");
  EXPECT_EQ(
      html(
          "<table><tr><td><table><tr><td>Bladder</td><td>Normal</td></tr></table></td><td>Gait</td></table>"),
      "Bladder\tNormal\nGait");
  EXPECT_EQ(html("<dl><dt>Fever<dd>No<dt>Chills<dd>Yes</dl>"), "Fever\tNo\nChills\tYes");
}

TEST(Html, KeepsLinesWhereTheyWereTyped) {
  EXPECT_EQ(html("<pre>Fever: no\nPain:  yes\tworse\n\n\nGait</pre> then\nmore"),
            "Fever: no\nPain:  yes\tworse\n\nGait\nthen more");
  EXPECT_EQ(html("<div style=\"color:red; white-space: pre-wrap\">a\n<div>b\nc</div>d\ne</div>f\ng"),
            "a\nb\nc\nd\ne\nf g");
  EXPECT_EQ(html("<div style='white-space:nowrap'>a\nb</div>"), "a b");
  EXPECT_EQ(html("Fever: no\nPain &gt; 3"), "Fever: no\nPain > 3") << "text without any tag";
}

TEST(Html, LeavesOutWhatIsNotShownOrStruckOut) {
  EXPECT_EQ(
      html("<html><head><title>T</title><style>p{}</style></head><body>a<script>if (x<3) y='<p>'</script>b"),
      "ab");
  EXPECT_EQ(html("<head><meta charset=utf-8><body>a"), "a");
  EXPECT_EQ(html("Fever <del>yes</del><S>yes</S ><strike>y</strike> no <strong>a</strong><span>b</span>"),
            "Fever no ab");
  EXPECT_EQ(html("Fever <span style=\"text-decoration: line-through\">yes</span>no"), "Fever no");
  EXPECT_EQ(html("a<!-- Fever > --> b<!----> c<!--> d"), "a b c d");
  EXPECT_EQ(html("<?xml version='1.0'?><!DOCTYPE html PUBLIC \"x\"><![if !x]>a<![endif]>"), "a");
}

TEST(Html, ReadsOnWhereMarkupWasNeverClosed) {
  EXPECT_EQ(html("a<!-- Fever <b>since</b>"), "a Fever since");
  EXPECT_EQ(html("a<script>b<p>c"), "ab\nc");
  EXPECT_EQ(html("a<s>b <del>c"), "ab c");
  EXPECT_EQ(html("<script/>Fever"), "Fever");
  EXPECT_EQ(html("Fever <b"), "Fever <b");
  EXPECT_EQ(html("<p class=\"x>Fever</p>chills"), "Fever\nchills");
  EXPECT_EQ(html("<![CDATA[Fever <b>high</b>"), "Fever high");
}

TEST(Html, TakesALessThanSignForWhatItIs) {
  EXPECT_EQ(html("<p>CRP <5, BP < 90 and <T10 on patient's left, power >3</p>"),
            "CRP <5, BP < 90 and <T10 on patient's left, power >3");
  EXPECT_EQ(html("<p title='BP <90>'>a</p><o:p></o:p><x-y>b"), "a\n<x-y>b");
}

TEST(Html, WritesBoxesAsTickedOrNot) {
  EXPECT_EQ(html("<input type=checkbox checked>Fever<br><input type=\"Checkbox\" name='checked'/>Chills<br>"
                 "<input checked='checked' type='radio'> Yes"),
            "[x] Fever\n[ ] Chills\n[x] Yes");
  EXPECT_EQ(html("Pain<input type=text value=checkbox checked> <input>mild"), "Pain mild");
  EXPECT_EQ(html("Fever <select><option value=1>Yes<option selected value=0>No</select>"),
            "Fever [ ] Yes [x] No");
}

TEST(Html, KnowsCharactersByNameAndNumber) {
  EXPECT_EQ(html("<p>&lt;90 &amp; 38&deg;C &ge;3 na&iuml;ve&nbsp; &mdash; &#8805;&#x2265;&#150;"),
            "<90 & 38\xC2\xB0\x43 \xE2\x89\xA5"
            "3 na\xC3\xAFve \xE2\x80\x94 \xE2\x89\xA5\xE2\x89\xA5\xE2\x80\x93");
  EXPECT_EQ(html("<p>R&D &none; &amp &#; &#xZ; &;&"), "R&D &none; & &#; &#xZ; &;&");
  EXPECT_EQ(html("<p>a&#0;&#xD800;&#x110000;&#9999999999;&#1;z&shy;z"),
            "a" + many("\xEF\xBF\xBD", 4) + " zz");
}

TEST(Rtf, ReadsParagraphsCellsAndSigns) {
  EXPECT_EQ(rtf("Fever: no.\\par\nPain\\line worse\\tab now\\\nGait\\~ok\\_so\\-ever \\{a\\}\\\\"),
            "Fever: no.\nPain\nworse\tnow\nGait ok-soever {a}\\");
  EXPECT_EQ(rtf("\\trowd\\cellx100 Fever\\cell No\\cell\\row Seen\\endash\\rquote s"),
            "Fever\tNo\t\nSeen\xE2\x80\x93\xE2\x80\x99s");
  EXPECT_EQ(rtf("\\b Bold\\b0  and{\\i italic}s\\par"),
            "Bold and"
            "italics\n");
}

TEST(Rtf, ReadsCharactersByByteAndByNumber) {
  EXPECT_EQ(rtf("38\\'b0C \\'96 \\'93x\\'94"), "38\xC2\xB0\x43 \xE2\x80\x93 \xE2\x80\x9Cx\xE2\x80\x9D");
  EXPECT_EQ(rtf("\\u8805?3 \\u8805\\'3e4 {\\uc0\\u8805 5}\\uc2\\u8805 >=6"),
            "\xE2\x89\xA5"
            "3 \xE2\x89\xA5"
            "4 \xE2\x89\xA5"
            "5\xE2\x89\xA5"
            "6");
  EXPECT_EQ(rtf("\\u-10179?\\u-8704? \\u-10179?x\\u-8704?"), "\xF0\x9F\x98\x80 \xEF\xBF\xBDx\xEF\xBF\xBD");
  EXPECT_EQ(rtf("na\xC3\xAFve na\xEFve"), "na\xC3\xAFve na\xC3\xAFve");
  EXPECT_EQ(read("text/rtf", R"({\rtf1\ansi\ansicpg1251 a\'e9z})"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(rtf("\\u8805\\par a"), "\xE2\x89\xA5\na") << "a paragraph's end stands in for no character";
}

TEST(Rtf, LeavesOutWhatIsNoText) {
  EXPECT_EQ(
      rtf(R"({\fonttbl{\f0 Arial;}{\f1 Times;}}{\colortbl;\red0;}{\stylesheet{\s0 Normal;}}{\info{\title T}})"
          R"({\*\generator W 1;}{\pict\pngblip 89504e47}Fever{\*\bkmkstart x}: no)"),
      "Fever: no");
  EXPECT_EQ(rtf(R"({\field{\*\fldinst HYPERLINK "x"}{\fldrslt leaflet}}{\listtext 1.\tab}Rest)"),
            "leafletRest");
  EXPECT_EQ(rtf(R"(a{\v hidden}b{\deleted yes}{\strike yes\strike0 no}\v x\plain y)"), "abnoy");
  EXPECT_EQ(rtf(R"({\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt Fever\par}}{\shprslt Fever}})"), "Fever\n");
}

TEST(Rtf, PassesOverBinaryDataByTheirLength) {
  const std::string binary("\x80}{\r\n\\u8805", 11);
  EXPECT_EQ(rtf("a{\\pict\\bin11 " + binary + "}b"), "ab");
  EXPECT_EQ(rtf("a\\bin999999999999 rest"), "a");
  EXPECT_EQ(rtf("a\\bin-5 b"), "ab");
}

TEST(Rtf, WritesTheCheckboxesOfAForm) {
  const auto box = [](const std::string& data) {
    return R"({\field{\*\fldinst{FORMCHECKBOX}{\*\formfield{)" + data + R"(}}}{\fldrslt}})";
  };
  EXPECT_EQ(rtf(box(R"(\fftype1\ffres1\ffdefres0)") + "Fever\\par" + box(R"(\fftype1\ffres0\ffdefres1)") +
                "Chills\\par" + box(R"(\fftype1\ffres25\ffdefres1)") + "Pain\\par" +
                box(R"(\fftype1\ffres25)") + "Gait\\par" + box(R"(\fftype0)") + "End"),
            "[x] Fever\n[ ] Chills\n[x] Pain\n[ ] Gait\nEnd");
}

TEST(Rtf, ReadsWhatIsCutShortAsFarAsItGoes) {
  EXPECT_EQ(read("text/rtf", "{\\rtf1 a{\\b b"), "ab");
  EXPECT_EQ(read("text/rtf", "{\\rtf1 a}}}b"), "ab");
  for (const char* end : {"\\", "\\'", "\\u", "\\bin5", "\\*"})
    EXPECT_EQ(read("text/rtf", std::string("{\\rtf1 a") + end), "a") << end;
}

/// Each takes well under a second when time grows with the size, and hours when it grows with its square.
class Hostile : public testing::Test {
 protected:
  static constexpr std::size_t kMegabyte = 1'000'000;

  static std::string timed(std::string_view contentType, const std::string& piece,
                           const std::string& before = "", const std::string& after = "") {
    const std::string text = before + many(piece, kMegabyte / piece.size()) + after;
    const auto start = std::chrono::steady_clock::now();
    std::string plain = read(contentType, text);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3)) << piece;
    EXPECT_LE(plain.size(), 3 * text.size()) << piece;
    return plain;
  }
};

TEST_F(Hostile, HtmlTakesTimeInProportion) {
  EXPECT_EQ(timed("text/html", "<").size(), kMegabyte);
  for (const char* piece : {"<a ",
                            "<a<",
                            "<!--",
                            "<!-->",
                            "<script>",
                            "<ScRiPt>",
                            "<s>",
                            "<s><del><title><head>",
                            "<a b=\"",
                            "<a b='\">",
                            "<a b=\"'>",
                            "<a b=\"\"",
                            "<p ='>",
                            "</",
                            "&",
                            "&#",
                            "&#x41",
                            "<td>",
                            "<pre>",
                            "<pre>\n",
                            "<![CDATA[",
                            "<p style='white-space:pre'>",
                            "<input type=",
                            "<!doctype ",
                            "\n",
                            "<br>",
                            "=    \""})
    timed("text/html", piece);
}

TEST_F(Hostile, HtmlStillReadsWhatFollows) {
  for (const char* piece : {"<", "<a ", "<!--", "<script>", "<del>", "<a b=\"", "<pre>", "<td>", "<![CDATA["})
    EXPECT_THAT(timed("text/html", piece, "<p>", "<p>Fever</p>"), testing::EndsWith("Fever")) << piece;
}

TEST_F(Hostile, RtfTakesTimeInProportion) {
  for (const char* piece : {"{", "}", "\\", "\\u8805", "\\bin1 ", "{\\*", "\\uc99999999\\u9", "\\b1", "{\\v ",
                            "\\fftype1", "\x80"})
    timed("text/rtf", piece, "{\\rtf1 ");
  EXPECT_EQ(timed("text/rtf", "{", "{\\rtf1 ", "Fever"), "Fever");
}

TEST_F(Hostile, NestingIsFollowedAsDeepAsItGoes) {
  constexpr std::size_t kDeep = 100'000;
  EXPECT_EQ(rtf(many("{", kDeep) + "\\v a" + many("}", kDeep) + "Fever"), "Fever");
  EXPECT_EQ(html(many("<div>", kDeep) + "Fever" + many("</div>", kDeep)), "Fever");
}

TEST_F(Hostile, Base64WithGarbageAtItsEndIsRefused) {
  EXPECT_EQ(decoded("text/plain", many("QUJD", kMegabyte) + "*"), Plain(Unread::Base64));
  EXPECT_EQ(decoded("text/plain", many("=", kMegabyte)), Plain(Unread::Base64));
  EXPECT_EQ(decoded("text/plain", many(" ", kMegabyte)), Plain(""));
}

}  // namespace
}  // namespace plumbline::rules::text
