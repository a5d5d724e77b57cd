#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace plumbline::http {

/// A client that says exactly what it is told, on a plain socket.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }

  void say(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// One answer, framed by its Content-Length; what there was when the server closed or went silent for 5 s.
  std::string answer() {
    while (true) {
      const auto end = heard_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const auto field = heard_.find("Content-Length: ");
        const auto length = field < end ? std::stoul(heard_.substr(field + 16)) : 0;
        if (heard_.size() >= end + 4 + length) return take(end + 4 + length);
      }
      if (hear() <= 0) return take(heard_.size());
    }
  }

  /// Everything until the server closes. "RESET" or "SILENCE" is put behind it when that is how it ends.
  std::string rest() {
    ssize_t got = 0;
    while ((got = hear()) > 0) {
    }
    return take(heard_.size()) + (got == 0 ? "" : errno == ECONNRESET ? "RESET" : "SILENCE");
  }

  [[nodiscard]] bool silentFor(std::chrono::milliseconds time) const {
    pollfd wanted{socket_, POLLIN, 0};
    return ::poll(&wanted, 1, static_cast<int>(time.count())) == 0;
  }

 private:
  std::string take(std::size_t bytes) {
    std::string text = heard_.substr(0, bytes);
    heard_.erase(0, bytes);
    return text;
  }

  ssize_t hear() {
    char block[64 * 1024];
    errno = 0;
    if (silentFor(std::chrono::seconds(5))) return -1;
    const auto got = ::recv(socket_, block, sizeof block, 0);
    if (got > 0) heard_.append(block, static_cast<std::size_t>(got));
    return got;
  }

  int socket_;
  std::string heard_;
};

inline std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}
inline std::string post(const std::string& path, const std::string& body, const std::string& fields = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::size_t answersIn(const std::string& heard) {
  std::size_t found = 0;
  for (auto at = heard.find("HTTP/1.1 "); at != std::string::npos; at = heard.find("HTTP/1.1 ", at + 1))
    ++found;
  return found;
}

}  // namespace plumbline::http
