#pragma once

#include <utility>
#include <vector>

#include "rules/pack.h"
#include "tests/fuzz/require.h"

/// The clinical content that was built, loaded once.
inline const plumbline::rules::Pack& pack() {
  static const plumbline::rules::Pack loaded = [] {
    std::vector<plumbline::fhir::Problem> problems;
    auto read = plumbline::rules::loadPack(PLUMBLINE_SHARE "/content", problems);
    require(read.has_value());
    return *std::move(read);
  }();
  return loaded;
}

/// Before the first input, which is timed.
[[maybe_unused]] static const plumbline::rules::Pack& kLoadedAtStart = pack();
