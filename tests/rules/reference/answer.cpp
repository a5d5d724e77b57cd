#include "tests/rules/reference/answer.h"

#include <algorithm>
#include <map>

#include "tests/rules/reference/known_differences.h"

namespace plumbline::tests::reference {
namespace {

PathwayAnswer considered(const std::string& id, const Chart& chart, const Content& content) {
  PathwayAnswer pathway;
  pathway.id = id;
  for (const Json& rule : content.pathway(id)["rules"].GetArray()) {
    const Outcome outcome = evaluate(rule["when"], tierNamed(rule["tier"].GetString()), chart, content);
    pathway.rules.push_back({rule["id"].GetString(), outcome.holds, outcome.tier});
    pathway.tier = std::max(pathway.tier, afterImaging(id, outcome, chart, content));
  }
  return pathway;
}

/// Pain, or one of the pictures that count without the word.
bool somethingToAnswer(const Chart& chart, const Content& content) {
  if (chart.pain.inPlay) return true;
  const Json& alone = content.pain()["standAlone"];
  return std::any_of(alone.Begin(), alone.End(), [&](const Json& each) {
    return evaluate(each, Tier::Emergency, chart, content).holds == Tri::Yes;
  });
}

bool surelyAdult(const Chart& chart, const Content& content) {
  return chart.years && chart.years->first >= content.pack()["limits"]["adultFromYears"].GetInt();
}

/// Rule 17. The three keys that may be missing must still not have failed: nothing unread ever clears (§1
/// rule 1).
bool readWhole(const Chart& chart, const Content& content) {
  const auto needed = strings(content.screen(), "readWhole");
  for (const auto& [key, how] : chart.keys) {
    const bool mustBeThere = std::find(needed.begin(), needed.end(), key) != needed.end();
    if (how != Supplied::Whole && (mustBeThere || how != Supplied::Missing)) return false;
  }
  if (chart.somethingUnreadable || chart.someNoteUnread) return false;
  return std::none_of(chart.findings.begin(), chart.findings.end(), [&](const auto& each) {
    const std::string kind = content.finding(each.first)["kind"].GetString();
    const bool dangerous = kind == "red-flag" || kind == "risk-factor" || kind == "diagnosis";
    return each.second.whole.unreadable && (dangerous || kAnyUnreadableFindingWithholds);
  });
}

/// Rule 18. Which missing keys count it leaves open: those that rule 17 needs. A resource nobody could read
/// is a search that failed in part (§1: no error becomes silence).
bool notAssessable(const Chart& chart, const Content& content) {
  const bool failed = std::any_of(chart.keys.begin(), chart.keys.end(), [](const auto& key) {
    return key.second == Supplied::Failed || key.second == Supplied::Partly;
  });
  const auto needed = strings(content.screen(), "readWhole");
  const bool missing = std::any_of(needed.begin(), needed.end(), [&](const std::string& key) {
    return chart.keys.at(key) == Supplied::Missing;
  });
  const auto& findings = content.findings();
  const bool stress = std::any_of(findings.begin(), findings.end(), [&](const std::string& id) {
    return content.finding(id).HasMember("stress") && chart.findings.at(id).whole.state == State::Present;
  });
  const bool counts = kMissingKeysCountForChildren || !maybeChild(chart, content);
  return failed || chart.somethingUnreadable || (missing && stress && counts);
}

/// Rules 16 to 19, where no pathway is above soon.
void unhurried(Answer& answer, const Chart& chart, const Content& content) {
  const bool raised = !answer.raised.empty();
  if (answer.stress.calls || !chart.act.empty()) {
    if (!answer.open.empty()) {
      answer.tier = Tier::StructuralFirst;
      return;
    }
    const auto notBlocking = strings(content.screen(), "notBlocking");
    const bool blocked = std::any_of(notBlocking.begin(), notBlocking.end(), [&](const std::string& id) {
      return chart.findings.at(id).whole.state == State::Present;
    });
    if (!raised && !blocked) {
      if (!surelyAdult(chart, content)) {
        answer.withheld = "age";
      } else if (!readWhole(chart, content)) {
        answer.withheld = "unreadable";
      } else if (chart.attestationAsked && !attested(chart, content)) {
        answer.withheld = "attestation";
      }
      answer.tier = answer.withheld == "nothing" ? Tier::Cleared : Tier::StructuralFirst;
      return;
    }
  }
  if (raised) {
    answer.tier = Tier::Soon;
  } else if (chart.pain.inPlay && notAssessable(chart, content)) {
    answer.tier = Tier::NotAssessable;
  }
}

}  // namespace

Answer answer(const Chart& chart, const Content& content) {
  Answer answer;
  if (chart.deceased || !somethingToAnswer(chart, content)) return answer;
  for (const std::string& id : content.pathways()) answer.pathways.push_back(considered(id, chart, content));
  answer.stress = weighStress(chart, content);
  answer.open = openItems(chart, content);
  Tier top = Tier::None;
  for (const Tier tier : {Tier::Emergency, Tier::Urgent, Tier::Soon}) {
    for (const auto& pathway : answer.pathways) {
      if (pathway.tier == tier) answer.raised.push_back(pathway.id);
    }
    if (top == Tier::None && !answer.raised.empty()) top = tier;
  }
  if (top > Tier::Soon) {
    answer.tier = top;
  } else {
    unhurried(answer, chart, content);
  }
  return answer;
}

namespace {

std::string shown(Tri holds) {
  return holds == Tri::Yes ? "yes" : holds == Tri::No ? "no" : "unknown";
}

std::string shown(Tier tier) {
  static const char* const kNames[] = {"none",   "not-assessable", "cleared", "soon", "structural-first",
                                       "urgent", "emergency"};
  return kNames[static_cast<int>(tier)];
}

std::string shown(const RuleAnswer& rule) {
  return rule.id + " " + shown(rule.holds) + " " + shown(rule.tier);
}

std::string shown(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& each : list) out += each + " ";
  return out;
}

/// The text gives no order between the items of several regions.
std::string shown(std::vector<OpenItem> open) {
  std::sort(open.begin(), open.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  std::string out;
  for (const auto& item : open) {
    out += item.id + "(";
    for (const auto& finding : item.findings) out += finding + " ";
    out += ") ";
  }
  return out;
}

std::string shown(const Stress& stress) {
  return stress.strength + " " + std::to_string(stress.weight) + (stress.calls ? " calls" : "");
}

}  // namespace

std::vector<std::string> differences(const Answer& reference, const Answer& engine) {
  std::vector<std::string> found;
  const auto compare = [&](const std::string& what, const auto& ours, const auto& theirs) {
    if (shown(ours) != shown(theirs))
      found.push_back(what + ": reference " + shown(ours) + ", engine " + shown(theirs));
  };
  const auto text = [](const std::string& each) { return std::vector<std::string>{each}; };
  compare("raised", reference.raised, engine.raised);
  compare("open", reference.open, engine.open);
  if (kEveryAssignmentIsLookedAt || !reference.stress.unsettled) {
    compare("tier", reference.tier, engine.tier);
    compare("stress", reference.stress, engine.stress);
    compare("withheld", text(reference.withheld), text(engine.withheld));
  }
  for (std::size_t i = 0; i < std::max(reference.pathways.size(), engine.pathways.size()); ++i) {
    const auto ours = i < reference.pathways.size() ? reference.pathways[i] : PathwayAnswer{};
    const auto theirs = i < engine.pathways.size() ? engine.pathways[i] : PathwayAnswer{};
    compare(ours.id + " tier", ours.tier, theirs.tier);
    for (std::size_t j = 0; j < std::max(ours.rules.size(), theirs.rules.size()); ++j) {
      const auto mine = j < ours.rules.size() ? ours.rules[j] : RuleAnswer{};
      const auto other = j < theirs.rules.size() ? theirs.rules[j] : RuleAnswer{};
      compare(ours.id + " rule", mine, other);
    }
  }
  return found;
}

}  // namespace plumbline::tests::reference
