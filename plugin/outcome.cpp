#include "plugin/outcome.h"

#include "plugin/wire.h"

namespace plumbline {

http::Reply outcome(int status, const std::vector<Issue>& issues) {
  http::Reply reply;
  reply.status = status;
  reply.contentType = "application/fhir+json";
  if (status == 503) reply.headers.emplace_back("Retry-After", "1");
  reply.body = wire::operationOutcome(issues);
  return reply;
}

Issue issueOf(const fhir::Error& error) {
  using Kind = fhir::Error::Kind;
  const char* code = "invalid";
  switch (error.kind) {
    case Kind::Missing: code = "required"; break;
    case Kind::Syntax:
    case Kind::TooDeep:
    case Kind::Encoding:
    case Kind::DuplicateKey:
    case Kind::WrongType: code = "structure"; break;
    case Kind::WrongValue: code = "value"; break;
    case Kind::OtherPatient: code = "business-rule"; break;
  }
  const std::string about = error.where.empty() ? "request body" : error.where;
  return {code, about + ": " + error.detail, error.where};
}

http::Reply useInstead(std::string_view method) {
  http::Reply reply = outcome(405, {{"not-supported", "use " + std::string(method), ""}});
  reply.headers.emplace_back("Allow", std::string(method));
  return reply;
}

http::Reply refusal(const fhir::Error& error) {
  return outcome(400, {issueOf(error)});
}

}  // namespace plumbline
