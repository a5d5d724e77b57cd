#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "plugin/store/audit.h"
#include "plugin/store/database.h"
#include "plugin/store/identity.h"
#include "plugin/store/rows.h"

namespace plumbline::store {

/// What became of a feedback that was written.
enum class Kept { New, Known, Quarantined };

/// Writes rows within one transaction; done() before its commit.
class Tables {
 public:
  Tables(Database& database, const Key& key);

  void add(const Call& call);
  /// Feedback on a card that was never shown to this client is kept apart and counts for nothing.
  Kept add(const Feedback& feedback);
  void done();

 private:
  void addCards(const Call& call, const std::string& patient, const std::string& who);
  [[nodiscard]] bool shown(const Feedback& feedback);

  Database& database_;
  const Key& key_;
  AuditChain chain_;
  Statement card_, isShown_, feedback_, quarantine_;
  std::map<std::pair<std::string, std::string>, std::int64_t> unknown_;  ///< of day and finding
};

}  // namespace plumbline::store
