#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plumbline::bulk {

/// A stretch of an input: whole lines, or all of a file that is one document.
struct Block {
  std::string text;
  std::size_t input = 0;      ///< which one
  std::size_t firstLine = 1;  ///< 0: the file is one document
  std::uint64_t end = 0;      ///< bytes of the input up to the end of this block
};

/// Reads files, and "-" for standard input, one after the other, in blocks. A file whose first lines are JSON
/// objects each is NDJSON; any other is one document. A byte order mark in front is skipped.
class Blocks {
 public:
  /// `size`: bytes of a block, save where one line is longer. `most`: bytes of a file that is one document,
  /// and of one line.
  Blocks(std::vector<std::string> inputs, std::size_t size, std::size_t most);
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;
  ~Blocks();

  /// The next block, empty at the end. What cannot be read is left out and said in `problems`: a file that is
  /// not there, a directory, a document or line of more than `most` bytes.
  std::optional<Block> next(std::vector<std::string>& problems);

  /// Goes on behind a block that was read before: its input, its end, and the line after it.
  void resume(std::size_t input, std::uint64_t end, std::size_t line);

  /// Bytes of all inputs; nothing when one of them is no file with a size.
  [[nodiscard]] std::optional<std::uint64_t> bytes() const;

 private:
  bool open(std::vector<std::string>& problems);
  bool fill(std::size_t wanted);
  std::optional<Block> take(std::vector<std::string>& problems);

  const std::vector<std::string> inputs_;
  const std::size_t size_, most_;
  std::size_t input_ = 0;
  int file_ = -1;
  std::string rest_;        ///< read, and not yet given out
  std::uint64_t end_ = 0;   ///< bytes of this input given out
  std::uint64_t skip_ = 0;  ///< where to begin in the input that is opened next
  std::size_t line_ = 1;    ///< number of the first line in `rest_`
  bool lines_ = true;       ///< of this input
  bool ended_ = false;      ///< nothing more to read from it
};

}  // namespace plumbline::bulk
