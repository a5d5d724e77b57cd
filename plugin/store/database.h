#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "plugin/store/engine.h"
#include "plugin/store/place.h"

namespace plumbline::store {

/// What the database could not do. The text names the kind of failure and never holds a value of a row.
struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The database cannot be reached, or not now: the same may be written later as it is.
struct StoreAway : StoreError {
  using StoreError::StoreError;
};

/// The text as every engine can hold it: U+FFFD for each NUL.
std::string storable(std::string text);

/// What the tables of a store are: their version, and that of the oldest program that may write them.
struct Schema {
  int version = 0, oldest = 0;

  friend bool operator==(const Schema&, const Schema&) = default;
};

/// One prepared statement, run any number of times. Values are bound from 1 and stay bound, columns are read
/// from 0. What is not bound is null. Ends before its Database.
class Statement {
 public:
  explicit Statement(std::unique_ptr<Prepared> prepared) : prepared_(std::move(prepared)) {}

  /// The text is copied, as it is storable().
  Statement& bind(int at, std::string_view text);
  Statement& bind(int at, std::int64_t number) {
    prepared_->bind(at, number);
    return *this;
  }

  /// Steps to the next row; false when there is none left. Throws StoreError.
  bool next() { return prepared_->next(); }
  /// Runs it to its end and makes it ready for the next values. Within a transaction what it fails with may
  /// be told by what comes next, at the latest by the commit.
  void run() { prepared_->run(); }
  void reset() { prepared_->reset(); }

  /// Known from the first next() on, whether or not there was a row.
  [[nodiscard]] int columns() const { return prepared_->columns(); }
  [[nodiscard]] std::string name(int column) const { return prepared_->name(column); }
  /// Empty for null; a truth is 1 or 0.
  [[nodiscard]] std::string text(int column) const { return prepared_->text(column); }
  [[nodiscard]] std::int64_t number(int column) const { return prepared_->number(column); }
  [[nodiscard]] bool isNumber(int column) const { return prepared_->isNumber(column); }

 private:
  std::unique_ptr<Prepared> prepared_;
};

/// A connection to one store. One thread at a time.
class Database {
 public:
  enum class Mode { ReadOnly, ReadWrite };

  /// ReadWrite is set to what a kept promise needs: that a commit is on disk before it returns. Of a
  /// directory it makes the file, readable by its owner alone, when there is none. Throws StoreError.
  Database(const Place& place, Mode mode);

  /// One or several statements without values.
  void run(const std::string& sql) { connection_->run(sql); }
  [[nodiscard]] Statement prepare(std::string_view sql) const { return Statement(connection_->prepare(sql)); }
  /// The first column of the only row.
  [[nodiscard]] std::int64_t number(std::string_view sql) const;
  /// What is still running then ends with a StoreError.
  void endBy(std::chrono::steady_clock::time_point moment) { connection_->endBy(moment); }
  /// Rows the last statement changed.
  [[nodiscard]] std::int64_t changed() const { return connection_->changed(); }

  void define(const std::string& sql) { connection_->define(sql); }
  [[nodiscard]] Schema schema() const { return connection_->schema(); }
  void setSchema(Schema schema) { connection_->setSchema(schema); }

 private:
  friend class Transaction;
  friend class Snapshot;

  std::unique_ptr<Connection> connection_;
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

/// What is read while it lives is of one moment, however much is written meanwhile.
class Snapshot {
 public:
  explicit Snapshot(Database& database);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

 private:
  Database& database_;
};

}  // namespace plumbline::store
