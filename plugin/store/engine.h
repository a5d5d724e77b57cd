#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace plumbline::store {

struct Place;
struct Schema;

/// What an engine does for Statement of database.h, which says what each of these means.
class Prepared {
 public:
  Prepared() = default;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  virtual ~Prepared() = default;

  virtual void bind(int at, std::string_view text) = 0;
  virtual void bind(int at, std::int64_t number) = 0;
  virtual bool next() = 0;
  virtual void run() = 0;
  virtual void reset() = 0;
  [[nodiscard]] virtual int columns() const = 0;
  [[nodiscard]] virtual std::string name(int column) const = 0;
  [[nodiscard]] virtual std::string text(int column) const = 0;
  [[nodiscard]] virtual std::int64_t number(int column) const = 0;
  [[nodiscard]] virtual bool isNumber(int column) const = 0;
};

/// What an engine does for Database of database.h: the statements, and the few things each has words of its
/// own for. SQL is of the dialect that SQLite and PostgreSQL share, its values `?1`, `?2`; its tables are
/// made of TEXT and INTEGER.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  virtual void run(const std::string& sql) = 0;
  virtual std::unique_ptr<Prepared> prepare(std::string_view sql) = 0;
  virtual std::int64_t changed() = 0;
  virtual void endBy(std::chrono::steady_clock::time_point moment) = 0;

  /// A transaction that sees one moment and writes nothing.
  virtual void beginReading() = 0;
  /// One that nobody else writes beside, from now on to its end.
  virtual void beginWriting() = 0;

  /// Statements that make and change tables.
  virtual void define(const std::string& sql) = 0;
  virtual Schema schema() = 0;
  virtual void setSchema(Schema schema) = 0;
};

std::unique_ptr<Connection> openSqlite(const std::string& file, bool writes);
std::unique_ptr<Connection> openPostgresql(const Place& place, bool writes);

}  // namespace plumbline::store
