#include "plugin/store/postgresql_login.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "plugin/store/check.h"
#include "plugin/store/database.h"

namespace plumbline::store {
namespace {

/// libpq's own words without their line ends. They name host, role and database, and never a password.
std::string connectionProblem(const PGconn* connection) {
  std::string words = PQerrorMessage(connection);
  words = words.substr(0, words.find('\n'));
  return words.empty() ? "no connection to PostgreSQL" : words;
}

std::string passwordIn(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) throw StoreAway("the password file cannot be read");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

Login logIn(const Place& place, bool writes) {
  if (const std::string problem = problemOf(place); !problem.empty())
    throw StoreError("the connection " + problem);
  const std::string password = place.passwordFile.empty() ? "" : passwordIn(place.passwordFile);
  std::vector<const char*> keys, values;
  const auto put = [&](const char* key, const char* value) {
    keys.push_back(key);
    values.push_back(value);
  };
  // What the connection says comes later, and counts.
  put("connect_timeout", "3");
  put("keepalives_idle", "5");
  put("keepalives_interval", "2");
  put("keepalives_count", "3");
  put("tcp_user_timeout", "8000");
  put("target_session_attrs", writes ? "read-write" : "any");
  put("fallback_application_name", "plumbline");
  put("dbname", place.connection.c_str());
  if (!password.empty()) put("password", password.c_str());
  put("client_encoding", "UTF8");
  put(nullptr, nullptr);
  constexpr int kExpandName = 1;
  Login connection(PQconnectdbParams(keys.data(), values.data(), kExpandName));
  if (PQstatus(connection.get()) != CONNECTION_OK) throw StoreAway(connectionProblem(connection.get()));
  return connection;
}

namespace {

using Options = std::map<std::string, std::string>;

/// What a connection string says; nothing where it is none. libpq's words for that would repeat a part of it,
/// which may be a password in the wrong place.
std::optional<Options> optionsOf(const std::string& connection) {
  struct Free {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  };
  const std::unique_ptr<PQconninfoOption, Free> parsed(PQconninfoParse(connection.c_str(), nullptr));
  if (!parsed) return std::nullopt;
  Options options;
  for (const PQconninfoOption* each = parsed.get(); each->keyword != nullptr; ++each) {
    if (each->val != nullptr) options[each->keyword] = each->val;
  }
  return options;
}

/// A Unix socket, or this machine by name or number.
bool isHere(const std::string& host) {
  in_addr number{};
  const bool loopback =
      ::inet_pton(AF_INET, host.c_str(), &number) == 1 && ntohl(number.s_addr) >> 24U == 127;
  return host.empty() || host.front() == '/' || host.front() == '@' || host == "localhost" || host == "::1" ||
         loopback;
}

}  // namespace

std::string problemOf(const Place& place) {
  if (!place.shared()) return {};
  const auto options = optionsOf(place.connection);
  if (!options) return "is no connection string of PostgreSQL";
  const bool secret = options->contains("password") || options->contains("sslpassword");
  return secret ? "holds a password; name a passwordFile" : "";
}

bool answers(const Place& place) {
  // Without TLS any server answers far enough. No file of passwords is looked for, which no server could have
  // been promised.
  const char* const keys[] = {"connect_timeout", "dbname", "sslmode", "gssencmode", "passfile", nullptr};
  const char* const values[] = {"3",       place.connection.c_str(), "disable",
                                "disable", "/dev/null/none",         nullptr};
  constexpr int kExpandName = 1;
  return PQpingParams(keys, values, kExpandName) == PQPING_OK;
}

bool isExposed(const Place& place) {
  const auto options = place.shared() ? optionsOf(place.connection) : std::nullopt;
  if (!options) return false;
  const auto said = [&](const char* key) {
    const auto found = options->find(key);
    return found == options->end() ? std::string() : found->second;
  };
  if (said("sslmode") == "verify-full") return false;
  if (!said("service").empty()) return true;  // a file elsewhere names the host
  std::istringstream hosts(said("host") + "," + said("hostaddr"));
  for (std::string host; std::getline(hosts, host, ',');) {
    if (!isHere(host)) return true;
  }
  return false;
}

}  // namespace plumbline::store
