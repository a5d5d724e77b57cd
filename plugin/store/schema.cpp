#include "plugin/store/schema.h"

#include <iterator>

namespace plumbline::store {
namespace {

/// One step between versions. Row n of the table leads from version n to n + 1 and back.
struct Migration {
  const char* up;
  const char* down;
  bool beside = false;  ///< whether a program of the version before may go on writing, beside newer ones
};

// Times are text in UTC, "2026-11-23T10:00:00Z", whose order is that of time. Lists are ids with a blank
// between. `patient` and `who` are keyed hashes (identity.h).
// A feedback is told from another by card, outcome and moment: a repeated delivery adds nothing.
constexpr Migration kMigrations[] = {
    {R"sql(
CREATE TABLE cards (
  card TEXT PRIMARY KEY, shown TEXT NOT NULL, service TEXT NOT NULL, hook TEXT NOT NULL,
  client TEXT NOT NULL, patient TEXT NOT NULL, who TEXT NOT NULL, topic TEXT NOT NULL,
  pathways TEXT NOT NULL, tier TEXT NOT NULL, indicator TEXT NOT NULL, pack TEXT NOT NULL,
  microseconds INTEGER NOT NULL, silent INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX cards_by_patient ON cards (client, patient, topic);
CREATE TABLE feedback (
  card TEXT NOT NULL, outcome TEXT NOT NULL, moment TEXT NOT NULL, stamp TEXT NOT NULL,
  received TEXT NOT NULL, service TEXT NOT NULL, client TEXT NOT NULL, suggestions TEXT NOT NULL,
  reasonSystem TEXT NOT NULL, reasonCode TEXT NOT NULL, comment TEXT NOT NULL,
  PRIMARY KEY (card, outcome, moment)) WITHOUT ROWID;
CREATE TABLE quarantine (
  card TEXT NOT NULL, outcome TEXT NOT NULL, moment TEXT NOT NULL, stamp TEXT NOT NULL,
  received TEXT NOT NULL, service TEXT NOT NULL, client TEXT NOT NULL, suggestions TEXT NOT NULL,
  reasonSystem TEXT NOT NULL, reasonCode TEXT NOT NULL, comment TEXT NOT NULL,
  PRIMARY KEY (card, outcome, moment)) WITHOUT ROWID;
CREATE TABLE audit (
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, service TEXT NOT NULL,
  client TEXT NOT NULL, issuer TEXT NOT NULL, jti TEXT NOT NULL, hookInstance TEXT NOT NULL,
  patient TEXT NOT NULL, who TEXT NOT NULL, tier TEXT NOT NULL, pathways TEXT NOT NULL,
  cards TEXT NOT NULL, pack TEXT NOT NULL, microseconds INTEGER NOT NULL, silent INTEGER NOT NULL,
  hash TEXT NOT NULL);
CREATE INDEX audit_by_time ON audit (at);
CREATE TABLE seal (number INTEGER NOT NULL, hash TEXT NOT NULL, mac TEXT NOT NULL);
)sql",
     R"sql(
DROP TABLE seal; DROP TABLE audit; DROP TABLE quarantine; DROP TABLE feedback; DROP TABLE cards;
)sql"},
    {R"sql(
CREATE TABLE unknown (
  day TEXT NOT NULL, finding TEXT NOT NULL, calls INTEGER NOT NULL,
  PRIMARY KEY (day, finding)) WITHOUT ROWID;
)sql",
     R"sql(
DROP TABLE unknown;
)sql"},
    // `held` tells more than yes and no (rows.h); overrides are looked up by their age.
    {R"sql(
ALTER TABLE cards RENAME COLUMN silent TO held;
ALTER TABLE audit RENAME COLUMN silent TO held;
CREATE INDEX feedback_by_moment ON feedback (moment);
CREATE INDEX cards_by_time ON cards (shown);
)sql",
     R"sql(
DROP INDEX cards_by_time;
DROP INDEX feedback_by_moment;
ALTER TABLE audit RENAME COLUMN held TO silent;
ALTER TABLE cards RENAME COLUMN held TO silent;
)sql"},
    // Nothing asks by patient: what a card was about is recalled in memory (recall.h).
    {R"sql(
DROP INDEX cards_by_patient;
)sql",
     R"sql(
CREATE INDEX cards_by_patient ON cards (client, patient, topic);
)sql"},
    // Red-flag screens, gone when their time is over; `answers` is as in screens.h.
    {R"sql(
CREATE TABLE screens (
  submission TEXT PRIMARY KEY, client TEXT NOT NULL, patient TEXT NOT NULL, at TEXT NOT NULL,
  until TEXT NOT NULL, answers TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX screens_by_end ON screens (until);
)sql",
     R"sql(
DROP TABLE screens;
)sql"},
    // By client too, and beside each finding, as '', the calls in which it could have been counted. What was
    // counted before is of client ''.
    {R"sql(
ALTER TABLE unknown RENAME TO before;
CREATE TABLE unknown (
  day TEXT NOT NULL, client TEXT NOT NULL, finding TEXT NOT NULL, calls INTEGER NOT NULL,
  PRIMARY KEY (day, client, finding)) WITHOUT ROWID;
INSERT INTO unknown SELECT day, '', finding, calls FROM before;
INSERT INTO unknown SELECT substr(at, 1, 10) AS day, '', '', count(*) FROM audit
  WHERE kind = 'call' AND cards <> '' GROUP BY day;
DROP TABLE before;
)sql",
     R"sql(
ALTER TABLE unknown RENAME TO before;
CREATE TABLE unknown (
  day TEXT NOT NULL, finding TEXT NOT NULL, calls INTEGER NOT NULL,
  PRIMARY KEY (day, finding)) WITHOUT ROWID;
INSERT INTO unknown SELECT day, finding, sum(calls) FROM before WHERE finding <> '' GROUP BY day, finding;
DROP TABLE before;
)sql"},
    // By which key is told whether it is the one that patients were hashed with (identity.h).
    {R"sql(
CREATE TABLE identity (mac TEXT NOT NULL);
)sql",
     R"sql(
DROP TABLE identity;
)sql",
     true},
};

/// The oldest program that may write tables of `version`.
int oldestFor(int version) {
  while (version > 0 && kMigrations[version - 1].beside) --version;
  return version;
}

bool isOurs(const Schema& schema) {
  return schema.version == schemaVersion() ||
         (schema.version > schemaVersion() && schema.oldest <= schemaVersion());
}

[[noreturn]] void refuse(int version) {
  throw StoreError("the store has schema " + std::to_string(version) + "; this program knows " +
                   std::to_string(schemaVersion()));
}

}  // namespace

int schemaVersion() {
  return static_cast<int>(std::size(kMigrations));
}

void migrate(Database& database, int version) {
  if (version < 0 || version > schemaVersion())
    throw StoreError("this program knows schema " + std::to_string(schemaVersion()) + " and older ones");
  if (database.schema().version == version) return;
  Transaction all(database);
  int now = database.schema().version;  // another process may have been here meanwhile
  if (now < 0 || now > schemaVersion()) refuse(now);
  for (; now < version; ++now) database.define(kMigrations[now].up);
  for (; now > version; --now) database.define(kMigrations[now - 1].down);
  database.setSchema({version, oldestFor(version)});
  all.commit();
}

void bringUp(Database& database) {
  if (!isOurs(database.schema())) migrate(database, schemaVersion());
}

void requireSchema(const Database& database) {
  const Schema schema = database.schema();
  if (!isOurs(schema)) refuse(schema.version);
}

}  // namespace plumbline::store
