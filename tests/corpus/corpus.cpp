#include "tests/corpus/corpus.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace plumbline::corpus {
namespace {

/// zlib hands plain files through as they are.
std::string contents(const std::filesystem::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> in(gzopen(path.c_str(), "rb"), gzclose);
  if (!in) throw std::runtime_error("cannot open " + path.string());
  std::string text;
  char block[64 * 1024];
  int count = 0;
  while ((count = gzread(in.get(), block, sizeof block)) > 0) {
    text.append(block, static_cast<std::size_t>(count));
  }
  if (count < 0) throw std::runtime_error("cannot unpack " + path.string());
  return text;
}

}  // namespace

std::optional<std::string> directory() {
  const char* const set = std::getenv("PLUMBLINE_CORPUS");
  if (!set || !std::filesystem::is_directory(set)) return std::nullopt;
  return set;
}

std::vector<File> files(const std::string& set) {
  const std::filesystem::path root(directory().value());
  std::vector<File> found;
  for (const auto& each : std::filesystem::recursive_directory_iterator(root / set)) {
    if (!each.is_regular_file()) continue;
    found.push_back({std::filesystem::relative(each.path(), root).string(), contents(each.path())});
  }
  std::sort(found.begin(), found.end(), [](const File& a, const File& b) { return a.name < b.name; });
  if (found.empty()) throw std::runtime_error("no files below " + set);
  return found;
}

}  // namespace plumbline::corpus
