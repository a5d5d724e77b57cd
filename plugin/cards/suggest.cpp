#include "plugin/cards/suggest.h"

#include <algorithm>
#include <set>

#include "plugin/cards/detail.h"

namespace plumbline::cards {
namespace {

using rules::Assessment;
using rules::Option;
using rules::PathwayOutcome;
using rules::Tier;

/// The code to order `option` by from this client; without one it stays text.
Coding codeFor(const Option& option, const Audience& audience) {
  const auto& mapped = audience.site->orders;
  auto found = mapped.find(option.order + "/" + option.priority);
  if (found == mapped.end()) found = mapped.find(option.order);
  if (found != mapped.end()) return {found->second.code, found->second.system, found->second.display};
  if (audience.client->orders == hooks::Orders::Mapped) return {};
  return {option.code, option.system, option.display};
}

/// Where the page of knowledge tells of what heads the card. A fragment stays in the browser.
std::string anchorFor(const Card& card, const Site& site) {
  if (!isOwnKnowledge(site.explanationUrl)) return {};
  const std::string lead = card.pathways.substr(0, card.pathways.find(' '));
  return lead.empty() ? "#screen" : "#pathway-" + lead;
}

bool isOffered(const Option& option, const PathwayOutcome& outcome, const Assessment& assessment) {
  const auto& imaging = assessment.pack->imaging;
  const bool mri = std::any_of(imaging.begin(), imaging.end(),
                               [&](const auto& each) { return each.mri && each.id == option.imaging; });
  return outcome.tier >= option.from && outcome.tier <= option.upTo &&
         assessment.pain.inAny(option.regions) && !(mri && assessment.mriInDraft);
}

}  // namespace

bool isOwnKnowledge(std::string_view url) {
  return url.ends_with("/knowledge");
}

const Site& noSite() {
  static const Site none;
  return none;
}

std::vector<std::string> unknownOrders(const Site& site, const rules::Pack& pack) {
  std::set<std::string> offered;
  for (const auto& pathway : pack.pathways) {
    for (const Option& option : pathway.options) {
      offered.insert(option.order);
      offered.insert(option.order + "/" + option.priority);
    }
  }
  std::vector<std::string> unknown;
  for (const auto& [order, code] : site.orders) {
    if (!offered.contains(order)) unknown.push_back(order);
  }
  return unknown;
}

void addOrders(Card& card, const Assessment& assessment, const PathwayOutcome& outcome, const Call& call,
               const UuidSource& uuids, std::vector<std::string>& asText) {
  if (outcome.tier < Tier::Urgent) return;
  std::string what = "suggestion/" + card.topic.code + "/";
  for (const Option& option : outcome.pathway->options) {
    const auto isIt = [&](const Suggestion& each) { return each.logicalOrder == option.order; };
    const bool told = std::any_of(card.suggestions.begin(), card.suggestions.end(), isIt) ||
                      std::find(asText.begin(), asText.end(), option.label) != asText.end();
    if (told || !isOffered(option, outcome, assessment)) continue;
    const Coding code = codeFor(option, call.audience);
    if (code.code.empty() || call.audience.client->orders == hooks::Orders::None) {
      asText.push_back(option.label);
      continue;
    }
    Suggestion suggestion;
    suggestion.uuid = uuids(what.append(option.order));
    what.resize(what.size() - option.order.size());
    suggestion.label = option.label;
    suggestion.logicalOrder = option.order;
    suggestion.order = code;
    suggestion.priority = option.priority;
    suggestion.reason = say(assessment, "common.reason") + ": " + outcome.pathway->title;
    suggestion.patientId = call.patientId;
    suggestion.encounterId = call.encounterId;
    card.suggestions.push_back(std::move(suggestion));
  }
}

void addScreenTask(Card& card, const Assessment& assessment, Tier tier, const Call& call,
                   const UuidSource& uuids) {
  const bool time = tier < Tier::Urgent || call.hook == hooks::Hook::EncounterStart;
  if (!call.audience.client->tasks || !time || assessment.open.empty()) return;
  const auto& form = assessment.pack->form;
  Suggestion task;
  task.uuid = uuids("suggestion/" + card.topic.code + "/screen");
  task.label = say(assessment, "common.screenTask");
  task.questionnaire = form.url + "|" + form.version;
  task.patientId = call.patientId;
  task.encounterId = call.encounterId;
  card.suggestions.push_back(std::move(task));
}

void addSiteLinks(Card& card, const Assessment& assessment, const Call& call) {
  const Site& site = *call.audience.site;
  if (!site.explanationUrl.empty())
    card.links.push_back({say(assessment, "common.link.explanation"), site.explanationUrl, Link::Explanation,
                          anchorFor(card, site)});
  if (!site.screenUrl.empty() && !assessment.open.empty())
    card.links.push_back({say(assessment, "common.link.screen"), site.screenUrl, Link::Smart});
}

}  // namespace plumbline::cards
