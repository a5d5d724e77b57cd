#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline::rules {

/// A region of the spine. Sciatica and other pain of the leg count as lumbar.
enum class Region { Neck, Thoracic, Lumbar };

enum class Side { None, Left, Right, Both };

/// What a weak code needs beside it before it is evidence; any one of them will do.
struct Needs {
  std::vector<std::string> words;         ///< lower case; in the code's text, a display or the body site
  std::optional<std::size_t> medication;  ///< index into Pack::medications; an active order of that class
  std::optional<int> ageBelow;
  std::optional<int> procedureWithinDays;
  bool examination = false;  ///< a dated Observation
};

/// A code of a content file and what it says there.
struct Code {
  std::string system;  ///< URI
  std::string code;    ///< as fhir::canonicalCode makes it
  std::string display;
  bool prefix = false;
  bool answerOnly = false;  ///< speaks only through an Observation's yes or no
  bool negative = false;    ///< its presence documents the absence of the finding
  bool whole = false;       ///< names the finding (or its part) itself, not one way of having it
  bool weak = false;        ///< evidence, but the pathway decides what it is worth
  bool history = false;     ///< says that it was once so: an active problem of this code is nothing current
  bool contrast = false;    ///< imaging: with contrast medium
  std::optional<Needs> needs;
  Side side = Side::None;
  std::optional<Region> region;
  std::optional<std::size_t> part;  ///< index into Finding::parts
};

/// Whether `code` is one of `codes`; prefixes respected.
bool contains(const std::vector<Code>& codes, std::string_view system, std::string_view code);

}  // namespace plumbline::rules
