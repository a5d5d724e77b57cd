#pragma once

#include <string>

namespace plumbline::store {

/// Where a store is: a directory with one SQLite file and its key, for one process; or a PostgreSQL database,
/// which several share, with the key in a file that each of them has.
struct Place {
  std::string directory{};
  std::string connection{};    ///< how libpq is to connect, without a password; empty: it is a directory
  std::string passwordFile{};  ///< read at every connection; empty: there is none
  std::string keyFile{};

  [[nodiscard]] bool none() const { return directory.empty() && connection.empty(); }
  [[nodiscard]] bool shared() const { return !connection.empty(); }
  /// For a person. What is in a connection is for those who run the database alone.
  [[nodiscard]] std::string words() const { return shared() ? "the PostgreSQL store" : directory; }

  friend bool operator==(const Place&, const Place&) = default;
};

/// Why PostgreSQL cannot be connected to like this, without a word of the connection itself: it is none, or
/// holds a password. Empty where nothing is wrong, and of a directory.
std::string problemOf(const Place& place);

/// Whether what goes to the database leaves this machine without being sure, by certificate and name, whom it
/// goes to (`sslmode=verify-full`).
bool isExposed(const Place& place);

}  // namespace plumbline::store
