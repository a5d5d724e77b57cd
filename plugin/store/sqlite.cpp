#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <system_error>

#include "plugin/store/database.h"
#include "plugin/store/engine.h"

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

class SqliteStatement final : public Prepared {
 public:
  SqliteStatement(sqlite3* database, std::string_view sql) {
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &made, nullptr), database);
    statement_.reset(made);
  }

  void bind(int at, std::string_view text) override {
    // A null pointer would be bound as NULL.
    const char* from = text.data() == nullptr ? "" : text.data();
    check(sqlite3_bind_text64(statement_.get(), at, from, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8),
          sqlite3_db_handle(statement_.get()));
  }

  void bind(int at, std::int64_t number) override {
    check(sqlite3_bind_int64(statement_.get(), at, number), sqlite3_db_handle(statement_.get()));
  }

  bool next() override {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    sqlite3* const database = sqlite3_db_handle(statement_.get());
    check(code, database);
    return false;
  }

  void run() override {
    while (next()) {
    }
    reset();
  }

  void reset() override { sqlite3_reset(statement_.get()); }

  [[nodiscard]] int columns() const override { return sqlite3_column_count(statement_.get()); }

  [[nodiscard]] std::string name(int column) const override {
    return sqlite3_column_name(statement_.get(), column);
  }

  [[nodiscard]] std::string text(int column) const override {
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::string() : std::string(bytes, size);
  }

  [[nodiscard]] std::int64_t number(int column) const override {
    return sqlite3_column_int64(statement_.get(), column);
  }

  [[nodiscard]] bool isNumber(int column) const override {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
  }

 private:
  struct Finish {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finish> statement_;
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(const std::string& file, bool writes) {
    if (writes) makePrivate(file);
    sqlite3* opened = nullptr;
    const int flags = (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    if (code == SQLITE_CANTOPEN)
      throw StoreError("plumbline.db cannot be opened: " +
                       std::generic_category().message(opened == nullptr ? 0 : sqlite3_system_errno(opened)));
    check(code, opened);
    sqlite3_busy_timeout(opened, kBusyMilliseconds);
    // A write-ahead log that is on disk before a commit returns.
    if (writes) execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  }

  void run(const std::string& sql) override { execute(sql); }

  std::unique_ptr<Prepared> prepare(std::string_view sql) override {
    return std::make_unique<SqliteStatement>(database_.get(), sql);
  }

  std::int64_t changed() override { return sqlite3_changes64(database_.get()); }

  void endBy(std::chrono::steady_clock::time_point moment) override {
    endsBy_ = moment;
    sqlite3_progress_handler(database_.get(), kStepsBetweenLooks, isOver, &endsBy_);
  }

  void beginReading() override { execute("BEGIN"); }
  void beginWriting() override { execute("BEGIN IMMEDIATE"); }
  void define(const std::string& sql) override { execute(sql); }

  /// A file is of one process at a time, so that no older program writes beside a newer one.
  Schema schema() override {
    SqliteStatement version(database_.get(), "PRAGMA user_version");
    version.next();
    const int number = static_cast<int>(version.number(0));
    return {number, number};
  }

  void setSchema(Schema schema) override { execute("PRAGMA user_version=" + std::to_string(schema.version)); }

 private:
  void execute(const std::string& sql) {
    check(sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr), database_.get());
  }

  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::chrono::steady_clock::time_point endsBy_;  // SQLite holds its address
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace

std::unique_ptr<Connection> openSqlite(const std::string& file, bool writes) {
  return std::make_unique<SqliteConnection>(file, writes);
}

}  // namespace plumbline::store
