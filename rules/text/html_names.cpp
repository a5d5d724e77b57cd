#include "rules/text/html_names.h"

#include <algorithm>
#include <array>

#include "rules/words.h"

namespace plumbline::rules::text {
namespace {

struct Element {
  std::string_view name;
  Role role;
};

/// Source: HTML Standard, elements; and those of its older versions.
constexpr auto kElements = [] {
  struct Group {
    Role role;
    std::string_view names;
  };
  constexpr std::array kGroups{
      Group{Role::Inline,
            "a abbr acronym b bdi bdo big button canvas cite code data datalist dfn em embed font "
            "i iframe img ins kbd label link map mark meta meter nobr object output param picture "
            "progress q rp rt ruby samp select slot small source span strong sub sup time track tt "
            "u var wbr area audio video svg math base col colgroup"},
      Group{Role::Block,
            "address article aside blockquote body caption center details dialog dir div dl "
            "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html "
            "legend li main menu nav noframes noscript ol optgroup p search section summary ul"},
      Group{Role::Break, "br hr"},
      Group{Role::Row, "tr table thead tbody tfoot dt"},
      Group{Role::Cell, "td th dd"},
      Group{Role::Pre, "pre textarea"},
      Group{Role::Drop, "script style head title template del s strike"},
      Group{Role::Input, "input"},
      Group{Role::Option, "option"}};
  std::array<Element, 128> elements{};
  std::size_t count = 0;
  for (const Group& group : kGroups) {
    for (std::size_t at = 0; at < group.names.size();) {
      const std::size_t end = std::min(group.names.find(' ', at), group.names.size());
      elements[count++] = {group.names.substr(at, end - at), group.role};
      at = end + 1;
    }
  }
  std::sort(elements.begin(), elements.end(),
            [](const Element& a, const Element& b) { return a.name < b.name; });
  return elements;
}();

struct Named {
  std::string_view name;
  char32_t character;
};

/// Source: HTML Standard, named character references; those of Latin-1, punctuation and measuring.
constexpr auto kNamed = [] {
  std::array named{
      Named{"amp", '&'},       Named{"lt", '<'},        Named{"gt", '>'},        Named{"quot", '"'},
      Named{"apos", '\''},     Named{"nbsp", 0xA0},     Named{"iexcl", 0xA1},    Named{"cent", 0xA2},
      Named{"pound", 0xA3},    Named{"sect", 0xA7},     Named{"copy", 0xA9},     Named{"ordf", 0xAA},
      Named{"laquo", 0xAB},    Named{"not", 0xAC},      Named{"shy", 0xAD},      Named{"reg", 0xAE},
      Named{"deg", 0xB0},      Named{"plusmn", 0xB1},   Named{"sup2", 0xB2},     Named{"sup3", 0xB3},
      Named{"acute", 0xB4},    Named{"micro", 0xB5},    Named{"para", 0xB6},     Named{"middot", 0xB7},
      Named{"sup1", 0xB9},     Named{"ordm", 0xBA},     Named{"raquo", 0xBB},    Named{"frac14", 0xBC},
      Named{"frac12", 0xBD},   Named{"frac34", 0xBE},   Named{"iquest", 0xBF},   Named{"times", 0xD7},
      Named{"divide", 0xF7},   Named{"Agrave", 0xC0},   Named{"Aacute", 0xC1},   Named{"Acirc", 0xC2},
      Named{"Atilde", 0xC3},   Named{"Auml", 0xC4},     Named{"Aring", 0xC5},    Named{"AElig", 0xC6},
      Named{"Ccedil", 0xC7},   Named{"Egrave", 0xC8},   Named{"Eacute", 0xC9},   Named{"Ecirc", 0xCA},
      Named{"Euml", 0xCB},     Named{"Igrave", 0xCC},   Named{"Iacute", 0xCD},   Named{"Icirc", 0xCE},
      Named{"Iuml", 0xCF},     Named{"Ntilde", 0xD1},   Named{"Ograve", 0xD2},   Named{"Oacute", 0xD3},
      Named{"Ocirc", 0xD4},    Named{"Otilde", 0xD5},   Named{"Ouml", 0xD6},     Named{"Oslash", 0xD8},
      Named{"Ugrave", 0xD9},   Named{"Uacute", 0xDA},   Named{"Ucirc", 0xDB},    Named{"Uuml", 0xDC},
      Named{"szlig", 0xDF},    Named{"agrave", 0xE0},   Named{"aacute", 0xE1},   Named{"acirc", 0xE2},
      Named{"atilde", 0xE3},   Named{"auml", 0xE4},     Named{"aring", 0xE5},    Named{"aelig", 0xE6},
      Named{"ccedil", 0xE7},   Named{"egrave", 0xE8},   Named{"eacute", 0xE9},   Named{"ecirc", 0xEA},
      Named{"euml", 0xEB},     Named{"igrave", 0xEC},   Named{"iacute", 0xED},   Named{"icirc", 0xEE},
      Named{"iuml", 0xEF},     Named{"ntilde", 0xF1},   Named{"ograve", 0xF2},   Named{"oacute", 0xF3},
      Named{"ocirc", 0xF4},    Named{"otilde", 0xF5},   Named{"ouml", 0xF6},     Named{"oslash", 0xF8},
      Named{"ugrave", 0xF9},   Named{"uacute", 0xFA},   Named{"ucirc", 0xFB},    Named{"uuml", 0xFC},
      Named{"oelig", 0x153},   Named{"alpha", 0x3B1},   Named{"beta", 0x3B2},    Named{"gamma", 0x3B3},
      Named{"Delta", 0x394},   Named{"delta", 0x3B4},   Named{"mu", 0x3BC},      Named{"Omega", 0x3A9},
      Named{"ensp", 0x2002},   Named{"emsp", 0x2003},   Named{"thinsp", 0x2009}, Named{"zwnj", 0x200C},
      Named{"zwj", 0x200D},    Named{"ndash", 0x2013},  Named{"mdash", 0x2014},  Named{"lsquo", 0x2018},
      Named{"rsquo", 0x2019},  Named{"sbquo", 0x201A},  Named{"ldquo", 0x201C},  Named{"rdquo", 0x201D},
      Named{"bdquo", 0x201E},  Named{"dagger", 0x2020}, Named{"bull", 0x2022},   Named{"hellip", 0x2026},
      Named{"permil", 0x2030}, Named{"prime", 0x2032},  Named{"Prime", 0x2033},  Named{"euro", 0x20AC},
      Named{"trade", 0x2122},  Named{"larr", 0x2190},   Named{"uarr", 0x2191},   Named{"rarr", 0x2192},
      Named{"darr", 0x2193},   Named{"harr", 0x2194},   Named{"minus", 0x2212},  Named{"asymp", 0x2248},
      Named{"ne", 0x2260},     Named{"le", 0x2264},     Named{"ge", 0x2265},     Named{"check", 0x2713},
      Named{"cross", 0x2717}};
  std::sort(named.begin(), named.end(), [](const Named& a, const Named& b) { return a.name < b.name; });
  return named;
}();

/// The row of `name` in a table in the order of names.
template <class Table>
auto* rowOf(const Table& table, std::string_view name) {
  const auto found =
      std::lower_bound(table.begin(), table.end(), name,
                       [](const auto& row, std::string_view sought) { return row.name < sought; });
  return found != table.end() && found->name == name ? &*found : nullptr;
}

}  // namespace

std::optional<Role> roleOf(std::string_view name) {
  std::array<char, 12> letters{};
  if (name.size() <= letters.size()) {
    std::transform(name.begin(), name.end(), letters.begin(), lower);
    if (const auto* element = rowOf(kElements, {letters.data(), name.size()})) return element->role;
  }
  const std::size_t colon = name.find(':');
  return colon < name.size() - 1 ? std::optional(Role::Inline) : std::nullopt;
}

std::optional<char32_t> characterOf(std::string_view name) {
  const auto* named = rowOf(kNamed, name);
  return named ? std::optional(named->character) : std::nullopt;
}

}  // namespace plumbline::rules::text
