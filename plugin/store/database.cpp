#include "plugin/store/database.h"

namespace plumbline::store {
namespace {

void rollBack(Database& database) {
  try {
    database.run("ROLLBACK");
  } catch (const StoreError&) {
    // After some failures the engine has rolled back by itself, which is what was wanted.
  }
}

}  // namespace

std::string storable(std::string text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  for (auto at = text.find('\0'); at != std::string::npos; at = text.find('\0', at))
    text.replace(at, 1, kReplacement);
  return text;
}

Statement& Statement::bind(int at, std::string_view text) {
  if (text.find('\0') == std::string_view::npos) {
    prepared_->bind(at, text);
  } else {
    prepared_->bind(at, storable(std::string(text)));
  }
  return *this;
}

Database::Database(const Place& place, Mode mode)
    : connection_(place.shared() ? openPostgresql(place, mode == Mode::ReadWrite)
                                 : openSqlite(place.directory + "/plumbline.db", mode == Mode::ReadWrite)) {}

std::int64_t Database::number(std::string_view sql) const {
  Statement statement = prepare(sql);
  return statement.next() ? statement.number(0) : 0;
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.connection_->beginWriting();
}

Transaction::~Transaction() {
  if (open_) rollBack(database_);
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

Snapshot::Snapshot(Database& database) : database_(database) {
  database_.connection_->beginReading();
}

Snapshot::~Snapshot() {
  rollBack(database_);
}

}  // namespace plumbline::store
