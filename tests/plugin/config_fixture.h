#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "plugin/config.h"

namespace plumbline {

/// A directory of its own for each test process, and a configuration written into it.
class Configuration : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("plumbline-config-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::optional<Config> load(const std::string& text) {
    file_ = (directory_ / "plumbline.jsonc").string();
    std::ofstream(file_) << text;
    problems_.clear();
    return loadConfig(file_, problems_);
  }

  std::vector<std::string> pointers(const std::string& text) {
    EXPECT_FALSE(load(text)) << text;
    std::vector<std::string> found;
    for (const auto& each : problems_) {
      EXPECT_EQ(each.file, file_);
      EXPECT_FALSE(each.message.empty());
      found.push_back(each.pointer);
    }
    return found;
  }

  std::filesystem::path directory_;
  std::string file_;
  std::vector<fhir::Problem> problems_;
};

}  // namespace plumbline
