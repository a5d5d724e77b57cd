#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "plugin/http/server.h"
#include "tests/plugin/http/client.h"

namespace plumbline::http {

using Clock = std::chrono::steady_clock;

/// A server with short limits. /wait answers once release() was called; /throw throws; /headers gives headers
/// back; everything else answers the body it got.
class HttpServer : public testing::Test {
 protected:
  HttpServer() {
    options.limits.headTime = std::chrono::milliseconds(200);
    options.limits.idleTime = std::chrono::seconds(10);
    options.limits.bodyGrace = std::chrono::milliseconds(200);
    options.limits.sendTime = std::chrono::seconds(1);
    options.limits.lingerTime = std::chrono::milliseconds(100);
  }
  ~HttpServer() override {
    release();
    if (server) server->stop(std::chrono::milliseconds(0));
  }

  void start() {
    server = std::make_unique<Server>(options, [this](const Request& request) { return handle(request); });
    server->start();
  }

  Client client() const { return Client(server->port()); }

  std::string ask(const std::string& request) const {
    auto asking = client();
    asking.say(request);
    return asking.answer();
  }

  std::vector<std::string> handled() {
    const std::lock_guard lock(mutex_);
    return handled_;
  }

  void awaitHandled(std::size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(5), [&] { return handled_.size() >= count; }));
  }

  void awaitOpen(std::int64_t count) const {
    for (int i = 0; i < 30'000 && server->counters().open != count; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(server->counters().open, count);
  }

  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }

  Server::Options options;
  std::unique_ptr<Server> server;

 private:
  Reply handle(const Request& request) {
    std::unique_lock lock(mutex_);
    handled_.push_back(std::string(request.method) + " " + std::string(request.path));
    changed_.notify_all();
    if (request.path == "/wait") changed_.wait(lock, [&] { return released_; });
    if (request.path == "/throw") throw std::runtime_error("Jane Doe, MRN 12345");
    if (request.path == "/throw-int") throw 7;
    Reply reply;
    reply.body = request.body;
    if (request.path == "/empty") reply.status = 204;
    if (request.path == "/split") reply.headers.emplace_back("X-A", "b\r\nX-B: c");
    if (request.path == "/page") reply.headers.emplace_back("Cache-Control", "max-age=60");
    volatile char padding = *(request.body.data() + request.body.size() + kBodyPadding - 1);
    static_cast<void>(padding);
    return reply;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> handled_;
  bool released_ = false;
};

}  // namespace plumbline::http
