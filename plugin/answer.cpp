#include "plugin/answer.h"

#include "fhir/json.h"
#include "plugin/hooks/gather.h"
#include "plugin/hooks/request.h"
#include "plugin/outcome.h"
#include "plugin/store/moment.h"
#include "plugin/wire.h"
#include "rules/engine.h"

namespace plumbline {
namespace {

constexpr std::string_view kStripped =
    "the call came without prefetch and without fhirAuthorization: is the address it was sent to exactly the "
    "one registered with the EHR?";

/// What is kept of an answered call: who and what, and nothing the chart says.
store::Call kept(const hooks::HookRequest& request, const rules::Assessment& assessment,
                 const std::vector<cards::Card>& shown) {
  store::Call call;
  call.at = store::written(assessment.now);
  call.service = request.service->id;
  call.hook = request.service->hookName;
  call.hookInstance = request.hookInstance;
  call.patient = request.patientId;
  call.user = request.userId;
  call.tier = rules::name(assessment.tier);
  call.pack = assessment.pack->digest;
  for (const std::size_t index : assessment.raised)
    call.pathways += (call.pathways.empty() ? "" : " ") + assessment.considered[index].pathway->id;
  for (const auto& card : shown)
    call.cards.push_back({card.uuid, card.topic.code, std::string(wire::name(card.indicator))});
  if (shown.empty()) return call;
  for (const auto& each : assessment.findings) {
    const rules::Finding& finding = assessment.pack->findings[each.finding];
    if (finding.isRedFlag() && each.state == rules::State::Unknown) call.unknown.push_back(finding.id);
  }
  return call;
}

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
  const auto shown = cards::compose(assessment, call, uuids);
  answered.reply.body = wire::response(shown, assessment);
  answered.call = kept(*request, assessment, shown);
  return answered;
}

}  // namespace plumbline
