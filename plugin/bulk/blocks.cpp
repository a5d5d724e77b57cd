#include "plugin/bulk/blocks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "plugin/lines.h"

namespace plumbline::bulk {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(kBlanks);
  return first == std::string_view::npos ? ""
                                         : line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

/// Whether one of the first two lines is an object on its own: one broken line makes no document of an
/// export. Nothing when `text`, the beginning of an input or all of it, does not hold these lines yet.
std::optional<bool> holdsLines(std::string_view text, bool isAll) {
  for (int seen = 0; seen < 2;) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos && !isAll) return std::nullopt;
    const std::string_view line = trimmed(text.substr(0, end));
    if (!line.empty() && line.front() == '{' && line.back() == '}') return true;
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
    seen += line.empty() ? 0 : 1;
  }
  return false;
}

}  // namespace

Blocks::Blocks(std::vector<std::string> inputs, std::size_t size, std::size_t most)
    : inputs_(std::move(inputs)), size_(size), most_(std::max(size, most)) {}

Blocks::~Blocks() {
  if (file_ > STDIN_FILENO) ::close(file_);
}

void Blocks::resume(std::size_t input, std::uint64_t end, std::size_t line) {
  input_ = input;
  skip_ = end;
  line_ = line;
}

std::optional<std::uint64_t> Blocks::bytes() const {
  std::uint64_t all = 0;
  for (const std::string& name : inputs_) {
    struct stat about {};
    if (name == "-" || ::stat(name.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
    all += static_cast<std::uint64_t>(about.st_size);
  }
  return all;
}

/// Opens the input at hand and finds out what it is; false when it cannot be read.
bool Blocks::open(std::vector<std::string>& problems) {
  const std::string& name = inputs_[input_];
  const auto problem = [&](std::string_view words) {
    problems.push_back(name + ": " + std::string(words));
    return false;
  };
  file_ = name == "-" ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) return problem("cannot be read");
  struct stat about {};
  if (::fstat(file_, &about) == 0 && S_ISDIR(about.st_mode)) return problem("is a directory");
  const std::uint64_t skip = std::exchange(skip_, 0);
  if (skip > 0 && ::lseek(file_, static_cast<off_t>(skip), SEEK_SET) < 0)
    return problem("cannot be read again");
  rest_.clear();
  end_ = skip;
  ended_ = false;
  if (skip > 0) {
    lines_ = true;  // one document would have been read whole
    return true;
  }
  line_ = 1;
  std::optional<bool> lines;
  for (std::size_t wanted = std::max(size_, kByteOrderMark.size()); !lines; wanted *= 2) {
    if (!fill(wanted)) return problem("cannot be read");
    if (end_ == 0 && rest_.starts_with(kByteOrderMark)) {
      rest_.erase(0, kByteOrderMark.size());
      end_ = kByteOrderMark.size();
    }
    lines = holdsLines(rest_, ended_);
    if (!lines && rest_.size() > most_) lines = false;
  }
  lines_ = *lines;
  return true;
}

/// Reads until there are `wanted` bytes or no more; false when the input cannot be read.
bool Blocks::fill(std::size_t wanted) {
  while (rest_.size() < wanted && !ended_) {
    const std::size_t before = rest_.size();
    rest_.resize(wanted);
    const auto got = ::read(file_, rest_.data() + before, wanted - before);
    rest_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    ended_ = got == 0;
  }
  return true;
}

/// What is left of this input up to a line's end; nothing when there is none, or it cannot be read.
std::optional<Block> Blocks::take(std::vector<std::string>& problems) {
  std::size_t wanted = size_;
  std::size_t cut = std::string::npos;
  while (fill(wanted) && !rest_.empty()) {
    cut = ended_ ? rest_.size() : lines_ ? rest_.rfind('\n') + 1 : 0;
    if (cut != 0 || rest_.size() > most_) break;
    wanted *= 2;
  }
  if (rest_.empty()) return std::nullopt;
  if (cut == 0 || cut == std::string::npos) {
    problems.push_back(inputs_[input_] +
                       (cut == 0 ? ": holds a document or line that is longer than the memory allowed"
                                 : ": cannot be read to its end"));
    return std::nullopt;
  }
  Block block{rest_.substr(0, cut), input_, lines_ ? line_ : 0, end_ + cut};
  rest_.erase(0, cut);
  end_ += cut;
  line_ += static_cast<std::size_t>(std::count(block.text.begin(), block.text.end(), '\n'));
  return block;
}

std::optional<Block> Blocks::next(std::vector<std::string>& problems) {
  for (; input_ < inputs_.size(); ++input_, file_ = -1) {
    const bool opened = file_ >= 0 || open(problems);
    if (opened) {
      if (auto block = take(problems)) return block;
    }
    if (file_ > STDIN_FILENO) ::close(file_);
  }
  return std::nullopt;
}

}  // namespace plumbline::bulk
