#pragma once

#include <chrono>
#include <thread>

#include "tests/plugin/store/store.h"

namespace plumbline::store::testing {

using namespace std::chrono_literals;

/// Whether it comes true within a time.
template <class Condition>
bool soon(Condition condition, std::chrono::milliseconds limit = 20s) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < until) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return condition();
}

inline bool isOverridden(const Writer& writer, const Call& call) {
  return writer.lastOverride(call.client, call.patient, call.cards.front()).has_value();
}

}  // namespace plumbline::store::testing
