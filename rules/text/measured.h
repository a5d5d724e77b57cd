#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "rules/text/candidates.h"

namespace plumbline::rules::text {

/// A number beside the name of its quantity; begin and end are tokens, name and number included.
struct Measured {
  std::size_t quantity = 0;
  std::size_t begin = 0, end = 0;
  double value = 0;
  std::string_view name;  ///< as content writes it
  std::string_view comparator;
  std::string_view unit;  ///< UCUM
};

/// Puts into `measured`, which is emptied first so that a caller can use one vector for many sentences, the
/// values that the hits of one sentence, tokens `begin` to `end`, name, in order: "CRP 145", "temp of 38.5
/// C", "SpO2: 92 %", "BP 88/50", "PVR > 400 ml". A number with a unit that is not the quantity's is none.
void findMeasured(const TextContent& content, std::string_view text, const std::vector<Token>& tokens,
                  const Hit* hit, const Hit* hitsEnd, std::size_t begin, std::size_t end,
                  std::vector<Measured>& measured);

/// The days of a length of time that begins at token `at`: "3 weeks", "2/52", "5/7", "3/12". An age ("34
/// years old") is none.
std::optional<int> daysAt(const TextContent& content, std::string_view text, const std::vector<Token>& tokens,
                          std::size_t at);

}  // namespace plumbline::rules::text
