#pragma once

#include <cstdlib>

/// Ends the run, with the input kept, where what must hold of every input does not.
inline void require(bool holds) {
  if (!holds) std::abort();
}
