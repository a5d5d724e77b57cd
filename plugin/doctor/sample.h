#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "fhir/date.h"
#include "rules/pack.h"

namespace plumbline::doctor {

/// What sample charts of a site came to: counts and codes, and nothing else of a chart.
struct Sample {
  struct Count {
    std::size_t present = 0, absent = 0;  ///< charts; of the rest it is unknown
  };
  /// A code of no code system that is known here, alone in its place and not one of the content's.
  struct Local {
    std::string type;    ///< of the resource
    std::string system;  ///< "-": none
    std::string code;

    friend auto operator<=>(const Local&, const Local&) = default;
  };
  std::size_t charts = 0;
  std::size_t refused = 0;      ///< charts that could not be read
  std::vector<Count> findings;  ///< indexed like Pack::findings
  std::map<Local, std::size_t> local;
  std::size_t otherLocal = 0;  ///< uses of codes whose text could be anything
};

/// Reads `path`: a file as `evaluate` takes it, or a directory of them, whose .ndjson files are one bulk
/// export. All of it is in memory at one time. False where nothing can be read there.
bool readSample(const std::string& path, const rules::Pack& pack, fhir::Instant now, Sample& sample);

}  // namespace plumbline::doctor
