#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/code.h"

namespace plumbline::rules {

/// Finds what a code of a record stands for, among thousands of codes and prefixes, without building a key.
/// Filled once, then read by any thread.
class CodeTable {
 public:
  /// Whose code it is: `owner` is a finding or a class of drugs, whichever table this is, and `index` a place
  /// in its codes or thresholds.
  struct Use {
    std::size_t owner;
    std::size_t index;
  };

  void add(const Code& code, Use use);

  /// Calls `visit(use)` for each use of `code`: of the exact code first, then of its prefixes, longest first.
  /// `system` and `code` are canonical (fhir/code_system.h).
  template <class Visit>
  void find(std::string_view system, std::string_view code, Visit visit) const {
    const System* known = of(system);
    if (!known) return;
    if (const auto exact = known->exact.find(code); exact != known->exact.end()) {
      for (const Use& use : exact->second) visit(use);
    }
    for (std::size_t size = std::min(code.size(), known->longest); size > 0; --size) {
      const auto prefix = known->prefix.find(code.substr(0, size));
      if (prefix == known->prefix.end()) continue;
      for (const Use& use : prefix->second) visit(use);
    }
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Uses = std::unordered_map<std::string, std::vector<Use>, Hash, std::equal_to<>>;
  struct System {
    std::string uri;
    Uses exact;
    Uses prefix;
    std::size_t longest = 0;  ///< of the prefixes
  };

  [[nodiscard]] const System* of(std::string_view system) const;

  std::vector<System> systems_;  ///< a handful
};

}  // namespace plumbline::rules
