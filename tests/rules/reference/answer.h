#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/rules/reference/criteria.h"

namespace plumbline::tests::reference {

struct RuleAnswer {
  std::string id;
  Tri holds = Tri::No;
  Tier tier = Tier::None;
};

struct PathwayAnswer {
  std::string id;
  Tier tier = Tier::None;
  std::vector<RuleAnswer> rules;
};

struct OpenItem {
  std::string id;
  std::set<std::string> findings;  ///< those in it that are not documented absent
};

struct Stress {
  std::string strength = "none";
  int weight = 0;
  bool calls = false;      ///< rule 16 (a)
  bool unsettled = false;  ///< other assignments of the same weight say otherwise
};

struct Answer {
  Tier tier = Tier::None;
  std::vector<PathwayAnswer> pathways;  ///< in the pack's order; none where there is nothing to answer
  std::vector<std::string> raised;      ///< the lead first
  std::vector<OpenItem> open;
  Stress stress;
  /// Or "age", "unreadable", "attestation": what alone withheld `cleared`.
  std::string withheld = "nothing";
};

/// Architecture §5 from states to tier.
Answer answer(const Chart& chart, const Content& content);

/// Rule 14: the youngest possible age decides; nobody is a child whose birth date is unknown.
bool maybeChild(const Chart& chart, const Content& content);

/// Rule 15, for what one rule came to: only what was surely seen before the imaging, and is no coded
/// diagnosis, is answered by it.
Tier afterImaging(const std::string& pathway, const Outcome& outcome, const Chart& chart,
                  const Content& content);

/// Rules 16 and 17: what of the structural screen is not documented absent and in date.
std::vector<OpenItem> openItems(const Chart& chart, const Content& content);

/// Rule 17: whether somebody finished the project's own form, in date, and left out none of the screen.
bool attested(const Chart& chart, const Content& content);

/// Rules 16 and 19.
Stress weighStress(const Chart& chart, const Content& content);

/// Every line on which the two differ; empty when they agree.
std::vector<std::string> differences(const Answer& reference, const Answer& engine);

}  // namespace plumbline::tests::reference
