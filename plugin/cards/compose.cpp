#include "plugin/cards/compose.h"

#include <algorithm>
#include <set>

#include "plugin/cards/detail.h"

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
Coding topicOf(const Assessment& assessment, Tier tier) {
  std::set<std::string> parts;
  for (const std::size_t index : assessment.raised) parts.insert(assessment.considered[index].pathway->id);
  for (std::size_t f = 0; f < assessment.findings.size(); ++f) {
    const auto& finding = assessment.pack->findings[f];
    if (finding.isRedFlag() && assessment.present(f)) parts.insert(finding.id);
  }
  // Nothing raised: what is acknowledged is the kind of answer.
  if (assessment.raised.empty()) parts.insert(std::string(name(tier)));
  std::string picture;
  for (const auto& part : parts) picture += part + "\n";
  const bool ofPathway = tier == Tier::Emergency || tier == Tier::Urgent || tier == Tier::Soon;
  const std::string display = ofPathway                     ? assessment.lead()->pathway->title
                              : tier == Tier::NotAssessable ? say(assessment, "not-assessable.label")
                                                            : say(assessment, "structural-first.label");
  return {sha256Prefix(picture, kTopicDigits), say(assessment, "common.topicSystem"), display};
}

Indicator indicatorOf(const Assessment& assessment, Tier tier, Hook hook) {
  if (assessment.present(assessment.pack->roles.comfortCare)) return Indicator::Info;
  if (tier == Tier::Emergency) return Indicator::Critical;
  if (tier == Tier::Urgent) return Indicator::Warning;
  const bool reading = hook == Hook::PatientView || hook == Hook::EncounterStart;
  return tier == Tier::StructuralFirst && !reading ? Indicator::Warning : Indicator::Info;
}

