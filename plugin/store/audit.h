#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "plugin/store/database.h"
#include "plugin/store/identity.h"

namespace plumbline::store {

/// One row of the audit table, without number and hash. Patient and user are keyed hashes.
struct AuditRow {
  std::string at, kind, service, client, issuer, jti, hookInstance, patient, who, tier, pathways, cards, pack;
  std::int64_t microseconds = 0;
  std::int64_t held = 0;  ///< of a call whose cards were all held
};

/// The last row of a chain.
struct ChainEnd {
  std::int64_t number = 0;
  std::string hash;
};

/// Whether a row of the chain is this one.
bool chainHolds(const Database& database, const ChainEnd& end);

/// Writes rows at the end of the chain. Every row holds the SHA-256 of the row before it and of itself; the
/// last one's number and hash are sealed with the key of the directory, so that neither an edited, deleted,
/// inserted or moved row nor a cut end goes unseen. Lives within one transaction.
class AuditChain {
 public:
  AuditChain(Database& database, const Key& key);
  void add(AuditRow row);
  /// Before the commit: seals what was added. An empty chain is sealed too, when the store is made.
  void seal();
  [[nodiscard]] ChainEnd end() const { return {number_, hash_}; }

 private:
  Database& database_;
  const Key& key_;
  Statement insert_;
  std::int64_t number_ = 0;
  std::string hash_;
};

/// What looking at the whole chain came to.
struct AuditVerdict {
  std::int64_t rows = 0;                 ///< sound rows from the beginning on
  std::string hash;                      ///< of the last sound row
  std::optional<std::int64_t> brokenAt;  ///< number of the first row that is not as it was written
  std::string problem;                   ///< why, for a person
};

AuditVerdict verifyAudit(Database& database, const Key& key);

}  // namespace plumbline::store
