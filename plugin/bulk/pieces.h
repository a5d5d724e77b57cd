#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugin/bulk/blocks.h"
#include "plugin/bulk/tally.h"
#include "plugin/offline.h"

/// The work of a run that needs nothing but what it is given, so that any number of threads can do it.
namespace plumbline::bulk {

/// Lines of results, and what they come to.
struct Piece {
  std::string results;
  Tally tally;

  void add(const Chart& chart, const rules::Pack& pack);
};
/// What a block of input came to. Lines are views into it.
struct BlockPiece : Piece {
  struct Line {
    std::string id;
    Document::Kind kind = Document::Kind::OfPatient;
    std::string_view text;
  };
  std::vector<Line> lines;  ///< to be put aside
  bool lost = false;
};

/// Which part of all patients a run assesses, by the hash of their ids: part `shard` of `shards`, from 1.
struct Share {
  std::size_t shard = 1, shards = 1;
  [[nodiscard]] bool holds(std::string_view patientId) const;
};

/// Assesses the charts in a block and finds whose its other lines are. `name`: of the input, where lines that
/// cannot be read are told apart by it; may be empty.
BlockPiece readBlock(const Block& block, const std::string& name, const Share& share, const Assessing& by);

/// The lines about one patient.
struct Lines {
  std::vector<std::string_view> patients, resources;
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();  ///< Patient
};

/// By id. Views, as above.
using Medications = std::unordered_map<std::string_view, std::vector<std::string_view>>;

/// Assesses one patient from lines that are JSON documents each. `lost`: something that could not be read may
/// have been about anybody.
void assessPatient(std::string_view id, const Lines& lines, const Medications& medications, bool lost,
                   const Assessing& by, const UseChart& use);

}  // namespace plumbline::bulk