void addSuggestions(Card& card, const Assessment& assessment, const PathwayOutcome& outcome, const Call& call,
                    const UuidSource& uuids) {
  if (outcome.tier < Tier::Urgent) return;
  for (const rules::Option& option : outcome.pathway->options) {
    const auto& imaging = assessment.pack->imaging;
    const bool mri = std::any_of(imaging.begin(), imaging.end(),
                                 [&](const auto& each) { return each.mri && each.id == option.imaging; });
    const bool told = std::any_of(card.suggestions.begin(), card.suggestions.end(),
                                  [&](const Suggestion& each) { return each.order.code == option.code; });
    if (told || (mri && assessment.mriInDraft) || outcome.tier < option.from) continue;
    card.suggestions.push_back({uuids("suggestion/" + card.topic.code + "/" + option.code),
                                option.label,
                                {option.code, option.system, option.display},
                                option.priority,
                                std::string(call.patientId),
                                std::string(call.encounterId)});
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

/// Ends a card that no pathway heads.
void finish(Card& card, const Assessment& assessment, Sections& sections, const std::string& why) {
  const std::string& guideline = say(assessment, "common.guideline");
  if (sections.notDocumented.empty())
    sections.notDocumented.push_back(say(assessment, "common.nothingMissing"));
  addCommonOptions(sections.consider, assessment);
  sections.why.push_back(say(assessment, why) + " " + sourceSentence(assessment, guideline));
  card.detail = render(assessment, sections, kMaxDetail);
  addSources(card, assessment, {guideline});
}

/// What every card has, whatever it is about.
Card start(const Assessment& assessment, Tier tier, const Call& call, const UuidSource& uuids,
           std::string_view what) {
  Card card;
  card.topic = topicOf(assessment, tier);
  card.uuid = uuids("card/" + std::string(what) + "/" + card.topic.code);
  card.indicator = indicatorOf(assessment, tier, call.hook);
  for (const auto& each : assessment.pack->overrides)
    card.overrideReasons.push_back({each.code, each.system, each.display});
  return card;
}

/// What the pathway asks for and nobody has written down.
std::vector<std::string> asksOf(const Assessment& assessment, const rules::Pathway& pathway) {
  std::vector<std::string> asks;
  for (const std::size_t finding : pathway.asks) {
    const auto& state = assessment.findings[finding];
    const bool known = state.state != rules::State::Unknown || state.grade == rules::Grade::Stale;
    if (!known) asks.push_back(assessment.pack->findings[finding].ask);
  }
  if (asks.empty()) asks.push_back(say(assessment, "common.nothingMissing"));
  return asks;
}

Card pathwayCard(const Assessment& assessment, const PathwayOutcome& head, bool alone, const Call& call,
                 const UuidSource& uuids) {
  const rules::Pathway& pathway = *head.pathway;
  Card card = start(assessment, head.tier, call, uuids, pathway.id);
  card.summary = pathway.summary.at(head.tier);
  Sections sections;
  sections.recorded = recordedLines(assessment, &head);
  if (head.acted != rules::Acted::No) {
    sections.recorded.insert(
        sections.recorded.begin(),
        say(assessment, head.acted == rules::Acted::Imaged ? "common.imaged" : "common.requested"));
  }
  sections.notDocumented = asksOf(assessment, pathway);
  sections.couldNotBeRead = unreadLines(assessment);
  sections.consider = pathway.consider.at(head.tier);
  addCommonOptions(sections.consider, assessment);
  sections.why.push_back(whyLine(assessment, pathway));
  addSuggestions(card, assessment, head, call, uuids);
  if (!alone) {
    for (const std::size_t index : assessment.raised) {
      const PathwayOutcome& other = assessment.considered[index];
      if (&other == &head) continue;
      sections.why.push_back(whyLine(assessment, *other.pathway));
      addSuggestions(card, assessment, other, call, uuids);
    }
  }
  card.detail = render(assessment, sections, kMaxDetail);
  addSources(card, assessment, pathway.sources);
  return card;
}

/// Stress indicators by name; none for a child, for whom they are not computed.
void addIndicators(std::vector<std::string>& lines, const Assessment& assessment) {
  for (const std::size_t finding : assessment.stress.indicators)
    lines.push_back(findingLine(assessment, finding));
  if (assessment.child) return;
  for (const std::size_t finding : assessment.mechanical) lines.push_back(findingLine(assessment, finding));
}

Card structuralFirstCard(const Assessment& assessment, const Call& call, const UuidSource& uuids) {
  Card card = start(assessment, Tier::StructuralFirst, call, uuids, "structural-first");
  std::string key = "structural-first.summary";
  if (assessment.withheld != rules::Withheld::Nothing) {
    key += ".withheld";
  } else if (!assessment.act.empty() && !assessment.child) {
    key += "." + std::string(assessment.act);
  }
  card.summary = say(assessment, key);
  Sections sections;
  sections.recorded = recordedLines(assessment, nullptr);
  if (sections.recorded.empty()) sections.recorded.push_back(say(assessment, "common.recordedNothing"));
  addIndicators(sections.recorded, assessment);
  std::set<std::size_t> told;
  for (const auto& item : assessment.open) {
    if (item.findings.empty()) sections.notDocumented.push_back(item.label);
    for (const std::size_t finding : item.findings) {
      if (!assessment.present(finding) && told.insert(finding).second) {
        sections.notDocumented.push_back(assessment.pack->findings[finding].ask);
      }
    }
  }
  sections.couldNotBeRead = unreadLines(assessment);
  sections.couldNotBeRead.insert(sections.couldNotBeRead.end(), assessment.missing.begin(),
                                 assessment.missing.end());
  if (assessment.withheld == rules::Withheld::Age)
    sections.consider.push_back(say(assessment, "structural-first.withheld.age"));
  if (assessment.withheld == rules::Withheld::Unreadable) {
    sections.consider.push_back(say(assessment, "structural-first.withheld.unreadable"));
  }
  if (assessment.withheld == rules::Withheld::Attestation)
    sections.consider.push_back(say(assessment, "structural-first.withheld.attestation"));
  sections.consider.push_back(say(assessment, "structural-first.consider.1"));
  sections.consider.push_back(say(assessment, "structural-first.consider.2"));
  finish(card, assessment, sections, "structural-first.why");
  return card;
}

/// Takes the proof, so that nothing else can call it.
Card clearedCard(const Assessment& assessment, const rules::RedFlagsCleared&, const Call& call,
                 const UuidSource& uuids) {
  Card card = start(assessment, Tier::Cleared, call, uuids, "cleared");
  card.summary = say(assessment, "cleared.summary");
  Sections sections;
  sections.recorded.push_back(say(assessment, "cleared.recordedScreen"));
  addIndicators(sections.recorded, assessment);
  for (const char* key : {"cleared.consider.1", "cleared.consider.2", "cleared.consider.3"}) {
    sections.consider.push_back(say(assessment, key));
  }
  finish(card, assessment, sections, "cleared.why");
  return card;
}

Card notAssessableCard(const Assessment& assessment, const Call& call, const UuidSource& uuids) {
  Card card = start(assessment, Tier::NotAssessable, call, uuids, "not-assessable");
  card.summary = say(assessment, "not-assessable.summary");
  Sections sections;
  sections.recorded.push_back(say(assessment, "common.recordedNothing"));
  sections.couldNotBeRead = unreadLines(assessment);
  sections.couldNotBeRead.insert(sections.couldNotBeRead.end(), assessment.missing.begin(),
                                 assessment.missing.end());
  for (const auto& item : assessment.open) sections.notDocumented.push_back(item.label);
  sections.consider = {say(assessment, "not-assessable.consider.1"),
                       say(assessment, "not-assessable.consider.2")};
  finish(card, assessment, sections, "not-assessable.why");
  return card;
}

}  // namespace

std::size_t utf16Length(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
  }
  return units;
}

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
