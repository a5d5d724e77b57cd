#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "fhir/date.h"

namespace plumbline::store {

/// What a card was about: one picture of one patient, as the tables write it.
struct Picture {
  std::string client, patient;  ///< the keyed hash
  std::string topic, pathways;
};

/// The last time a clinician overrode a picture, with how pressing the card was.
struct Override {
  fhir::Instant when{};
  std::string tier, indicator;
  std::string reasonSystem, reasonCode;
};

/// What later answers depend on, held in memory so that no answer waits for a disk: filled from the tables
/// when they are opened, kept by what is written. What is not in it is sent, so that losing it costs a
/// repeated card and never hides one. Any thread.
class Recall {
 public:
  void overridden(const Picture& picture, Override last);
  /// A card that is not repeated within a time was sent.
  void told(const Picture& picture, fhir::Instant when);

  [[nodiscard]] std::optional<Override> lastOverride(const Picture& picture) const;
  [[nodiscard]] std::optional<fhir::Instant> lastTold(const Picture& picture) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Override> overrides_;
  std::unordered_map<std::string, fhir::Instant> told_;
};

}  // namespace plumbline::store
