#include "plugin/answer.h"

#include <algorithm>
#include <utility>

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

constexpr std::string_view kNoCards = R"({"cards":[]})";

/// Cards and what became of them.
struct Made {
  std::vector<cards::Card> sent;
  std::vector<std::pair<cards::Card, store::Held>> held;
};

store::Card kept(const cards::Card& card, store::Held held) {
  return {card.uuid,
          card.topic.code,
          std::string(wire::name(card.indicator)),
          std::string(rules::name(card.tier)),
          card.pathways,
          held};
}

/// What is kept of an answered call: who and what, and nothing the chart says.
store::Call kept(const hooks::HookRequest& request, const Terms& terms, const rules::Assessment& assessment,
                 const Made& made) {
  store::Call call;
  call.at = store::written(assessment.now);
  call.service = request.service->id;
  call.hook = request.service->hookName;
  call.client = terms.client;
  call.hookInstance = request.hookInstance;
  call.patient = request.patientId;
  call.user = request.userId;
  call.tier = rules::name(assessment.tier);
  call.pack = assessment.pack->digest;
  for (const std::size_t index : assessment.raised)
    call.pathways += (call.pathways.empty() ? "" : " ") + assessment.considered[index].pathway->id;
  for (const auto& card : made.sent) call.cards.push_back(kept(card, store::Held::No));
  for (const auto& [card, held] : made.held) call.cards.push_back(kept(card, held));
  if (call.cards.empty()) return call;
  for (const auto& each : assessment.findings) {
    const rules::Finding& finding = assessment.pack->findings[each.finding];
    if (!finding.isRedFlag() || each.state != rules::State::Unknown) continue;
    if (!call.unknown.empty()) call.unknown += ' ';
    call.unknown += finding.id;
  }
  return call;
}

/// Lets the cards' links lead to their own assessment.
void linkExplanation(std::vector<cards::Card>& sent, const std::string& name) {
  for (auto& card : sent) {
    for (auto& link : card.links) {
      if (link.type == cards::Link::Explanation) link.behind.insert(0, "?assessment=" + name);
    }
  }
}

/// An answer that comes when the client has gone on is lost, and may not count as one that was given.
bool isLate(const Terms& terms) {
  return fetch::Clock::now() >= terms.access.until;
}

Answered late() {
  return {outcome(503, {{"transient", "the answer was not ready in time", ""}})};
}

std::string reasonOf(const hooks::LackingKey& lack) {
  const bool part = lack.coverage == fhir::Coverage::Partial;
  if (lack.came)
    return part ? "what was sent is a part of it that holds nothing"
                : "what was sent is an error or no FHIR resource";
  if (part) return "it was not supplied, and what was fetched is a part of it that holds nothing";
  return "it was not supplied, and " + std::string(words(lack.why).phrase);
}

}  // namespace

bool isStripped(const hooks::HookRequest& request) {
  return !request.prefetch && !fhir::member(request.root, "fhirAuthorization");
}

std::vector<Issue> lackingIssues(const hooks::Lacking& lacking) {
  std::vector<Issue> issues;
  for (const hooks::LackingKey& lack : lacking.keys) {
    std::string query;
    for (const auto& each : hooks::prefetch()) {
      if (each.key == lack.key) query = each.query;
    }
    const std::string reason = reasonOf(lack);
    const std::string key(lack.key);
    issues.push_back({"incomplete", "prefetch key \"" + key + "\" is required; " + reason + ": " + query,
                      "prefetch." + key});
  }
  return issues;
}

Answered answer(const hooks::HookRequest& request, const fhir::PatientRecord& record, const Terms& terms,
                const UuidSource& uuids) {
  Answered answered;
  answered.reply.body = kNoCards;
  const auto listed = terms.rollout->services.find(request.service->id);
  if (listed != terms.rollout->services.end() && listed->second == Mode::Off) return answered;
  const auto depth = terms.explained ? rules::Depth::EveryRule : rules::Depth::Answer;
  const rules::Assessment assessment = rules::assess(terms.pack, record, terms.now, depth);
  const bool piloted = reaches(terms.rollout->pilot, request, terms.client);
  const auto is = [&](Mode mode) {
    return [&, mode](std::string_view each) {
      const Mode its = modeOf(*terms.rollout, request.service->id, each);
      return mode == (its == Mode::Pilot ? (piloted ? Mode::On : Mode::Silent) : its);
    };
  };
  const auto answers = answersIn(assessment);
  std::optional<rules::Assessment> some;  // copied only where not all of it is sent
  if (!std::all_of(answers.begin(), answers.end(), is(Mode::On))) some = part(assessment, is(Mode::On));
  const rules::Assessment& sent = some ? *some : assessment;
  const cards::Call call{request.moment, request.patientId, request.encounterId, terms.grouping,
                         terms.audience};
  Made made;
  for (auto& card : cards::compose(sent, call, uuids)) {
    const store::Held held = terms.heldBack ? terms.heldBack(card, request.patientId) : store::Held::No;
    if (held == store::Held::No) {
      made.sent.push_back(std::move(card));
    } else {
      made.held.emplace_back(std::move(card), held);
    }
  }
  if (std::any_of(answers.begin(), answers.end(), is(Mode::Silent))) {
    const rules::Assessment silent = part(assessment, is(Mode::Silent));
    for (auto& card : cards::compose(silent, call, uuids))
      made.held.emplace_back(std::move(card), store::Held::Silent);
  }
  if (terms.explained && !made.sent.empty())
    linkExplanation(made.sent, terms.explained(explanationOf(sent, is(Mode::On))));
  answered.tier = assessment.tier;
  answered.reply.body = wire::response(made.sent, sent);
  answered.call = kept(request, terms, assessment, made);
  return answered;
}

std::vector<fhir::JsonDocument> readScreens(const std::vector<std::string>& screens) {
  std::vector<fhir::JsonDocument> documents;
  for (const std::string& each : screens) {
    if (auto document = fhir::JsonDocument::parse(each)) documents.push_back(*std::move(document));
  }
  return documents;
}

Answered answer(const hooks::Service& service, std::string_view body, const Terms& terms,
                const UuidSource& uuids) {
  const auto document = fhir::JsonDocument::parse(body);
  if (!document) return {refusal(document.error())};
  const auto request = hooks::readRequest(document->root(), &service, *terms.audience.client);
  if (!request) return {refusal(request.error())};
  auto supplement = hooks::fetchLacking(*request, *terms.audience.client, terms.access);
  if (terms.screens) supplement.screens = readScreens(terms.screens(request->patientId));
  const auto gathered = hooks::gather(*request, supplement, terms.now);
  if (const auto* error = std::get_if<fhir::Error>(&gathered)) return {refusal(*error)};
  if (const auto* lacking = std::get_if<hooks::Lacking>(&gathered)) {
    std::vector<Issue> issues = lackingIssues(*lacking);
    const bool stripped = isStripped(*request);
    if (stripped) issues.push_back({"incomplete", std::string(kStripped), "prefetch"});
    return {outcome(412, issues), rules::Tier::None, stripped};
  }
  if (isLate(terms)) return late();
  Answered answered = answer(*request, std::get<fhir::PatientRecord>(gathered), terms, uuids);
  return isLate(terms) ? late() : std::move(answered);
}

}  // namespace plumbline
