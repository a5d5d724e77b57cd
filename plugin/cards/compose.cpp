#include "plugin/cards/compose.h"

#include <algorithm>

#include "plugin/cards/detail.h"
#include "plugin/cards/suggest.h"

namespace plumbline::cards {
namespace {

using hooks::Hook;
using rules::Assessment;
using rules::PathwayOutcome;
using rules::Tier;

constexpr std::size_t kMaxCards = 3;
constexpr std::size_t kTopicDigits = 32;

/// The picture a clinician acknowledges: which pathways, which red flags. No dates and no versions, so that
/// an acknowledgement lasts as long as the picture and a new red flag breaks it.
Topic topicOf(const Assessment& assessment, Tier tier, std::string_view display) {
  std::vector<std::string_view> parts;
  for (const std::size_t index : assessment.raised) parts.push_back(assessment.considered[index].pathway->id);
  for (std::size_t f = 0; f < assessment.findings.size(); ++f) {
    const auto& finding = assessment.pack->findings[f];
    if (finding.isRedFlag() && assessment.present(f)) parts.push_back(finding.id);
  }
  // Nothing raised: what is acknowledged is the kind of answer.
  if (assessment.raised.empty()) parts.push_back(name(tier));
  std::sort(parts.begin(), parts.end());
  std::string picture;
  for (const auto& part : parts) picture.append(part).append("\n");
  return {sha256Prefix(picture, kTopicDigits), say(assessment, "common.topicSystem"), display};
}

Indicator indicatorOf(const Assessment& assessment, Tier tier, Hook hook) {
  if (assessment.present(assessment.pack->roles.comfortCare)) return Indicator::Info;
  if (tier == Tier::Emergency) return Indicator::Critical;
  if (tier == Tier::Urgent) return Indicator::Warning;
  const bool reading = hook == Hook::PatientView || hook == Hook::EncounterStart;
  return tier == Tier::StructuralFirst && !reading ? Indicator::Warning : Indicator::Info;
}

/// What to do first about the order being made: one line, of the class that the pack names first. To a
/// child's card belongs no word of stress, which only the sentences for structural-first may hold.
void addOrderNote(std::vector<std::string>& consider, const Assessment& assessment, Tier tier) {
  for (const std::size_t index : assessment.ordering) {
    const auto& notes = assessment.pack->orders[index].notes;
    const auto note = notes.find(tier == Tier::StructuralFirst && assessment.child ? Tier::Soon : tier);
    if (note == notes.end()) continue;
    consider.insert(consider.begin(), note->second);
    return;
  }
}

void addCommonOptions(std::vector<std::string>& consider, const Assessment& assessment) {
  if (assessment.mriInDraft) consider.push_back(say(assessment, "common.mriInDraft"));
  if (assessment.present(assessment.pack->roles.selfHarm))
    consider.push_back(say(assessment, "common.selfHarm"));
}

/// The guidance behind the card: its first source is named as the card's, every one with a page is linked.
void addSources(Card& card, const Assessment& assessment, const std::vector<std::string>& ids) {
  const auto& first = assessment.pack->sources.at(ids.front());
  card.sourceLabel = first.body;
  card.sourceUrl = first.url;
  for (const auto& id : ids) {
    const auto& source = assessment.pack->sources.at(id);
    if (!source.url.empty()) card.links.push_back({source.title, source.url});
  }
}

Layout layoutFor(const Call& call) {
  return {kMaxDetail, call.audience.client->lineLength, call.audience.client->bullets};
}

/// Ends a card that no pathway heads.
void finish(Card& card, const Assessment& assessment, Sections& sections, const std::string& why, Tier tier,
            const Call& call, const UuidSource& uuids) {
  const std::string& guideline = say(assessment, "common.guideline");
  if (sections.notDocumented.empty())
    sections.notDocumented.push_back(say(assessment, "common.nothingMissing"));
  addCommonOptions(sections.consider, assessment);
  sections.why.push_back(say(assessment, why) + " " + sourceSentence(assessment, guideline));
  card.detail = render(assessment, sections, layoutFor(call));
  addSources(card, assessment, {guideline});
  addSiteLinks(card, assessment, call);
  addScreenTask(card, assessment, tier, call, uuids);
}

/// What every card has, whatever it is about; `title` says what to a reader, `what` to the maker of ids.
Card start(const Assessment& assessment, Tier tier, const Call& call, const UuidSource& uuids,
           std::string_view what, std::string_view title) {
  Card card;
  card.topic = topicOf(assessment, tier, title);
  card.uuid = uuids("card/" + std::string(what) + "/" + card.topic.code);
  card.indicator = indicatorOf(assessment, tier, call.hook);
  card.tier = tier;
  for (const std::size_t index : assessment.raised)
    card.pathways += (card.pathways.empty() ? "" : " ") + assessment.considered[index].pathway->id;
  card.overrideReasons.reserve(assessment.pack->overrides.size());
  for (const auto& each : assessment.pack->overrides)
    card.overrideReasons.push_back({each.code, each.system, each.display});
  return card;
}

/// Whether asking this patient for the finding makes sense.
bool isAsked(const Assessment& assessment, const rules::Finding& finding) {
  const auto& idle = finding.notAskedWith;
  return assessment.pain.inAny(finding.askedInPain) &&
         std::none_of(idle.begin(), idle.end(), [&](std::size_t each) { return assessment.present(each); });
}

/// What the pathway asks for and nobody has written down.
std::vector<std::string> asksOf(const Assessment& assessment, const rules::Pathway& pathway) {
  std::vector<std::string> asks;
  asks.reserve(pathway.asks.size() + 1);
  for (const std::size_t index : pathway.asks) {
    const auto& finding = assessment.pack->findings[index];
    const auto& state = assessment.findings[index];
    const bool known = state.state != rules::State::Unknown || state.grade == rules::Grade::Stale;
    if (!known && isAsked(assessment, finding)) asks.push_back(finding.ask);
  }
  if (asks.empty()) asks.push_back(say(assessment, "common.nothingMissing"));
  return asks;
}

/// "MRI of the lumbar spine: 2026-11-20, …": what has been done about a pathway already.
std::string actedLine(const Assessment& assessment, const rules::Acted& acted) {
  return std::string(acted.study) + ": " +
         (acted.when ? fhir::print(*acted.when) : say(assessment, "common.dateUnknown")) + ", " +
         say(assessment, acted == rules::Acted::Imaged ? "common.imaged" : "common.requested");
}

/// The items of the screen that nobody has documented, most dangerous first, each once.
std::vector<std::string> openLines(const Assessment& assessment) {
  std::vector<std::string> lines;
  rules::FindingSet told;
  for (const auto& open : assessment.open) {
    if (open.findings.empty()) lines.push_back(open.item->label);
    for (const std::size_t finding : open.item->all) {
      if (!open.findings.contains(finding) || assessment.present(finding) || told.contains(finding)) continue;
      told.insert(finding);
      lines.push_back(assessment.pack->findings[finding].ask);
    }
  }
  return lines;
}

/// What the other pathways add to a card that they share: why, orders, and of each emergency the option that
/// cannot wait.
void addOthers(Card& card, Sections& sections, const Assessment& assessment, const PathwayOutcome& head,
               const Call& call, const UuidSource& uuids) {
  std::string unplanned;
  for (const std::size_t index : assessment.raised) {
    const PathwayOutcome& other = assessment.considered[index];
    if (&other == &head) continue;
    sections.why.push_back(whyLine(assessment, *other.pathway));
    addOrders(card, assessment, other, call, uuids, sections.alsoConsider);
    const std::string& option = other.pathway->onOtherCards;
    if (other.tier == Tier::Emergency && !option.empty()) sections.alsoConsider.push_back(option);
    if (!other.plan) unplanned += (unplanned.empty() ? "" : ", ") + other.pathway->title;
  }
  if (call.hook == Hook::EncounterDischarge && !unplanned.empty())
    sections.notDocumented.insert(sections.notDocumented.begin() + (head.plan ? 0 : 1),
                                  say(assessment, "common.noPlanFor") + " " + unplanned);
}

/// Whether anything is going to be done about an open pathway: at discharge that is the question.
void addPlan(Sections& sections, const Assessment& assessment, const PathwayOutcome& head) {
  if (head.plan) {
    sections.recorded.insert(sections.recorded.begin(), say(assessment, "common.plan") + ": " +
                                                            std::string(head.plan->what) + ", " +
                                                            fhir::print(*head.plan->made));
  } else {
    sections.notDocumented.insert(sections.notDocumented.begin(), say(assessment, "common.noPlan"));
  }
}

/// Where a visit begins every item of the screen can still be asked, not only those of the pathway.
void addScreen(Sections& sections, const Assessment& assessment) {
  auto& asks = sections.notDocumented;
  const std::vector<std::string> open = openLines(assessment);
  if (open.empty()) return;
  std::erase(asks, say(assessment, "common.nothingMissing"));
  for (const std::string& line : open) {
    if (std::find(asks.begin(), asks.end(), line) == asks.end()) asks.push_back(line);
  }
  sections.consider.push_back(say(assessment, "common.askNow"));
}

Card pathwayCard(const Assessment& assessment, const PathwayOutcome& head, bool alone, const Call& call,
                 const UuidSource& uuids) {
  const rules::Pathway& pathway = *head.pathway;
  Card card = start(assessment, head.tier, call, uuids, pathway.id, pathway.title);
  if (alone) card.pathways = pathway.id;
  card.summary = pathway.summary.at(head.tier);
  Sections sections;
  if (!(head.acted == rules::Acted::No)) sections.recorded.push_back(actedLine(assessment, head.acted));
  addRecorded(assessment, &head, sections);
  sections.notDocumented = asksOf(assessment, pathway);
  sections.couldNotBeRead = unreadLines(assessment);
  sections.consider = pathway.consider.at(head.tier);
  addOrderNote(sections.consider, assessment, head.tier);
  addCommonOptions(sections.consider, assessment);
  if (call.hook == Hook::EncounterStart) addScreen(sections, assessment);
  if (call.hook == Hook::EncounterDischarge) addPlan(sections, assessment, head);
  sections.why.push_back(whyLine(assessment, pathway));
  addOrders(card, assessment, head, call, uuids, sections.alsoConsider);
  if (!alone) addOthers(card, sections, assessment, head, call, uuids);
  card.detail = render(assessment, sections, layoutFor(call));
  addSources(card, assessment, pathway.sources);
  addSiteLinks(card, assessment, call);
  addScreenTask(card, assessment, head.tier, call, uuids);
  return card;
}

/// Stress indicators by name; none for a child, for whom they are not computed.
void addIndicators(std::vector<std::string>& lines, const Assessment& assessment) {
  for (const std::size_t finding : assessment.stress.indicators)
    lines.push_back(findingLine(assessment, finding));
  if (assessment.child) return;
  for (const std::size_t finding : assessment.mechanical) lines.push_back(findingLine(assessment, finding));
}

/// The summary by what the card answers to: the act, what alone withholds an all-clear, or neither.
const std::string& structuralFirstSummary(const Assessment& assessment) {
  if (assessment.withheld != rules::Withheld::Nothing)
    return say(assessment, "structural-first.summary.withheld");
  if (assessment.act.empty() || assessment.child) return say(assessment, "structural-first.summary");
  return say(assessment, "structural-first.summary." + std::string(assessment.act));
}

/// What could not be read and what nobody supplied.
std::vector<std::string> gapLines(const Assessment& assessment) {
  std::vector<std::string> lines = unreadLines(assessment);
  lines.insert(lines.end(), assessment.missing.begin(), assessment.missing.end());
  return lines;
}

/// What is left to do about the structural screen: to document it, or, where it is complete, to settle what
/// keeps it from counting.
std::vector<std::string> screenOptions(const Assessment& assessment, bool complete) {
  const auto option = [&](std::string_view key) {
    return say(assessment, "structural-first." + std::string(key));
  };
  if (!complete) return {option("consider.1"), option("consider.2")};
  const std::string& again = option("documented.consider");
  switch (assessment.withheld) {
    case rules::Withheld::Age: return {option("withheld.age.consider"), again};
    case rules::Withheld::Unreadable: return {option("withheld.unreadable.consider"), again};
    case rules::Withheld::Attestation: return {option("withheld.attestation.consider"), again};
    case rules::Withheld::Nothing: break;
  }
  return {option("consider.2"), again};
}

Card structuralFirstCard(const Assessment& assessment, const Call& call, const UuidSource& uuids) {
  Card card = start(assessment, Tier::StructuralFirst, call, uuids, "structural-first",
                    say(assessment, "structural-first.label"));
  card.summary = structuralFirstSummary(assessment);
  Sections sections;
  addRecorded(assessment, nullptr, sections);
  addIndicators(sections.alsoRecorded, assessment);
  if (assessment.withheld == rules::Withheld::Age)
    sections.recorded.push_back(say(assessment, "structural-first.withheld.age"));
  sections.notDocumented = openLines(assessment);
  const bool complete = sections.notDocumented.empty();
  sections.couldNotBeRead = gapLines(assessment);
  if (assessment.withheld == rules::Withheld::Unreadable && sections.couldNotBeRead.empty())
    sections.couldNotBeRead.push_back(say(assessment, "structural-first.withheld.unreadable"));
  if (assessment.withheld == rules::Withheld::Attestation)
    sections.notDocumented.push_back(say(assessment, "structural-first.withheld.attestation"));
  sections.consider = screenOptions(assessment, complete);
  addOrderNote(sections.consider, assessment, Tier::StructuralFirst);
  finish(card, assessment, sections, "structural-first.why", Tier::StructuralFirst, call, uuids);
  return card;
}

/// The oldest entry that documents an absence the screen asks for here: its date and kind of source.
std::string oldestOfScreen(const Assessment& assessment) {
  const rules::FindingState* oldest = nullptr;
  for (const auto& [region, items] : assessment.pack->screen.items) {
    if (!assessment.pain.in(region)) continue;
    for (const auto& item : items) {
      for (const std::size_t finding : item.all) {
        const auto& state = assessment.findings[finding];
        if (state.state != rules::State::Absent || !state.when) continue;
        if (!oldest || state.when->earliest < oldest->when->earliest) oldest = &state;
      }
    }
  }
  return oldest ? sourceOf(assessment, *oldest) : say(assessment, "common.dateUnknown");
}

/// Takes the proof, so that nothing else can call it.
Card clearedCard(const Assessment& assessment, const rules::RedFlagsCleared&, const Call& call,
                 const UuidSource& uuids) {
  Card card =
      start(assessment, Tier::Cleared, call, uuids, "cleared", say(assessment, "structural-first.label"));
  card.summary = say(assessment, "cleared.summary");
  Sections sections;
  sections.recorded.push_back(say(assessment, "cleared.recordedScreen") + " " + oldestOfScreen(assessment));
  addIndicators(sections.recorded, assessment);
  for (const char* key : {"cleared.consider.1", "cleared.consider.2", "cleared.consider.3"}) {
    sections.consider.push_back(say(assessment, key));
  }
  finish(card, assessment, sections, "cleared.why", Tier::Cleared, call, uuids);
  return card;
}

Card notAssessableCard(const Assessment& assessment, const Call& call, const UuidSource& uuids) {
  Card card = start(assessment, Tier::NotAssessable, call, uuids, "not-assessable",
                    say(assessment, "not-assessable.label"));
  card.summary = say(assessment, "not-assessable.summary");
  Sections sections;
  sections.recorded.push_back(say(assessment, "common.recordedNothing"));
  sections.couldNotBeRead = gapLines(assessment);
  for (const auto& open : assessment.open) sections.notDocumented.push_back(open.item->label);
  sections.consider = {say(assessment, "not-assessable.consider.1"),
                       say(assessment, "not-assessable.consider.2")};
  finish(card, assessment, sections, "not-assessable.why", Tier::NotAssessable, call, uuids);
  return card;
}

}  // namespace

std::vector<Card> compose(const Assessment& assessment, const Call& call, const UuidSource& uuids) {
  switch (assessment.tier) {
    case Tier::None: return {};
    case Tier::NotAssessable: return {notAssessableCard(assessment, call, uuids)};
    case Tier::StructuralFirst: return {structuralFirstCard(assessment, call, uuids)};
    case Tier::Cleared: return {clearedCard(assessment, assessment.cleared.value(), call, uuids)};
    case Tier::Soon:
    case Tier::Urgent:
    case Tier::Emergency: break;
  }
  std::vector<Card> cards;
  const bool single = call.grouping == Grouping::Single;
  const std::size_t count = single ? 1 : std::min(kMaxCards, assessment.raised.size());
  for (std::size_t i = 0; i < count; ++i) {
    cards.push_back(
        pathwayCard(assessment, assessment.considered[assessment.raised[i]], !single, call, uuids));
  }
  return cards;
}

}  // namespace plumbline::cards
