#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "rules/pack.h"

namespace plumbline::tests {

/// A copy of the content that a test may break.
class Content : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("plumbline-content-" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory_);
    std::filesystem::copy(PLUMBLINE_CONTENT, directory_, std::filesystem::copy_options::recursive);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void replace(const std::string& file, const std::string& from, const std::string& to) {
    std::ifstream in(directory_ / file);
    std::string all((std::istreambuf_iterator<char>(in)), {});
    in.close();
    const auto at = all.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    std::ofstream(directory_ / file) << all.replace(at, from.size(), to);
  }

  std::vector<fhir::Problem> problems() {
    std::vector<fhir::Problem> found;
    pack_ = rules::loadPack(directory_.string(), found);
    return found;
  }

  static auto problem(const std::string& file, const std::string& words) {
    return testing::AllOf(testing::Field(&fhir::Problem::file, file),
                          testing::Field(&fhir::Problem::message, testing::HasSubstr(words)));
  }

  std::filesystem::path directory_;
  std::optional<rules::Pack> pack_;
};

}  // namespace plumbline::tests
