#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace plumbline::store {

/// What SQLite could not do. The text names the kind of failure and never holds a value of a row.
struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One prepared statement, run any number of times. Values are bound from 1, columns read from 0.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);

  /// The text is copied.
  Statement& bind(int at, std::string_view text);
  Statement& bind(int at, std::int64_t number);

  /// Steps to the next row; false when there is none left. Throws StoreError.
  bool next();
  /// Runs it to its end and makes it ready for the next values.
  void run();
  void reset();

  [[nodiscard]] int columns() const;
  [[nodiscard]] std::string name(int column) const;
  /// Empty for null.
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] bool isNumber(int column) const;

 private:
  struct Finish {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finish> statement_;
};

/// A connection to one SQLite file. One thread at a time.
class Database {
 public:
  enum class Mode { ReadOnly, ReadWrite };

  /// ReadWrite makes the file, readable by its owner alone, when there is none, and sets it to what a kept
  /// promise needs: a write-ahead log that is on disk before a commit returns. Throws StoreError.
  Database(const std::string& file, Mode mode);

  /// One or several statements without values.
  void run(const std::string& sql);
  [[nodiscard]] Statement prepare(std::string_view sql) const;
  /// The first column of the only row.
  [[nodiscard]] std::int64_t number(std::string_view sql) const;
  /// What is still running then ends with a StoreError.
  void endBy(std::chrono::steady_clock::time_point moment);
  /// Rows the last statement changed.
  [[nodiscard]] std::int64_t changed() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<std::chrono::steady_clock::time_point> endsBy_;  // SQLite holds its address
  std::unique_ptr<sqlite3, Close> database_;
};

/// Everything or nothing: what was not committed when it goes out of scope has not happened. Holds the right
/// to write from its beginning, so that no other process comes between what is read and what is written.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace plumbline::store
