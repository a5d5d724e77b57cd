#include "plugin/answer.h"

#include "fhir/json.h"
#include "plugin/hooks/gather.h"
#include "plugin/hooks/request.h"
#include "plugin/outcome.h"
#include "plugin/wire.h"
#include "rules/engine.h"

namespace plumbline {
namespace {

constexpr std::string_view kStripped =
    "the call came without prefetch and without fhirAuthorization: is the address it was sent to exactly the "
    "one registered with the EHR?";

}  // namespace

bool isStripped(const hooks::HookRequest& request) {
  return !request.prefetch && !fhir::member(request.root, "fhirAuthorization");
}

std::vector<Issue> lackingIssues(const std::vector<std::string_view>& keys) {
  std::vector<Issue> issues;
  for (const std::string_view key : keys) {
    std::string query;
    for (const auto& each : hooks::prefetch()) {
      if (each.key == key) query = each.query;
    }
    issues.push_back({"incomplete",
                      "prefetch key \"" + std::string(key) +
                          "\" is required and was not supplied, or its search failed: " + query,
                      "prefetch." + std::string(key)});
  }
  return issues;
}

Answered answer(const hooks::Service& service, std::string_view body, const rules::Pack& pack,
                fhir::Instant now, cards::Grouping grouping, const UuidSource& uuids,
                const cards::Audience& audience) {
  const auto document = fhir::JsonDocument::parse(body);
  if (!document) return {refusal(document.error())};
  const auto request = hooks::readRequest(document->root(), &service, *audience.client);
  if (!request) return {refusal(request.error())};
  const auto gathered = hooks::gather(*request, now);
  if (const auto* error = std::get_if<fhir::Error>(&gathered)) return {refusal(*error)};
  if (const auto* lacking = std::get_if<hooks::Lacking>(&gathered)) {
    std::vector<Issue> issues = lackingIssues(lacking->keys);
    const bool stripped = isStripped(*request);
    if (stripped) issues.push_back({"incomplete", std::string(kStripped), "prefetch"});
    return {outcome(412, issues), rules::Tier::None, stripped};
  }
  const rules::Assessment assessment = rules::assess(pack, std::get<fhir::PatientRecord>(gathered), now);
  const cards::Call call{request->moment, request->patientId, request->encounterId, grouping, audience};
  Answered answered;
  answered.tier = assessment.tier;
  answered.reply.body = wire::response(cards::compose(assessment, call, uuids), assessment);
  return answered;
}

}  // namespace plumbline
