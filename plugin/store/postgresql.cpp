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

/// Statements sent before their results are waited for.
constexpr int kMostQueued = 500;

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
    if (sql == "ROLLBACK") forget();
    begin(nullptr);
    sent(PQsendQuery(connection_.get(), sql.c_str()));
    while (const Result result = next()) {
      check(result.get());
      // PostgreSQL ends a transaction that has failed with this, and calls it done.
      if (sql == "COMMIT" && std::string_view(PQcmdStatus(result.get())) != "COMMIT")
        throw StoreError("the transaction had failed");
    }
    if (sql != "COMMIT" && sql != "ROLLBACK") return;
    isHurried_ = writes_;
    isWriting_ = false;
  }

  std::unique_ptr<Prepared> prepare(std::string_view sql) override;
  std::int64_t changed() override {
    flush();
    return changed_;
  }

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
    isWriting_ = true;
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
  /// Sends one whose rows nobody reads, and does not wait for what becomes of it; false where each has to be
  /// waited for.
  bool queue(const std::string& name, const std::vector<std::optional<std::string>>& values);
  /// The next result, or null where the statement has no more. Throws StoreAway when the time is over.
  Result next();
  /// Throws what a result says that is none.
  void check(PGresult* result);
  /// No more is read of a statement.
  void drop(const PostgresqlStatement& statement);

 private:
  /// Waits for what is queued. Throws what the first of it fails with.
  void flush();
  /// The same where it does not matter any more.
  void forget() {
    try {
      flush();
    } catch (const StoreError&) {  // it is rolled back now
    }
  }
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
  /// The state a result failed with; empty where it did not.
  std::string failureOf(PGresult* result);

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
  bool isWriting_ = false;  ///< within a transaction that writes
  int queued_ = 0;
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

  void run() override {
    if (state_ == State::Ready && connection_.queue(name_, values_)) return;
    while (next()) {
    }
    reset();
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
  flush();
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

std::vector<const char*> pointersTo(const std::vector<std::optional<std::string>>& values) {
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const auto& each : values) texts.push_back(each ? each->c_str() : nullptr);
  return texts;
}

[[noreturn]] void refuse(const std::string& state) {
  if (mayPass(state)) throw StoreAway(wordsFor(state));
  throw StoreError(wordsFor(state));
}

bool PostgresqlConnection::queue(const std::string& name,
                                 const std::vector<std::optional<std::string>>& values) {
  if (!isWriting_) return false;
  if (queued_ == 0) {
    begin(nullptr);
    sent(PQenterPipelineMode(connection_.get()));
  }
  const auto texts = pointersTo(values);
  sent(PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(texts.size()), texts.data(),
                           nullptr, nullptr, 0));
  if (++queued_ == kMostQueued) flush();
  return true;
}

void PostgresqlConnection::flush() {
  if (queued_ == 0) return;
  const int count = std::exchange(queued_, 0);
  until_ = Clock::now() + kLongest;
  sent(PQpipelineSync(connection_.get()));
  std::string failed;
  for (int i = 0; i < count; ++i) {
    const std::string state = failureOf(next().get());
    if (failed.empty()) failed = state;
    next();  // null: the end of one
  }
  const Result last = next();
  if (PQresultStatus(last.get()) != PGRES_PIPELINE_SYNC) spoil(kLost);
  next();
  sent(PQexitPipelineMode(connection_.get()));
  if (!failed.empty()) refuse(failed);
}

void PostgresqlConnection::send(PostgresqlStatement& statement, const std::string& name,
                                const std::vector<std::optional<std::string>>& values) {
  begin(&statement);
  const auto texts = pointersTo(values);
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

std::string PostgresqlConnection::failureOf(PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK: changed_ = std::strtoll(PQcmdTuples(result), nullptr, 10); return {};
    case PGRES_SINGLE_TUPLE:
    case PGRES_EMPTY_QUERY:
    case PGRES_PIPELINE_ABORTED:  // behind one that failed
      return {};
    default:
      // A result without a state is libpq's own, of a connection that has ended.
      const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
      if (state == nullptr) spoil(kLost);
      return state;
  }
}

void PostgresqlConnection::check(PGresult* result) {
  const std::string failed = failureOf(result);
  if (failed.empty()) return;
  reading_ = nullptr;
  while (next()) {
  }
  refuse(failed);
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
