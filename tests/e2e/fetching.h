#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugin/answer.h"
#include "plugin/fetch/fetcher.h"
#include "tests/e2e/fhir_server.h"

namespace plumbline::e2e {

/// A CDS Hooks request taken apart: what was prefetched becomes what a FHIR server holds.
struct Split {
  std::string hook;
  std::map<std::string, std::string> held;  ///< prefetch key to JSON
  std::map<std::string, std::string> keys;  ///< request target below /fhir to prefetch key
  std::string whole;                        ///< the request, with everything prefetched
  std::string hidden;                       ///< the members of the request but prefetch, without braces
};

Split split(const std::string& request);

/// The request as an EHR sends it that prefetches only `keys` and lets the rest be fetched from `server`.
std::string withAccess(const Split& chart, const std::string& server,
                       const std::vector<std::string>& keys = {}, const std::string& token = "tok-canary");

/// What a FHIR server says to a query that the chart holds the answer of: null becomes an empty Bundle.
void answerAs(const Split& chart, const FhirServer::Asked& asked, FhirServer::Talk& talk);

/// The prefetch key that a target asks for, or "".
std::string keyOf(const Split& chart, const std::string& target);

/// A fetcher that may reach loopback, with its counters.
struct Reach {
  explicit Reach(const fetch::Policy& policy = loopback()) : fetcher(policy, counters) {}
  static fetch::Policy loopback();

  fetch::Counters counters;
  fetch::Fetcher fetcher;
};

/// Answers a request in this process. `server` is the only one that is listed; `deadline` what the call has.
Answered answerWith(const std::string& hook, const std::string& request, fhir::Instant now, Reach& reach,
                    const std::string& server,
                    std::chrono::milliseconds deadline = std::chrono::milliseconds(450));

std::string namedUuid(std::string_view name);

}  // namespace plumbline::e2e
