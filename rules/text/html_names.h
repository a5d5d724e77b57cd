#pragma once

#include <optional>
#include <string_view>

/// Names that HTML gives meaning to.
namespace plumbline::rules::text {

/// What an element does to the lines of the text.
enum class Role {
  Inline,  ///< nothing
  Block,   ///< stands on lines of its own
  Break,   ///< ends a line
  Row,     ///< begins a row of a table, or a term of a list of terms
  Cell,
  Pre,   ///< keeps white space
  Drop,  ///< is not shown, or struck out
  Input,
  Option
};

/// The role of the element `name`, in any letter case; nothing where it is none: "<T10" of a note that nobody
/// escaped is text. Names of other vocabularies ("o:p") are inline.
std::optional<Role> roleOf(std::string_view name);

/// The character that HTML names so ("amp"); nothing for a name that is not in the table.
std::optional<char32_t> characterOf(std::string_view name);

}  // namespace plumbline::rules::text
