#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/config.h"
#include "plugin/hooks/lacking.h"

namespace plumbline {

/// What may be reached and read of FHIR servers, as configured, within `budget` each time.
fetch::Policy fetchPolicy(const Config& config, std::chrono::milliseconds budget);

/// From which FHIR servers each client's calls are supplemented, as configured. Any thread.
class FhirAccess {
 public:
  /// `counters` outlive it. Of the configured servers those are listed that `development` permits.
  FhirAccess(const Config& config, fetch::Counters& counters);

  /// For a call that came at `began`. A demo does not tell callers apart (`client` is empty): each may have
  /// any server that is listed for anybody. An unknown client has none.
  [[nodiscard]] hooks::Access of(std::string_view client, fetch::Clock::time_point began);

 private:
  fetch::Fetcher fetcher_;
  const std::chrono::milliseconds deadline_;
  std::map<std::string, std::vector<fetch::Base>, std::less<>> listed_;  ///< by client; "": of all
};

}  // namespace plumbline
