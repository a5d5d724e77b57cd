#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugin/bulk/tally.h"

namespace plumbline::bulk {

/// How far a run has come: enough to go on from there.
struct Checkpoint {
  std::string run;       ///< what is the same in every run of one command: inputs, content, options
  std::int64_t now = 0;  ///< seconds since 1970: the time that patients are assessed for
  std::uint64_t input = 0, end = 0, line = 1;  ///< read up to there; see Blocks::resume
  std::uint64_t out = 0;                       ///< bytes of results
  std::uint64_t lines = 0;                     ///< put aside
  bool lost = false;                 ///< something that could not be read may have been about any patient
  bool isRead = false;               ///< all inputs are
  std::uint64_t partitions = 0;      ///< assessed
  std::vector<std::uint64_t> sizes;  ///< of partitions
  std::uint64_t medications = 0;     ///< bytes of them
  Tally tally;
};

/// Replaces the file in one step. Throws std::runtime_error when it cannot.
void save(const Checkpoint& checkpoint, const std::string& file);

/// Nothing when there is none or it is of another run.
std::optional<Checkpoint> load(const std::string& file, const std::string& run);

}  // namespace plumbline::bulk
