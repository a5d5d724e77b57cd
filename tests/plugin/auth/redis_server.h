#pragma once

#include <Poco/Redis/Client.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace plumbline {

/// A real redis-server on a port of its own, in a folder of its own, that can be stopped and started again.
/// It keeps an append-only file unless told otherwise.
class RedisServer {
 public:
  static bool isInstalled() { return std::system("command -v redis-server >/dev/null 2>&1") == 0; }

  /// What survives that it is killed.
  static std::vector<std::string> keeping() { return {"--appendonly", "yes", "--appendfsync", "always"}; }

  explicit RedisServer(std::vector<std::string> options = keeping())
      : options_(std::move(options)),
        directory_(std::filesystem::temp_directory_path() /
                   ("plumbline-redis-" + std::to_string(::getpid()) + "-" + std::to_string(freePort()))),
        port_(freePort()) {
    std::filesystem::create_directories(directory_);
    start();
  }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() {
    stop();
    std::filesystem::remove_all(directory_);
  }

  void start() {
    process_ = ::fork();
    if (process_ == 0) become();
    for (int i = 0; i < 1000; ++i) {
      try {
        Poco::Redis::Client(Poco::Net::SocketAddress("127.0.0.1", port_));
        return;
      } catch (const Poco::Exception&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    }
    throw std::runtime_error("redis-server does not start");
  }

  /// At once, as when its machine is lost.
  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }

  void pause() const { ::kill(process_, SIGSTOP); }
  void resume() const { ::kill(process_, SIGCONT); }

  /// The answer to a command, as it is printed.
  std::string say(const std::vector<std::string>& words) const {
    Poco::Redis::Client client(Poco::Net::SocketAddress("127.0.0.1", port_));
    Poco::Redis::Array command;
    command.add(words);
    return client.sendCommand(command)->toString();
  }

  /// As if it had been asked long before `moment`, in seconds.
  void remembersSince(long moment) const { say({"SET", "plumbline:since", std::to_string(moment)}); }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  static std::uint16_t freePort() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(socket, reinterpret_cast<const sockaddr*>(&address), length);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(socket);
    return ntohs(address.sin_port);
  }

 private:
  [[noreturn]] void become() {
    std::vector<std::string> all{"redis-server", "--port", std::to_string(port_), "--bind",
                                 "127.0.0.1",    "--dir",  directory_.string()};
    all.insert(all.end(), options_.begin(), options_.end());
    std::vector<char*> words;
    for (auto& each : all) words.push_back(each.data());
    words.push_back(nullptr);
    const int nowhere = ::open("/dev/null", O_RDWR);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::execvp(words.front(), words.data());
    ::_exit(127);
  }

  const std::vector<std::string> options_;
  const std::filesystem::path directory_;
  const std::uint16_t port_;
  pid_t process_ = -1;
};

}  // namespace plumbline
