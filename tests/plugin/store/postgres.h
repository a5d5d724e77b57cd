#pragma once

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "plugin/store/database.h"

namespace plumbline::store::testing {

/// Whether stores of tests are to be PostgreSQL's: PLUMBLINE_TEST_STORE, which on_postgresql.sh sets.
inline bool onPostgresql() {
  const char* const store = std::getenv("PLUMBLINE_TEST_STORE");  // NOLINT(concurrency-mt-unsafe)
  return store != nullptr && std::string(store) == "postgresql";
}

/// A PostgreSQL of this process alone, in a temporary directory and on a Unix socket there, which ends with
/// it. Its language is one that sorts otherwise than by bytes.
class Postgres {
 public:
  /// Started when it is first asked for.
  static Postgres& one() {
    static Postgres server;
    return server;
  }
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;
  ~Postgres() {
    stop(SIGQUIT);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  /// How to connect to a schema of its own that is made now.
  std::string newSchema() {
    const std::string name = "store_" + std::to_string(++schemas_);
    Database({"", base()}, Database::Mode::ReadWrite).run("CREATE SCHEMA " + name);
    return base() + " options='-c search_path=" + name + "'";
  }
  [[nodiscard]] std::string base() const {
    return "host=" + directory_.string() + " user=plumbline dbname=postgres";
  }

  [[nodiscard]] std::string directory() const { return directory_.string(); }

  void start() {
    process_ =
        startedAs({program("postgres"), "-D", (directory_ / "data").string(), "-k", directory_.string(), "-c",
                   "listen_addresses=", "-c", "max_prepared_transactions=0"},
                  SIGQUIT);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (;;) {
      try {
        const Database ready({"", base()}, Database::Mode::ReadOnly);
        return;
      } catch (const StoreError&) {
        if (std::chrono::steady_clock::now() > until) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    }
  }

  /// SIGINT ends every connection, SIGQUIT without a word, as a crash would.
  void stop(int signal) {
    if (process_ <= 0) return;
    ::kill(process_, signal);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }

  /// Ends when this process does, by `atEnd`; 0: when it is done.
  pid_t startedAs(const std::vector<std::string>& arguments, int atEnd) const {
    const passwd* const user = ::geteuid() == 0 ? serverUser() : nullptr;
    const pid_t process = ::fork();
    if (process != 0) return process;
    if (user != nullptr && (::initgroups(user->pw_name, user->pw_gid) != 0 || ::setgid(user->pw_gid) != 0 ||
                            ::setuid(user->pw_uid) != 0))
      ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, atEnd);
    const int log = ::open((directory_ / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    std::vector<char*> words;
    for (const auto& each : arguments) words.push_back(const_cast<char*>(each.c_str()));
    words.push_back(nullptr);
    ::execv(words.front(), words.data());
    ::_exit(127);
  }

  /// A program of the newest PostgreSQL of Debian's that is installed.
  static std::string program(const std::string& name) {
    std::filesystem::path newest;
    std::error_code none;
    for (const auto& each : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
      const auto candidate = each.path() / "bin" / name;
      if (std::filesystem::exists(candidate) && candidate > newest) newest = candidate;
    }
    return newest.string();
  }

 private:
  Postgres() {
    std::string made = (std::filesystem::temp_directory_path() / "plumbline-pg-XXXXXX").string();
    if (::mkdtemp(made.data()) == nullptr) throw std::runtime_error("no directory for PostgreSQL");
    directory_ = made;
    if (::geteuid() == 0 && ::chown(made.c_str(), serverUser()->pw_uid, serverUser()->pw_gid) != 0)
      throw std::runtime_error("no directory for PostgreSQL");
    std::filesystem::permissions(directory_, std::filesystem::perms(0755));
    const pid_t initdb =
        startedAs({program("initdb"), "-D", (directory_ / "data").string(), "-U", "plumbline", "-A", "trust",
                   "-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US",
                   "--no-sync", "--no-instructions"},
                  SIGTERM);
    int status = 0;
    ::waitpid(initdb, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed");
    start();
  }

  /// It refuses to run as root.
  static const passwd* serverUser() {
    const passwd* user = ::getpwnam("postgres");  // NOLINT(concurrency-mt-unsafe)
    if (user == nullptr) throw std::runtime_error("there is no user postgres");
    return user;
  }

  std::filesystem::path directory_;
  pid_t process_ = -1;
  int schemas_ = 0;
};

}  // namespace plumbline::store::testing
