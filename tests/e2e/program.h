#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace plumbline::e2e {

/// The real program in a process of its own, which calls `before` first. Its stdout is read as it comes; its
/// stderr goes to a file.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments, const std::string& errors = "/dev/null",
                   const std::string& input = "/dev/null", void (*before)() = nullptr) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) become(std::move(arguments), ends, errors, input, before);
    ::close(ends[1]);
    out_ = ends[0];
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    ::close(out_);
  }

  [[nodiscard]] pid_t process() const { return process_; }

  void signal(int number) const { ::kill(process_, number); }

  /// The next line of stdout, without its end; what there was when it closed or 20 s passed.
  std::string line() {
    while (heard_.find('\n') == std::string::npos && hear()) {
    }
    const auto end = heard_.find('\n');
    const std::string text = heard_.substr(0, end);
    heard_.erase(0, end == std::string::npos ? end : end + 1);
    return text;
  }

  /// Everything left on stdout, read until the program closes it.
  std::string rest() {
    while (hear()) {
    }
    return std::exchange(heard_, {});
  }

  /// The exit code, or 128 + the signal that ended it; -1 when it still runs after `limit`.
  int ended(std::chrono::seconds limit = std::chrono::seconds(20)) {
    const auto until = std::chrono::steady_clock::now() + limit;
    int status = 0;
    while (::waitpid(process_, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > until) return -1;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  [[noreturn]] static void become(std::vector<std::string> arguments, const int* ends,
                                  const std::string& errors, const std::string& input, void (*before)()) {
    if (before != nullptr) before();
    arguments.insert(arguments.begin(), PLUMBLINE_PROGRAM);
    std::vector<char*> words;
    for (auto& each : arguments) words.push_back(each.data());
    words.push_back(nullptr);
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(::open(errors.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), STDERR_FILENO);
    ::dup2(::open(input.c_str(), O_RDONLY), STDIN_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execv(words.front(), words.data());
    ::_exit(127);
  }

  bool hear() {
    pollfd wanted{out_, POLLIN, 0};
    if (::poll(&wanted, 1, 20'000) <= 0) return false;
    char block[64 * 1024];
    const auto got = ::read(out_, block, sizeof block);
    if (got > 0) heard_.append(block, static_cast<std::size_t>(got));
    return got > 0;
  }

  pid_t process_ = -1;
  int out_ = -1;
  std::string heard_;
};

/// All of a file.
inline std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What follows the headers of an HTTP answer.
inline std::string bodyOf(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

}  // namespace plumbline::e2e
