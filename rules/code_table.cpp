#include "rules/code_table.h"

#include <algorithm>

namespace plumbline::rules {

const CodeTable::System* CodeTable::of(std::string_view system) const {
  const auto found =
      std::find_if(systems_.begin(), systems_.end(), [&](const System& each) { return each.uri == system; });
  return found == systems_.end() ? nullptr : &*found;
}

void CodeTable::add(const Code& code, Use use) {
  auto found = std::find_if(systems_.begin(), systems_.end(),
                            [&](const System& each) { return each.uri == code.system; });
  if (found == systems_.end()) found = systems_.insert(systems_.end(), {code.system, {}, {}});
  System& system = *found;
  if (code.prefix) {
    system.prefix[code.code].push_back(use);
    system.longest = std::max(system.longest, code.code.size());
  } else {
    system.exact[code.code].push_back(use);
  }
}

}  // namespace plumbline::rules
