#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "plugin/store/database.h"
#include "plugin/store/engine.h"
#include "plugin/store/postgresql_login.h"
#include "plugin/store/postgresql_words.h"

namespace plumbline::store {
namespace {

using Clock = std::chrono::steady_clock;

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

/// For how long the server may work on a statement of a writer, and when this side gives up on a server that
/// does not even say that it is over.
constexpr const char* kWritersTime = "5s";
constexpr std::chrono::seconds kLongest{8};

constexpr const char* kLost = "the connection to PostgreSQL is lost";

/// Held by the one that writes, from the beginning of a transaction to its end, so that what one reads
/// another has not half written, and numbers are given in the order of commits. The number means "plumb".
constexpr const char* kBeginWriting = "BEGIN; SELECT pg_advisory_xact_lock(482855972194)";

/// What this role and database should not decide: a commit is on disk when it is answered, and nobody holds
/// the right to write who does not write.
constexpr const char* kForWriting =
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = "
    "'off'; "
    "SET idle_in_transaction_session_timeout = '5s'";
constexpr const char* kForReading = "SET default_transaction_read_only = on";

class PostgresqlStatement;

class PostgresqlConnection final : public Connection {
 public:
  PostgresqlConnection(const Place& place, bool writes) : writes_(writes), isHurried_(writes) {
    connection_ = logIn(place, writes);
    // Else notices, which may hold values of rows, would be printed.
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
    const char* const encoding = PQparameterStatus(connection_.get(), "server_encoding");
    if (encoding == nullptr || std::string_view(encoding) != "UTF8")
      throw StoreError("the database is not in UTF8");
    run(writes ? std::string(kForWriting) + "; SET statement_timeout = '" + kWritersTime + "'" : kForReading);
  }

  void run(const std::string& sql) override {
    begin(nullptr);
    sent(PQsendQuery(connection_.get(), sql.c_str()));
    while (const Result result = next()) {
      check(result.get());
      // PostgreSQL ends a transaction that has failed with this, and calls it done.
      if (sql == "COMMIT" && std::string_view(PQcmdStatus(result.get())) != "COMMIT")
        throw StoreError("the transaction had failed");
    }
    if (sql == "COMMIT" || sql == "ROLLBACK") isHurried_ = writes_;
  }

  std::unique_ptr<Prepared> prepare(std::string_view sql) override;
  [[nodiscard]] std::int64_t changed() const override { return changed_; }

  void endBy(Clock::time_point moment) override {
    endsBy_ = moment;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(moment - Clock::now()).count();
    run("SET statement_timeout = " + std::to_string(std::max<std::int64_t>(left, 1)));
  }

  void beginReading() override {
    run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (writes_) takeTime();
  }
  void beginWriting() override {
    isHurried_ = writes_;
    run(kBeginWriting);
  }
  void define(const std::string& sql) override {
    takeTime();
    run(tablesInItsTypes(sql));
  }

  Schema schema() override;

  void setSchema(Schema schema) override {
    run("CREATE TABLE IF NOT EXISTS plumbline_schema (version BIGINT NOT NULL, oldest BIGINT NOT NULL);"
        "DELETE FROM plumbline_schema; INSERT INTO plumbline_schema (version, oldest) VALUES (" +
        std::to_string(schema.version) + ", " + std::to_string(schema.oldest) + ")");
  }

  /// Sends a prepared statement, whose rows are then read one by one by next().
  void send(PostgresqlStatement& statement, const std::string& name,
            const std::vector<std::optional<std::string>>& values);
  /// The next result, or null where the statement has no more. Throws StoreAway when the time is over.
  Result next();
  /// Throws what a result says that is none.
  void check(PGresult* result);
  /// No more is read of a statement.
  void drop(const PostgresqlStatement& statement);

 private:
  /// To the end of the transaction: a large table needs it, when it is changed or read as a whole.
  void takeTime() {
    run("SET LOCAL statement_timeout = 0");
    isHurried_ = false;
  }
  /// Makes the connection free for one statement more.
  void begin(PostgresqlStatement* statement);
  void sent(int success) {
    if (success == 0) spoil(kLost);
  }
  /// What comes next would belong to a statement that was given up.
  [[noreturn]] void spoil(const char* words) {
    isSpoiled_ = true;
    throw StoreAway(words);
  }

  struct Known {
    std::string name;
    int values = 0;
  };

  Login connection_;
  const bool writes_;
  bool isHurried_;
  Clock::time_point endsBy_ = Clock::time_point::max();
  Clock::time_point until_ = Clock::time_point::max();
  PostgresqlStatement* reading_ = nullptr;  ///< whose results are not all read
  bool isSpoiled_ = false;
  bool hasSchema_ = false;
  std::int64_t changed_ = 0;
  std::map<std::string, Known, std::less<>> prepared_;
};

class PostgresqlStatement final : public Prepared {
 public:
  PostgresqlStatement(PostgresqlConnection& connection, std::string name, int values)
      : connection_(connection), name_(std::move(name)), values_(static_cast<std::size_t>(values)) {}
  ~PostgresqlStatement() override { connection_.drop(*this); }

  void bind(int at, std::string_view text) override { values_.at(static_cast<std::size_t>(at - 1)) = text; }
  void bind(int at, std::int64_t number) override { bind(at, std::to_string(number)); }

