#pragma once

#include <optional>
#include <string>
#include <vector>

/// Real input the project did not write. It lies outside the repository; tests that need it skip, saying so,
/// where it is not.
namespace plumbline::corpus {

struct File {
  std::string name;  ///< path below the corpus
  std::string text;  ///< unpacked when the file is gzip
};

/// The directory that PLUMBLINE_CORPUS names; nothing when it is not set or not there.
std::optional<std::string> directory();

/// Every file below `set` (a folder of the corpus) in order of name. Throws std::runtime_error when one
/// cannot be read, because a test that read nothing would pass.
std::vector<File> files(const std::string& set);

}  // namespace plumbline::corpus
