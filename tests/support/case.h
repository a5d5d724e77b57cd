#pragma once

#include <rapidjson/document.h>

#include <string>
#include <vector>

#include "tests/support/chart.h"

namespace plumbline::tests {

/// One case of a file under tests/cases: a chart and what the service has to make of it. The format is
/// described in tests/cases/README.md.
struct Case {
  std::string file;  ///< path below the directory, without ".json"
  std::string name;
  fhir::Instant now{};
  EhrCall call;
  bool requireAttestation = false;  ///< the site's option
  rapidjson::Document expect;
};

/// When nothing else is said: 2026-11-20T12:00:00Z.
extern const fhir::Instant kUsualNow;

/// Every case below `tests`/cases, in order of file and place. Throws std::runtime_error, naming file and
/// case, for the first that cannot be read; for two cases of one file with the same name; and for no case.
std::vector<Case> readCases(const std::string& tests);

/// One case from its JSON object, which must fit support/case.schema.json.
Case readCase(const std::string& file, const rapidjson::Value& shorthand);

}  // namespace plumbline::tests
