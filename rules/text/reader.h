#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/text/content.h"

namespace plumbline::rules::text {

/// A place where a text speaks of a finding. Views point into the content and the text.
struct Mention {
  std::size_t finding = 0;
  std::optional<std::size_t> part;
  std::optional<Region> region;
  /// Of the finding, not of the words: "sensation intact" is Negated. NotDocumented where a form was left
  /// open or what was affirmed counts only when it is denied.
  enum class Says : std::uint8_t { Present, Absent, NotPerformed, NotDocumented };
  Says says = Says::Present;
  Context context;
  bool whole = false;  ///< speaks of the finding itself, not of one way of having it
  Side side = Side::None;
  std::optional<std::size_t> aspect;  ///< of the finding (content.h)
  std::size_t sentence = 0;           ///< of the text, by number
  std::optional<int> sinceDays;       ///< for how long, where the sentence says so
  std::string_view phrase;            ///< as content writes it
  std::string_view snippet;           ///< the sentence or clause around it, of bounded length
};

/// A number that a text gives for a quantity.
struct Reading {
  std::size_t quantity = 0;  ///< index into TextContent::quantities
  double value = 0;
  std::string_view name;  ///< of the quantity, as content writes it: "hip flexion"
  Side side = Side::None;
  std::string_view comparator;  ///< "<", ">", or empty
  std::string_view unit;        ///< UCUM
  Context context;
  std::string_view snippet;
};

struct ReadText {
  std::vector<Mention> mentions;  ///< in the order of the text
  std::vector<Reading> readings;
};

/// Reads plain text (UTF-8). Deterministic; linear in the length of the text, whatever it says.
ReadText read(const TextContent& content, std::string_view text);

/// How the words at bytes `begin` to `end` of `text` are meant where they stand; for `plumbline read` and for
/// measuring the reader against annotated sentences. The plain context where no word is there.
Context contextAt(const TextContent& content, std::string_view text, std::size_t begin, std::size_t end);

}  // namespace plumbline::rules::text
