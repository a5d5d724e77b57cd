#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/program.h"
#include "tests/plugin/http/client.h"

namespace plumbline::e2e {

/// A folder of its own for each test, and the program that is started in it as a service.
class Running : public testing::Test {
 protected:
  explicit Running(const std::string& name)
      : directory(std::filesystem::temp_directory_path() /
                  ("plumbline-" + name + "-" + std::to_string(::getpid()))),
        errors(directory / "stderr"),
        config(directory / "plumbline.jsonc") {}

  void SetUp() override {
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
  }
  void TearDown() override {
    program.reset();
    std::filesystem::remove_all(directory);
  }

  /// Starts `plumbline serve` with these arguments and waits until it listens. `scheme`: http or https;
  /// `before`: see Program.
  void serve(std::vector<std::string> arguments, const std::string& scheme = "http",
             void (*before)() = nullptr) {
    arguments.insert(arguments.begin(), "serve");
    program.emplace(arguments, errors, "/dev/null", before);
    const std::string ready = program->line();
    ASSERT_THAT(ready, testing::MatchesRegex("ready " + scheme + "://127\\.0\\.0\\.1:[0-9]+"))
        << read(errors);
    port = static_cast<std::uint16_t>(std::stoi(ready.substr(ready.rfind(':') + 1)));
  }

  std::string ask(const std::string& request) const {
    http::Client client(port);
    client.say(request);
    return client.answer();
  }

  const std::filesystem::path directory, errors, config;
  std::optional<Program> program;
  std::uint16_t port = 0;
};

}  // namespace plumbline::e2e
