#pragma once

#include <vector>

#include "plugin/pages/html.h"
#include "rules/pack.h"

namespace plumbline::pages {

/// A link to the finding in /knowledge, in its own words.
Html toFinding(const rules::Pack& pack, std::size_t finding);

/// Links to `findings`, with commas between.
Html toFindings(const rules::Pack& pack, const std::vector<std::size_t>& findings);

/// A condition of a rule for a reader who knows medicine and no JSON: phrasing content, or lists of it.
Html inWords(const rules::Pack& pack, const rules::Criterion& criterion);

std::string_view regionName(rules::Region region);

/// Whether `criterion` or a part of it is one that `test` says yes to.
template <class Test>
bool anyPart(const rules::Criterion& criterion, const Test& test) {
  if (test(criterion)) return true;
  for (const rules::Criterion& part : criterion.of) {
    if (anyPart(part, test)) return true;
  }
  return false;
}

}  // namespace plumbline::pages
