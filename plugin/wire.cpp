#include "plugin/wire.h"

#include "plugin/hooks/services.h"
#include "plugin/json_writer.h"
#include "plugin/wire_suggestion.h"

namespace plumbline::wire {

std::string_view name(cards::Indicator indicator) {
  return indicator == cards::Indicator::Critical  ? "critical"
         : indicator == cards::Indicator::Warning ? "warning"
                                                  : "info";
}

namespace {

using Writer = JsonWriter;

constexpr std::size_t kUsualBytes = 12 * 1024;

void string(Writer& out, std::string_view text) {
  out.text(text);
}

void key(Writer& out, std::string_view name) {
  out.key(name);
}

/// A member that is left out when it has no value.
void member(Writer& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  key(out, name);
  string(out, text);
}

void coding(Writer& out, const cards::Coding& value) {
  out.StartObject();
  member(out, "code", value.code);
  member(out, "system", value.system);
  member(out, "display", value.display);
  out.EndObject();
}

void outcomeBody(Writer& out, const std::vector<Issue>& issues) {
  out.StartObject();
  member(out, "resourceType", "OperationOutcome");
  key(out, "issue");
  out.StartArray();
  for (const Issue& issue : issues) {
    out.StartObject();
    member(out, "severity", "error");
    member(out, "code", issue.code);
    member(out, "diagnostics", issue.diagnostics);
    if (!issue.expression.empty()) {
      key(out, "expression");
      out.StartArray();
      string(out, issue.expression);
      out.EndArray();
    }
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
}

void ids(Writer& out, std::string_view name, const rules::Assessment& assessment,
         const std::vector<std::size_t>& findings) {
  key(out, name);
  out.StartArray();
  for (const std::size_t finding : findings) string(out, assessment.pack->findings[finding].id);
  out.EndArray();
}

/// The red flags in one state, each written by `write(finding)`.
template <class Write>
void redFlags(Writer& out, std::string_view name, const rules::Assessment& assessment, rules::State state,
              Write write) {
  key(out, name);
  out.StartArray();
  for (const rules::FindingState& each : assessment.findings) {
    const rules::Finding& finding = assessment.pack->findings[each.finding];
    if (each.state == state && finding.isRedFlag()) write(finding, each);
  }
  out.EndArray();
}

void assessmentBody(Writer& out, const rules::Assessment& assessment) {
  out.StartObject();
  member(out, "tier", rules::name(assessment.tier));
  key(out, "pathways");
  out.StartArray();
  for (const std::size_t index : assessment.raised) {
    const auto& outcome = assessment.considered[index];
    out.StartObject();
    member(out, "id", outcome.pathway->id);
    member(out, "tier", rules::name(outcome.tier));
    out.EndObject();
  }
  out.EndArray();
  const auto id = [&](const rules::Finding& finding, const auto&) { string(out, finding.id); };
  redFlags(out, "present", assessment, rules::State::Present, id);
  redFlags(out, "absent", assessment, rules::State::Absent, id);
  // Most of a usual answer: ids and names of reasons hold nothing that would be escaped.
  redFlags(out, "unknown", assessment, rules::State::Unknown,
           [&](const rules::Finding& finding, const rules::FindingState& state) {
             out.raw({R"({"finding":")", finding.id, R"(","reason":")", rules::name(state.reason), R"("})"});
           });
  key(out, "stress");
  out.StartObject();
  member(out, "strength", rules::name(assessment.stress.strength));
  ids(out, "indicators", assessment, assessment.stress.indicators);
  out.EndObject();
  key(out, "mechanical");
  out.StartObject();
  ids(out, "indicators", assessment, assessment.mechanical);
  out.EndObject();
  key(out, "pack");
  out.StartObject();
  member(out, "version", assessment.pack->version);
  member(out, "digest", assessment.pack->digest);
  out.EndObject();
  out.EndObject();
}

void cardBody(Writer& out, const cards::Card& card, const rules::Assessment& assessment) {
  out.StartObject();
  member(out, "uuid", card.uuid);
  member(out, "summary", card.summary);
  member(out, "indicator", name(card.indicator));
  member(out, "detail", card.detail);
  key(out, "source");
  out.StartObject();
  member(out, "label", card.sourceLabel);
  member(out, "url", card.sourceUrl);
  key(out, "topic");
  coding(out, {card.topic.code, card.topic.system, card.topic.display});
  out.EndObject();
  if (!card.suggestions.empty()) {
    key(out, "suggestions");
    out.StartArray();
    for (const auto& each : card.suggestions) writeSuggestion(out, each);
    out.EndArray();
    member(out, "selectionBehavior", "any");
  }
  key(out, "overrideReasons");
  out.StartArray();
  for (const auto& each : card.overrideReasons) coding(out, each);
  out.EndArray();
  if (!card.links.empty()) {
    key(out, "links");
    out.StartArray();
    for (const auto& link : card.links) {
      out.StartObject();
      member(out, "label", link.label);
      if (link.behind.empty()) {
        member(out, "url", link.url);
      } else {
        member(out, "url", std::string(link.url) + link.behind);
      }
      member(out, "type", link.type == cards::Link::Smart ? "smart" : "absolute");
      out.EndObject();
    }
    out.EndArray();
  }
  key(out, "extension");
  out.StartObject();
  key(out, "org.plumbline.assessment");
  assessmentBody(out, assessment);
  out.EndObject();
  out.EndObject();
}

void cardList(Writer& out, const std::vector<cards::Card>& all, const rules::Assessment& assessment) {
  key(out, "cards");
  out.StartArray();
  for (const auto& card : all) cardBody(out, card, assessment);
  out.EndArray();
}

std::string taken(const rapidjson::StringBuffer& buffer) {
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace

std::string operationOutcome(const std::vector<Issue>& issues) {
  rapidjson::StringBuffer buffer(nullptr, kUsualBytes);
  Writer out(buffer);
  outcomeBody(out, issues);
  return taken(buffer);
}

std::string response(const std::vector<cards::Card>& cards, const rules::Assessment& assessment) {
  rapidjson::StringBuffer buffer(nullptr, kUsualBytes);
  Writer out(buffer);
  out.StartObject();
  cardList(out, cards, assessment);
  out.EndObject();
  return taken(buffer);
}

std::string evaluation(std::string_view patientId, const std::vector<cards::Card>& cards,
                       const rules::Assessment& assessment) {
  rapidjson::StringBuffer buffer(nullptr, kUsualBytes);
  Writer out(buffer);
  out.StartObject();
  member(out, "patient", patientId);
  key(out, "assessment");
  assessmentBody(out, assessment);
  cardList(out, cards, assessment);
  out.EndObject();
  return taken(buffer) + "\n";
}

std::string refusedEvaluation(std::string_view patientId, const std::vector<Issue>& issues) {
  rapidjson::StringBuffer buffer(nullptr, kUsualBytes);
  Writer out(buffer);
  out.StartObject();
  member(out, "patient", patientId);
  key(out, "error");
  outcomeBody(out, issues);
  out.EndObject();
  return taken(buffer) + "\n";
}

std::string discovery(const hooks::Profile& client) {
  rapidjson::StringBuffer buffer(nullptr, kUsualBytes);
  Writer out(buffer);
  out.StartObject();
  key(out, "services");
  out.StartArray();
  for (const auto& service : hooks::services()) {
    out.StartObject();
    member(out, "hook", service.hookName);
    if (!client.version.empty()) member(out, "hookVersion", service.hookVersion);
    member(out, "title", service.title);
    member(out, "description", service.description);
    member(out, "id", service.id);
    member(out, "version", client.version);
    key(out, "prefetch");
    out.StartObject();
    for (const auto& each : client.prefetch) member(out, each.key, each.query);
    out.EndObject();
    member(out, "usageRequirements", service.usage);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  return taken(buffer);
}

}  // namespace plumbline::wire
