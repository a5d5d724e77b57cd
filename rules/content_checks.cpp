#include <algorithm>

#include "rules/content_reader.h"

namespace plumbline::rules::content {

void checkReferences(const Pack& pack, std::vector<fhir::Problem>& problems) {
  const auto source = [&](const std::string& file, const std::vector<std::string>& ids) {
    for (const auto& id : ids) {
      if (!pack.sources.contains(id)) problems.push_back({file, "/sources", "no source \"" + id + "\""});
    }
  };
  for (const Finding& finding : pack.findings) {
    const std::string file = "findings/" + finding.id + ".json";
    source(file, finding.sources);
    for (const Figure& each : finding.evidence) source(file, {each.source});
  }
  for (const Pathway& pathway : pack.pathways) {
    const std::string file = "pathways/" + pathway.id + ".json";
    source(file, pathway.sources);
    for (const Option& option : pathway.options) {
      const auto known = [&](const Imaging& imaging) { return imaging.id == option.imaging; };
      if (!option.imaging.empty() && std::none_of(pack.imaging.begin(), pack.imaging.end(), known)) {
        problems.push_back({file, "/options", "no imaging \"" + option.imaging + "\""});
      }
    }
  }
}

void checkTexts(const Pack& pack, std::vector<fhir::Problem>& problems) {
  for (const char* name : {"common.heading.recorded",
                           "common.heading.notDocumented",
                           "common.heading.couldNotBeRead",
                           "common.heading.consider",
                           "common.heading.why",
                           "common.heading.limits",
                           "common.limits",
                           "common.nothingMissing",
                           "common.recordedNothing",
                           "common.dateUnknown",
                           "common.freeText",
                           "common.suspected",
                           "common.contradicted",
                           "common.longstanding",
                           "common.notReassessed",
                           "common.resolved",
                           "common.alsoDocumented",
                           "common.alsoRaised",
                           "common.imaged",
                           "common.requested",
                           "common.mriInDraft",
                           "common.selfHarm",
                           "common.source",
                           "common.more",
                           "common.reason",
                           "common.screenTask",
                           "common.link.explanation",
                           "common.link.screen",
                           "common.askNow",
                           "common.plan",
                           "common.noPlan",
                           "common.noPlanFor",
                           "common.guideline",
                           "common.topicSystem",
                           "structural-first.summary",
                           "structural-first.summary.problem",
                           "structural-first.summary.order",
                           "structural-first.summary.withheld",
                           "structural-first.withheld.age",
                           "structural-first.withheld.age.consider",
                           "structural-first.withheld.unreadable",
                           "structural-first.withheld.unreadable.consider",
                           "structural-first.documented.consider",
                           "structural-first.withheld.attestation",
                           "structural-first.withheld.attestation.consider",
                           "structural-first.consider.1",
                           "structural-first.consider.2",
                           "structural-first.why",
                           "structural-first.label",
                           "cleared.summary",
                           "cleared.recordedScreen",
                           "cleared.consider.1",
                           "cleared.consider.2",
                           "cleared.consider.3",
                           "cleared.why",
                           "not-assessable.summary",
                           "not-assessable.consider.1",
                           "not-assessable.consider.2",
                           "not-assessable.why",
                           "not-assessable.label",
                           "screen.note.heading",
                           "screen.note.yes",
                           "screen.note.no",
                           "screen.note.notExamined",
                           "screen.note.advice",
                           "screen.note.none"}) {
    if (!pack.texts.contains(name))
      problems.push_back({"cards", "", std::string("lack the sentence \"") + name + "\""});
  }
  const auto guideline = pack.texts.find("common.guideline");
  if (guideline != pack.texts.end() && !pack.sources.contains(guideline->second)) {
    problems.push_back({"cards/common.json", "/guideline", "no source \"" + guideline->second + "\""});
  }
  for (const auto& [name, sentence] : pack.texts) {
    for (const auto& phrase : pack.neverPhrases) {
      if (sentence.find(phrase) != std::string::npos) {
        problems.push_back({"cards", "/" + name, "holds \"" + phrase + "\", which no card may say"});
      }
    }
  }
}

}  // namespace plumbline::rules::content
