/// `plumbline evaluate` over a bulk export, cut short.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/program.h"

namespace plumbline::e2e {
namespace {

namespace fs = std::filesystem;
using std::string;
using testing::HasSubstr;

/// Patients with a chart of some size, so that assessing them takes a while.
void writeExport(const fs::path& file, int patients) {
  std::ofstream out(file, std::ios::binary);
  for (int i = 0; i < patients; ++i) {
    const string id = "p-" + std::to_string(i);
    out << R"({"resourceType":"Patient","id":")" << id << R"(","birthDate":"1970-01-01"})" << '\n';
    for (int j = 0; j < 40; ++j) {
      out << R"({"resourceType":"Condition","id":"c)" << j << R"(","subject":{"reference":"Patient/)" << id
          << R"("},"code":{"text":"low back pain, no numbness, walks well"},"recordedDate":"2026-10-)"
          << 10 + j % 20 << R"("})" << '\n';
    }
  }
}

TEST(Export, GoesOnWhereItWasKilled) {
  const fs::path directory = fs::temp_directory_path() / ("plumbline-export-" + std::to_string(::getpid()));
  fs::create_directories(directory);
  const string errors = directory / "stderr";
  const fs::path input = directory / "export.ndjson", whole = directory / "whole", cut = directory / "cut";
  writeExport(input, 4000);
  const auto command = [&](const fs::path& out) {
    return std::vector<string>{
        "evaluate", "--now", "2026-11-23T10:00:00Z", "--memory", "4", "--jobs", "2", "--out", out, input};
  };
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(Program(command(whole), errors).ended(std::chrono::seconds(120)), 0) << read(errors);
  const auto takes = std::chrono::steady_clock::now() - began;
  int killed = 0, resumed = 0;
  for (int run = 0; run < 40; ++run) {
    Program cutShort(command(cut), errors);
    // Longer from run to run, so that one of them comes to the end.
    std::this_thread::sleep_for(takes * run / 16);
    cutShort.signal(SIGKILL);
    const int code = cutShort.ended();
    if (code == 0) break;
    ++killed;
    resumed += fs::exists(cut.string() + ".work/state") ? 1 : 0;
  }
  EXPECT_GT(killed, 0);
  EXPECT_GT(resumed, 0) << "no run was cut short behind its first checkpoint";
  EXPECT_THAT(read(errors), HasSubstr("going on where the run before was cut short"));
  EXPECT_TRUE(read(cut) == read(whole));
  EXPECT_FALSE(fs::exists(cut.string() + ".work"));
  fs::remove_all(directory);
}

}  // namespace
}  // namespace plumbline::e2e
