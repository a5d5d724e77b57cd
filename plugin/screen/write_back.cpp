#include "plugin/screen/write_back.h"

#include <array>

namespace plumbline::screen {
namespace {

struct Rung {
  std::string_view type;
  std::string (*make)(const rules::Pack&, const Filled&);
};

std::string note(const rules::Pack& pack, const Filled& filled) {
  return documentReference(pack, filled, noteText(pack, filled));
}

constexpr std::array<Rung, 3> kRungs{{
    {"QuestionnaireResponse", questionnaireResponse},
    {"Observation", observation},
    {"DocumentReference", note},
}};

}  // namespace

Fate writeBack(const rules::Pack& pack, const Filled& filled, Submission& state, const Offer& offer) {
  while (state.writtenAs.empty() && state.refused < kRungs.size()) {
    const Rung& rung = kRungs[state.refused];
    switch (offer(rung.type, rung.make(pack, filled))) {
      case Offered::Taken: state.writtenAs = rung.type; break;
      case Offered::Refused: ++state.refused; break;
      case Offered::Over: return {.why = "the session with it is over"};
      case Offered::Unreached: return {.why = "it did not answer; save again"};
    }
  }
  if (state.writtenAs.empty()) return {.why = "it takes the answers in none of the forms it was offered"};
  return {.writtenAs = state.writtenAs};
}

}  // namespace plumbline::screen
