#include "tests/rules/reference/border.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

#include "plugin/hooks/services.h"
#include "rules/age.h"
#include "rules/medications.h"

namespace plumbline::tests::reference {
namespace {

Span spanOf(const fhir::DateRange& when) {
  return {when.earliest.time_since_epoch().count(), when.latest.time_since_epoch().count()};
}

std::optional<Span> spanOf(const std::optional<fhir::DateRange>& when) {
  return when ? std::optional(spanOf(*when)) : std::nullopt;
}

Age ageOf(rules::Grade grade) {
  switch (grade) {
    case rules::Grade::History: return Age::History;
    case rules::Grade::Baseline: return Age::Baseline;
    case rules::Grade::UndatedSoon: return Age::UndatedSoon;
    case rules::Grade::UndatedLower: return Age::UndatedLower;
    case rules::Grade::Stale: return Age::Stale;
    case rules::Grade::Active: return Age::Active;
    case rules::Grade::None: break;
  }
  return Age::None;
}

Tier tierOf(rules::Tier tier) {
  switch (tier) {
    case rules::Tier::NotAssessable: return Tier::NotAssessable;
    case rules::Tier::Cleared: return Tier::Cleared;
    case rules::Tier::Soon: return Tier::Soon;
    case rules::Tier::StructuralFirst: return Tier::StructuralFirst;
    case rules::Tier::Urgent: return Tier::Urgent;
    case rules::Tier::Emergency: return Tier::Emergency;
    case rules::Tier::None: break;
  }
  return Tier::None;
}

Tri triOf(rules::Tri holds) {
  return holds == rules::Tri::Yes ? Tri::Yes : holds == rules::Tri::No ? Tri::No : Tri::Unknown;
}

std::string regionName(rules::Region region) {
  return region == rules::Region::Neck ? "neck" : region == rules::Region::Thoracic ? "thoracic" : "lumbar";
}

Standing standingOf(const rules::Standing& from) {
  Standing to;
  to.state = from.state == rules::State::Present  ? State::Present
             : from.state == rules::State::Absent ? State::Absent
                                                  : State::Unknown;
  to.age = ageOf(from.grade);
  to.weakAge = ageOf(from.weakGrade);
  to.weakOnly = from.weakOnly;
  to.resolved = from.resolved;
  to.unreadable = from.reason == rules::Reason::Unreadable;
  to.current = from.current;
  to.times = from.times;
  to.last = spanOf(from.last);
  to.when = spanOf(from.when);
  to.began = spanOf(from.began);
  return to;
}

/// The date of an entry of its own: `when` is that of the first of its run by now.
std::optional<Span> ownDate(const rules::Evidence& each) {
  const auto& written = each.changed || !each.onset ? each.recorded : each.onset;
  return spanOf(each.type == "Condition" && written ? written : each.when);
}

Finding findingOf(const rules::FindingState& state, const rules::Finding& finding) {
  Finding to;
  to.whole = standingOf(state);
  for (std::size_t i = 0; i < finding.parts.size(); ++i) to.parts[finding.parts[i]] = standingOf(state.of(i));
  for (const auto& each : state.evidence) {
    Trace trace;
    trace.present = each.says == rules::Evidence::Says::Present;
    trace.listedOnly = each.listedOnly;
    trace.resolved = each.resolved;
    trace.changed = each.changed;
    trace.current = each.current;
    trace.onset = spanOf(each.onset);
    trace.when = ownDate(each);
    trace.code = each.code;
    trace.type = each.type;
    trace.resource = std::string(each.type) + "/" + std::string(each.id);
    trace.written = each.fromText;
    if (each.fromText) trace.resource += " " + std::string(each.kind) + " " + std::to_string(each.sentence);
    to.traces.push_back(trace);
  }
  return to;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

Named namedOf(const fhir::CodeableConcept& concept_) {
  Named named;
  if (!concept_.text.empty()) named.words.push_back(lower(concept_.text));
  for (const auto& coding : concept_.coding) {
    named.codes.insert({std::string(coding.system), coding.code});
    if (!coding.display.empty()) named.words.push_back(lower(coding.display));
  }
  return named;
}

bool finalStatus(std::string_view status) {
  return status == "final" || status == "amended" || status == "corrected";
}

Form formOf(const fhir::QuestionnaireResponse& response) {
  Form form;
  form.finished = response.status == "completed" || response.status == "amended";
  form.at = spanOf(response.authored);
  for (const auto& answer : response.answers) {
    const bool given = std::any_of(answer.values.begin(), answer.values.end(),
                                   [](const fhir::Value& value) { return !value.empty(); });
    const std::string link(answer.linkId);
    if (given) form.answered.insert(link.substr(link.rfind('/') + 1));
  }
  return form;
}

/// A note in force of which no part is of a kind that is read: text, web page or rich text.
bool someNoteUnread(const fhir::PatientRecord& record) {
  const auto isRead = [](const fhir::Attachment& each) {
    const std::string type = lower(each.contentType);
    return !each.data.empty() &&
           (type.empty() || type.starts_with("text/") || type.starts_with("application/rtf") ||
            type.starts_with("application/xhtml"));
  };
  return std::any_of(record.documents.begin(), record.documents.end(), [&](const auto& note) {
    const bool inForce =
        (note.status.empty() || note.status == "current") && note.docStatus != "entered-in-error";
    return inForce && !note.attachments.empty() &&
           std::none_of(note.attachments.begin(), note.attachments.end(), isRead);
  });
}

void addRecord(const fhir::PatientRecord& record, Chart& chart) {
  for (const auto& observation : record.observations) {
    std::vector<const fhir::Measurement*> all{&observation.main};
    for (const auto& component : observation.components) all.push_back(&component);
    for (const auto* each : all) {
      chart.values.push_back({namedOf(each->code), finalStatus(observation.status),
                              each->value.quantity.has_value(), spanOf(observation.effective)});
    }
  }
  for (const auto& report : record.reports)
    chart.imaging.push_back(
        {namedOf(report.code), true, finalStatus(report.status), false, "", spanOf(report.effective)});
  for (const auto& order : record.orders) {
    static const std::set<std::string_view> kOrders{
        "", "order", "original-order", "reflex-order", "filler-order", "instance-order"};
    const bool active =
        order.status == "active" && !order.draft && !order.doNotPerform && kOrders.count(order.intent) > 0;
    chart.imaging.push_back(
        {namedOf(order.code), false, false, active, std::string(order.priority), spanOf(order.authored)});
  }
  for (const auto& encounter : record.encounters) {
    if (encounter.classCode == "EMER" && encounter.status == "in-progress") chart.emergencyDepartment = true;
  }
  for (const auto& key : hooks::prefetch()) {
    const auto coverage = record.of(key.key);
    chart.keys[std::string(key.key)] = coverage == fhir::Coverage::Supplied  ? Supplied::Whole
                                       : coverage == fhir::Coverage::Missing ? Supplied::Missing
                                       : coverage == fhir::Coverage::Partial ? Supplied::Partly
                                                                             : Supplied::Failed;
  }
  chart.somethingUnreadable = !record.unreadable.empty();
  chart.someNoteUnread = someNoteUnread(record);
}

}  // namespace

Chart chartOf(const rules::Assessment& assessment, const fhir::PatientRecord& record) {
  const rules::Pack& pack = *assessment.pack;
  Chart chart;
  chart.now = assessment.now.time_since_epoch().count();
  chart.deceased = assessment.deceased;
  if (const auto age = rules::ageOf(record, assessment.now)) chart.years = {{age->youngest, age->oldest}};
  if (record.patient) chart.sex = std::string(record.patient->gender);
  chart.pain.inPlay = assessment.pain.inPlay;
  for (const auto region : assessment.pain.regions) chart.pain.regions.insert(regionName(region));
  chart.pain.start = spanOf(assessment.pain.start);
  chart.act = std::string(assessment.act);
  const rules::MedicationClasses drugs(pack, record);
  for (std::size_t cls = 0; cls < pack.medications.size(); ++cls) {
    if (drugs.takes(cls)) chart.takes.insert(pack.medications[cls].id);
  }
  for (const auto& state : assessment.findings) {
    const auto& finding = pack.findings[state.finding];
    chart.findings[finding.id] = findingOf(state, finding);
  }
  addRecord(record, chart);
  chart.attestationAsked = pack.screen.requireAttestation;
  for (const auto& response : record.responses) {
    if (response.questionnaire.substr(0, response.questionnaire.find('|')) == pack.form.url)
      chart.forms.push_back(formOf(response));
  }
  return chart;
}

Answer answerOf(const rules::Assessment& assessment) {
  const rules::Pack& pack = *assessment.pack;
  Answer out;
  out.tier = tierOf(assessment.tier);
  for (const auto& outcome : assessment.considered) {
    PathwayAnswer pathway;
    pathway.id = outcome.pathway->id;
    pathway.tier = tierOf(outcome.tier);
    for (const auto& [rule, verdict] : outcome.rules)
      pathway.rules.push_back({rule->id, triOf(verdict.holds), tierOf(verdict.tier)});
    out.pathways.push_back(std::move(pathway));
  }
  for (const std::size_t index : assessment.raised)
    out.raised.push_back(assessment.considered[index].pathway->id);
  for (const auto& item : assessment.open) {
    OpenItem open{item.item->id, {}};
    item.findings.forEach([&](std::size_t finding) { open.findings.insert(pack.findings[finding].id); });
    out.open.push_back(std::move(open));
  }
  out.stress.strength = std::string(name(assessment.stress.strength));
  out.stress.weight = assessment.stress.weight;
  out.stress.calls = assessment.stress.calls;
  switch (assessment.withheld) {
    case rules::Withheld::Age: out.withheld = "age"; break;
    case rules::Withheld::Unreadable: out.withheld = "unreadable"; break;
    case rules::Withheld::Attestation: out.withheld = "attestation"; break;
    case rules::Withheld::Nothing: break;
  }
  return out;
}

}  // namespace plumbline::tests::reference