  bool next() override {
    if (state_ == State::Ended) return false;
    if (state_ == State::Ready) {
      connection_.send(*this, name_, values_);
      state_ = State::Running;
    }
    if (kept_.empty()) {
      row_ = connection_.next();
    } else {
      row_ = std::move(kept_.front());
      kept_.pop_front();
    }
    connection_.check(row_.get());
    if (PQresultStatus(row_.get()) == PGRES_SINGLE_TUPLE) return true;
    state_ = State::Ended;
    connection_.drop(*this);
    return false;
  }

  void reset() override {
    connection_.drop(*this);
    kept_.clear();
    state_ = State::Ready;
  }

  /// Takes all that is left into memory, since another statement needs the connection.
  void keepRest() {
    while (Result result = connection_.next()) kept_.push_back(std::move(result));
  }

  [[nodiscard]] int columns() const override { return PQnfields(row_.get()); }
  [[nodiscard]] std::string name(int column) const override { return PQfname(row_.get(), column); }

  [[nodiscard]] std::string text(int column) const override {
    const std::string_view bytes(PQgetvalue(row_.get(), 0, column),
                                 static_cast<std::size_t>(PQgetlength(row_.get(), 0, column)));
    if (PQftype(row_.get(), column) == kTruth) return bytes == "t" ? "1" : "0";
    return std::string(bytes);
  }

  [[nodiscard]] std::int64_t number(int column) const override {
    const std::string digits = text(column);
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }

  [[nodiscard]] bool isNumber(int column) const override {
    constexpr Oid kNumbers[] = {kTruth, 20, 21, 23, 1700};  // int8, int2, int4, numeric
    const bool is = std::find(std::begin(kNumbers), std::end(kNumbers), PQftype(row_.get(), column)) !=
                    std::end(kNumbers);
    return is && PQgetisnull(row_.get(), 0, column) == 0;
  }

 private:
  static constexpr Oid kTruth = 16;
  enum class State { Ready, Running, Ended };

  PostgresqlConnection& connection_;
  std::string name_;
  std::vector<std::optional<std::string>> values_;
  State state_ = State::Ready;
  Result row_;
  std::deque<Result> kept_;
};

void PostgresqlConnection::begin(PostgresqlStatement* statement) {
  if (isSpoiled_) spoil(kLost);
  if (reading_ != nullptr) reading_->keepRest();
  reading_ = statement;
  until_ = isHurried_ ? Clock::now() + kLongest : Clock::time_point::max();
  until_ = std::min(until_, endsBy_);
}

std::unique_ptr<Prepared> PostgresqlConnection::prepare(std::string_view sql) {
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) {
    const Numbered statement = numbered(sql);
    const std::string name = "s" + std::to_string(prepared_.size());
    begin(nullptr);
    sent(PQsendPrepare(connection_.get(), name.c_str(), statement.sql.c_str(), 0, nullptr));
    while (const Result result = next()) check(result.get());
    found = prepared_.emplace(sql, Known{name, statement.values}).first;
  }
  return std::make_unique<PostgresqlStatement>(*this, found->second.name, found->second.values);
}

void PostgresqlConnection::send(PostgresqlStatement& statement, const std::string& name,
                                const std::vector<std::optional<std::string>>& values) {
  begin(&statement);
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const auto& each : values) texts.push_back(each ? each->c_str() : nullptr);
  sent(PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(texts.size()), texts.data(),
                           nullptr, nullptr, 0));
  sent(PQsetSingleRowMode(connection_.get()));
}

Result PostgresqlConnection::next() {
  PGconn* const connection = connection_.get();
  while (PQisBusy(connection) != 0) {
    int wait = -1;
    if (until_ != Clock::time_point::max()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - Clock::now()).count();
      if (left <= 0) spoil("PostgreSQL took too long");
      wait = static_cast<int>(std::min<std::int64_t>(left, 60'000));
    }
    pollfd socket{PQsocket(connection), POLLIN, 0};
    if (::poll(&socket, 1, wait) < 0 && errno != EINTR) spoil(kLost);
    if (PQconsumeInput(connection) == 0) spoil(kLost);
  }
  return Result(PQgetResult(connection));
}

void PostgresqlConnection::check(PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
    changed_ = std::strtoll(PQcmdTuples(result), nullptr, 10);
    return;
  }
  if (status == PGRES_SINGLE_TUPLE || status == PGRES_EMPTY_QUERY) return;
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  // A result without a state is libpq's own, of a connection that has ended.
  if (state == nullptr) spoil(kLost);
  const std::string known(state);  // what comes next may take the result with it
  reading_ = nullptr;
  while (next()) {
  }
  if (mayPass(known)) throw StoreAway(wordsFor(known));
  throw StoreError(wordsFor(known));
}

void PostgresqlConnection::drop(const PostgresqlStatement& statement) {
  if (reading_ != &statement) return;
  reading_ = nullptr;
  try {
    while (next()) {
    }
  } catch (const StoreError&) {
    isSpoiled_ = true;
  }
}

Schema PostgresqlConnection::schema() {
  if (!hasSchema_) {
    const auto table = prepare("SELECT to_regclass('plumbline_schema') IS NOT NULL");
    hasSchema_ = table->next() && table->number(0) != 0;
    if (!hasSchema_) return {};
  }
  const auto found = prepare("SELECT version, oldest FROM plumbline_schema");
  if (!found->next()) return {};
  return {static_cast<int>(found->number(0)), static_cast<int>(found->number(1))};
}

}  // namespace

std::unique_ptr<Connection> openPostgresql(const Place& place, bool writes) {
  return std::make_unique<PostgresqlConnection>(place, writes);
}

}  // namespace plumbline::store
