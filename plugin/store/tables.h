#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "plugin/store/audit.h"
#include "plugin/store/database.h"
#include "plugin/store/identity.h"
#include "plugin/store/recall.h"
#include "plugin/store/rows.h"
#include "plugin/store/screens.h"

namespace plumbline::store {

/// What became of a feedback that was written.
enum class Kept { New, Known, Quarantined };

/// What later answers depend on of what was written.
struct Learned {
  std::vector<std::pair<Picture, Override>> overridden;
  std::vector<std::pair<Picture, fhir::Instant>> told;
  struct Screen {
    std::string client, patient;  ///< the keyed hash
    KeptScreen screen;
  };
  std::vector<Screen> screens;
};

/// The same of all rows since a moment as the store writes it.
Learned learned(const Database& database, const std::string& since);

/// The same of what came with the audit rows behind this number, and perhaps of some before it.
Learned learnedBehind(const Database& database, std::int64_t number);

/// Writes rows within one transaction; done() before its commit.
class Tables {
 public:
  Tables(Database& database, const Key& key);

  void add(const Call& call);
  /// Feedback on a card that was never shown to this client is kept apart and counts for nothing.
  Kept add(const Feedback& feedback);
  /// Kept once; those whose time was over when it came are deleted.
  void add(const Screened& screened);
  void done();
  /// To be believed after the commit.
  [[nodiscard]] const Learned& learnt() const { return learned_; }
  /// The end of the chain after the commit.
  [[nodiscard]] ChainEnd end() const { return chain_.end(); }

 private:
  void addCards(const Call& call, const std::string& patient, const std::string& who);
  /// Whether the card was shown to this client; an override of it is learned.
  bool shown(const Feedback& feedback);

  Database& database_;
  const Key& key_;
  AuditChain chain_;
  Statement card_, isShown_, feedback_, quarantine_, screen_, endScreens_;
  Learned learned_;
  /// Calls with a card by day, client and all findings not documented in them: most calls of a day name the
  /// same.
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> unknown_;
};

}  // namespace plumbline::store
