#include "plugin/store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace plumbline::store {
namespace {

/// How long another process may hold the file before a write gives up.
constexpr int kBusyMilliseconds = 2000;

void check(int code, sqlite3* database) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  const int extended = database == nullptr ? code : sqlite3_extended_errcode(database);
  throw StoreError(std::string(sqlite3_errstr(code)) + " (SQLite " + std::to_string(extended) + ")");
}

constexpr int kStepsBetweenLooks = 10'000;

int isOver(void* moment) {
  return std::chrono::steady_clock::now() >= *static_cast<std::chrono::steady_clock::time_point*>(moment);
}

/// SQLite would make the file with the umask's rights; it gives its log those of the file.
void makePrivate(const std::string& file) {
  const int made = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (made >= 0) ::close(made);
}

}  // namespace

void Statement::Finish::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* made = nullptr;
  check(sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &made, nullptr), database);
  statement_.reset(made);
}

Statement& Statement::bind(int at, std::string_view text) {
  // A null pointer would be bound as NULL.
  const char* from = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text64(statement_.get(), at, from, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8),
        sqlite3_db_handle(statement_.get()));
  return *this;
}

Statement& Statement::bind(int at, std::int64_t number) {
  check(sqlite3_bind_int64(statement_.get(), at, number), sqlite3_db_handle(statement_.get()));
  return *this;
}

bool Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  sqlite3* const database = sqlite3_db_handle(statement_.get());
  check(code, database);
  return false;
}

void Statement::run() {
  while (next()) {
  }
  reset();
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

int Statement::columns() const {
  return sqlite3_column_count(statement_.get());
}

std::string Statement::name(int column) const {
  return sqlite3_column_name(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

bool Statement::isNumber(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Database::Database(const std::string& file, Mode mode) {
  const bool writes = mode == Mode::ReadWrite;
  if (writes) makePrivate(file);
  sqlite3* opened = nullptr;
  const int flags = (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
  database_.reset(opened);
  check(code, opened);
  sqlite3_busy_timeout(opened, kBusyMilliseconds);
  if (writes) run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
}

void Database::run(const std::string& sql) {
  check(sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr), database_.get());
}

Statement Database::prepare(std::string_view sql) const {
  return {database_.get(), sql};
}

std::int64_t Database::number(std::string_view sql) const {
  Statement statement = prepare(sql);
  return statement.next() ? statement.number(0) : 0;
}

void Database::endBy(std::chrono::steady_clock::time_point moment) {
  endsBy_ = std::make_unique<std::chrono::steady_clock::time_point>(moment);
  sqlite3_progress_handler(database_.get(), kStepsBetweenLooks, isOver, endsBy_.get());
}

std::int64_t Database::changed() const {
  return sqlite3_changes64(database_.get());
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const StoreError&) {
    // After some failures SQLite has rolled back by itself, which is what was wanted.
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace plumbline::store
