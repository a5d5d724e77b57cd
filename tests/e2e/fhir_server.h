#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace plumbline::e2e {

/// An HTTP server on loopback that does with each request what a test tells it to: answer, stall, lie, break.
class FhirServer {
 public:
  struct Asked {
    std::string target;
    std::string head;
    std::string body{};

    /// Of a header field, by its name as it is written here; empty where there is none.
    [[nodiscard]] std::string field(const std::string& name) const {
      const auto at = head.find("\r\n" + name + ": ");
      if (at == std::string::npos) return {};
      const auto from = at + name.size() + 4;
      return head.substr(from, head.find("\r\n", from) - from);
    }
    [[nodiscard]] bool isPost() const { return head.starts_with("POST "); }
  };

  /// The connection a request came over.
  class Talk {
   public:
    Talk(int socket, const std::atomic<bool>& stopping) : socket_(socket), stopping_(stopping) {}

    /// False when the other side is gone.
    bool say(std::string_view bytes) {
      while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      }
      return true;
    }
    void answer(const std::string& body, const std::string& status = "200 OK",
                const std::string& fields = "") {
      say("HTTP/1.1 " + status + "\r\nContent-Type: application/fhir+json\r\nContent-Length: " +
          std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body);
    }
    /// Until the other side closes, the server stops or the time is up; true in the last case.
    [[nodiscard]] bool wait(std::chrono::milliseconds time) const {
      const auto until = std::chrono::steady_clock::now() + time;
      while (!stopping_ && std::chrono::steady_clock::now() < until) {
        pollfd wanted{socket_, POLLIN | POLLRDHUP, 0};
        if (::poll(&wanted, 1, 2) > 0) return false;
      }
      return !stopping_;
    }
    void stall() const { static_cast<void>(wait(std::chrono::seconds(20))); }
    void hangUp() { open_ = false; }
    /// As a crash does: what was sent may be lost.
    void reset() {
      const linger abruptly{1, 0};
      ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abruptly, sizeof abruptly);
      open_ = false;
    }
    [[nodiscard]] bool isOpen() const { return open_; }

   private:
    int socket_;
    const std::atomic<bool>& stopping_;
    bool open_ = true;
  };

  using Answer = std::function<void(const Asked&, Talk&)>;

  explicit FhirServer(Answer answer)
      : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, plain, size) != 0 || ::listen(socket_, 128) != 0 ||
        ::getsockname(socket_, plain, &size) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
  }
  FhirServer(const FhirServer&) = delete;
  FhirServer& operator=(const FhirServer&) = delete;
  ~FhirServer() {
    stopping_ = true;
    acceptor_.join();
    for (auto& each : threads_) each.join();
    ::close(socket_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/fhir"; }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] std::vector<Asked> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    asked_.clear();
  }

 private:
  void accept() {
    while (!stopping_) {
      pollfd wanted{socket_, POLLIN, 0};
      if (::poll(&wanted, 1, 10) <= 0) continue;
      const int talk = ::accept(socket_, nullptr, nullptr);
      if (talk < 0) continue;
      ++connections_;
      threads_.emplace_back([this, talk] { converse(talk); });
    }
  }

  void converse(int socket) {
    Talk talk(socket, stopping_);
    std::string heard;
    while (!stopping_ && talk.isOpen()) {
      const auto end = heard.find("\r\n\r\n");
      if (end == std::string::npos) {
        if (!hear(socket, heard)) break;
        continue;
      }
      Asked asked{{}, heard.substr(0, end + 2)};
      heard.erase(0, end + 4);
      const std::string length = asked.field("Content-Length");
      const std::size_t wanted = length.empty() ? 0 : std::stoul(length);
      while (heard.size() < wanted && hear(socket, heard)) {
      }
      asked.body = heard.substr(0, wanted);
      heard.erase(0, wanted);
      const auto from = asked.head.find(' ') + 1;
      asked.target = asked.head.substr(from, asked.head.find(' ', from) - from);
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(asked);
      }
      answer_(asked, talk);
    }
    ::close(socket);
  }

  bool hear(int socket, std::string& heard) const {
    while (!stopping_) {
      pollfd wanted{socket, POLLIN, 0};
      if (::poll(&wanted, 1, 10) == 0) continue;
      char block[16 * 1024];
      const auto got = ::recv(socket, block, sizeof block, 0);
      if (got <= 0) return false;
      heard.append(block, static_cast<std::size_t>(got));
      return true;
    }
    return false;
  }

  const Answer answer_;
  const int socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;  // mutex_
  std::thread acceptor_;
  std::list<std::thread> threads_;
};

}  // namespace plumbline::e2e
