#pragma once

#include <set>
#include <string>

#include "tests/rules/reference/chart.h"
#include "tests/rules/reference/content.h"

namespace plumbline::tests::reference {

enum class Tri { No, Unknown, Yes };

/// In ascending order of pressure; a pathway knows only None, Soon, Urgent and Emergency.
enum class Tier { None, NotAssessable, Cleared, Soon, StructuralFirst, Urgent, Emergency };

Tier tierNamed(const std::string& name);

struct Outcome {
  Tri holds = Tri::No;
  Tier tier = Tier::None;         ///< None unless it holds
  std::set<std::string> because;  ///< findings it rests on
};

/// Architecture §5 rules 4 to 6: what is left of a rule's tier when its evidence is this old.
Tier afterAge(Tier rule, Age age);

/// "Partial dates are intervals; where one straddles the edge of a window the more cautious reading holds":
/// `maybe` for what speaks for danger, `surely` for what speaks against it. Edges are inside, and what is
/// still to come is recent.
bool maybeWithin(const Span& when, Seconds now, Seconds window);
bool surelyWithin(const Span& when, Seconds now, Seconds window);

/// One criterion of a pathway file, for a rule of `tier`.
Outcome evaluate(const Json& criterion, Tier tier, const Chart& chart, const Content& content);

}  // namespace plumbline::tests::reference
