#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "plugin/bulk/pieces.h"
#include "plugin/bulk/tally.h"
#include "plugin/offline.h"

namespace plumbline::bulk {

/// How `plumbline evaluate` runs.
struct Options {
  std::vector<std::string> inputs;   ///< files, or "-"
  std::string out;                   ///< a file; empty: `results`
  std::size_t jobs = 0;              ///< threads; 0: the caller's only
  std::size_t memory = 1024;         ///< MB that may be held at one time, the content aside
  Share share;                       ///< which part of the patients
  std::optional<fhir::Instant> now;  ///< as the command line fixed it
  bool progress = false;             ///< a line on `log` that is written over and over
};

/// Assesses every request, Bundle and patient of the inputs and writes one JSON line for each: to
/// `options.out`, else to `results`.
///
/// Requests and Bundles come out as they come in; patients whose resources come one by one, over however many
/// files, come last: in the order of their Patient resources while all fits the memory, else partition by
/// partition. Neither the number of jobs nor that of shards changes a line. A line that cannot be read is
/// named and keeps every patient from being cleared, since it may have been about any; shard 1 names it.
///
/// Memory: a quarter of `options.memory` for blocks of input, a quarter for what waits to be grouped by
/// patient, the rest for one partition at work; more goes to `<out>.work`, without `out` to a folder of its
/// own below $TMPDIR. A patient of more than that, and Medications, are held whole.
///
/// With `out` a run that was cut short goes on where it was when the same command is given again: what it
/// knows is in `<out>.work`, which is gone when it has finished. The time it assesses for is that of its
/// beginning.
///
/// Throws std::runtime_error when something cannot be written.
Tally evaluate(const Options& options, const Assessing& by, std::ostream& results, std::ostream& log);

}  // namespace plumbline::bulk
