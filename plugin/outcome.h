#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/result.h"
#include "plugin/http/message.h"

namespace plumbline {

/// One reason for an error answer. `code` is of FHIR's issue-type value set; `expression` an element path, or
/// empty. Never holds a value of the request.
struct Issue {
  std::string code;
  std::string diagnostics;
  std::string expression;
};

/// An error answer: OperationOutcome JSON with one issue of severity error each; a 503 says when to retry.
/// Source: CDS Hooks requirement R110; FHIR R4 OperationOutcome.
http::Reply outcome(int status, const std::vector<Issue>& issues);

/// Why fhir/ or hooks/ refused something, for a caller: the kind as an issue type, the path of what is wrong.
Issue issueOf(const fhir::Error& error);

/// The answer to another method than the one its path takes: 405, which `Allow` names.
http::Reply useInstead(std::string_view method);

/// The answer to a request that fhir/ or hooks/ refused: 400, with the path of what is wrong.
http::Reply refusal(const fhir::Error& error);

}  // namespace plumbline
