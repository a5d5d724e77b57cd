#pragma once

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "plugin/fetch/fetcher.h"
#include "plugin/hooks/request.h"

namespace plumbline::hooks {

/// By whom and from where what a request lacks may be fetched.
struct Access {
  fetch::Fetcher* fetcher = nullptr;                                 ///< none: nothing is fetched
  std::span<const fetch::Base> servers{};                            ///< of the calling client
  fetch::Clock::time_point until = fetch::Clock::time_point::max();  ///< nobody waits any longer
  const http::Trace* trace = nullptr;  ///< of the call; none: servers are told of none
};

/// What was fetched of what a request lacks, and for each key that is lacking still, why.
struct Supplement {
  std::vector<fetch::Fetched> fetched;
  std::map<std::string_view, fetch::Why> why;
  std::vector<fhir::JsonDocument> screens{};  ///< QuestionnaireResponses that are kept here for the patient

  /// The answer for `key`, or null.
  [[nodiscard]] const fetch::Fetched* of(std::string_view key) const;
};

/// The queries that `client` is asked for and whose keys the request lacks, and the next page where it sent
/// the first of several. Keys that cannot be asked for are put into `why`. Patient and encounter ids are bare
/// FHIR ids (hooks/request.h), so that nothing else gets into a URL.
std::vector<fetch::Wanted> lackingQueries(const HookRequest& request, const Profile& client,
                                          const fetch::Base& server,
                                          std::map<std::string_view, fetch::Why>& why);

/// Fetches what the request lacks. A key that came, be it null, empty or an OperationOutcome, was answered by
/// the client and is not asked for again (R092, R093).
Supplement fetchLacking(const HookRequest& request, const Profile& client, const Access& access);

}  // namespace plumbline::hooks
