#include "tests/support/pack.h"

#include <cstdlib>
#include <stdexcept>

namespace plumbline::tests {
namespace {

const char* otherContent() {
  return std::getenv("PLUMBLINE_CONTENT");
}

}  // namespace

const rules::Pack& pack() {
  static const rules::Pack loaded = [] {
    std::vector<fhir::Problem> problems;
    auto read = rules::loadPack(otherContent() ? otherContent() : PLUMBLINE_CONTENT, problems);
    if (!read)
      throw std::runtime_error("does not load: " + problems.front().file + ": " + problems.front().message);
    return *std::move(read);
  }();
  return loaded;
}

const rules::Pack& strictPack() {
  static const rules::Pack strict = [] {
    rules::Pack copy = pack();
    copy.screen.requireAttestation = true;
    return copy;
  }();
  return strict;
}

bool isOtherContent() {
  return otherContent() != nullptr;
}

}  // namespace plumbline::tests
