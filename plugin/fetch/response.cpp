#include "plugin/fetch/response.h"

#include <algorithm>
#include <charconv>

#include "plugin/http/message.h"
#include "plugin/http/reader.h"

namespace plumbline::fetch {
namespace {

using http::equalsIgnoringCase;

constexpr std::size_t kHeadBytes = 16 * 1024;
constexpr std::size_t kFields = 100;
constexpr std::size_t kChunkLine = 256;
constexpr std::size_t kTrailerBytes = 4 * 1024;
constexpr int kInterim = 4;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool isFieldText(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < ' ' && c != '\t') || byte == 0x7f;
  });
}

bool names(std::string_view list, std::string_view option) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (equalsIgnoringCase(trimmed(list.substr(0, comma)), option)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

/// All of `text` as a number, without a sign.
bool number(std::string_view text, int radix, std::size_t& value) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value, radix);
  return !text.empty() && text.front() != '-' && read.ec == std::errc() &&
         read.ptr == text.data() + text.size();
}

/// What of a head decides where the body ends and how it is read.
struct Framing {
  std::string_view length;
  int lengths = 0;
  int encodings = 0;
  bool chunked = false;
  bool compressed = false;
  bool close = false;
  bool keepAlive = false;

  void read(std::string_view name, std::string_view value) {
    if (equalsIgnoringCase(name, "content-length")) {
      ++lengths;
      length = value;
    } else if (equalsIgnoringCase(name, "transfer-encoding")) {
      ++encodings;
      chunked = equalsIgnoringCase(value, "chunked");
    } else if (equalsIgnoringCase(name, "content-encoding")) {
      compressed = compressed || !equalsIgnoringCase(value, "identity");
    } else if (equalsIgnoringCase(name, "connection")) {
      close = close || names(value, "close");
      keepAlive = keepAlive || names(value, "keep-alive");
    }
  }
};

/// Reads the field lines of a head; false when one is broken.
bool readFields(std::string_view lines, Framing& framing) {
  std::size_t fields = 0;
  while (!lines.empty()) {
    const auto end = std::min(lines.find("\r\n"), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 2, lines.size()));
    const auto colon = line.find(':');
    if (colon == line.npos || ++fields > kFields) return false;
    if (!http::isToken(line.substr(0, colon)) || !isFieldText(line)) return false;
    framing.read(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return framing.lengths <= 1 && framing.encodings <= 1 &&
         !(framing.encodings == 1 && (framing.lengths == 1 || !framing.chunked));
}

/// The three digits of "HTTP/1.x NNN …"; 0 for anything else.
int statusOf(std::string_view line) {
  if (line.size() < 12 || !(line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 "))) return 0;
  if (line.size() > 12 && line[12] != ' ') return 0;
  std::size_t status = 0;
  if (!isFieldText(line) || !number(line.substr(9, 3), 10, status) || status < 100) return 0;
  return static_cast<int>(status);
}

}  // namespace

ResponseReader::State ResponseReader::add(std::string_view bytes) {
  begun_ = begun_ || !bytes.empty();
  pending_.append(bytes);
  const State state = advance();
  pending_.erase(0, taken_);
  taken_ = 0;
  return state;
}

ResponseReader::State ResponseReader::closed() {
  keepAlive_ = false;
  if (part_ == Part::UntilClosed) part_ = Part::Done;
  return part_ == Part::Done ? State::Whole : State::Broken;
}

ResponseReader::State ResponseReader::advance() {
  while (part_ != Part::Done) {
    Step step = Step::Go;
    switch (part_) {
      case Part::Head: step = head(); break;
      case Part::ChunkSize: step = chunkSize(); break;
      case Part::Trailer: step = trailer(); break;
      case Part::ChunkEnd:
        if (pending_.size() - taken_ < 2) return State::NeedMore;
        if (pending_.compare(taken_, 2, "\r\n") != 0) return State::Broken;
        taken_ += 2;
        part_ = Part::ChunkSize;
        break;
      default:
        if (!takeBody()) return State::TooLarge;
        if (part_ == Part::UntilClosed || wanted_ > 0) return State::NeedMore;
        part_ = part_ == Part::ChunkData ? Part::ChunkEnd : Part::Done;
    }
    if (step == Step::Wait) return State::NeedMore;
    if (step == Step::Broken) return State::Broken;
    if (step == Step::Compressed) return State::Compressed;
  }
  surplus_ = surplus_ || taken_ < pending_.size();
  return State::Whole;
}

/// Moves what has arrived of the body; false when it grows too large, or says that it will.
bool ResponseReader::takeBody() {
  const std::size_t here = pending_.size() - taken_;
  const bool unbounded = part_ == Part::UntilClosed;
  const std::size_t count = unbounded ? here : std::min(here, wanted_);
  if (body_.size() + (unbounded ? count : wanted_) > bodyBytes_) return false;
  body_.append(pending_, taken_, count);
  taken_ += count;
  if (!unbounded) wanted_ -= count;
  return true;
}

ResponseReader::Step ResponseReader::head() {
  const std::string_view all = std::string_view(pending_).substr(taken_);
  const auto end = all.find("\r\n\r\n");
  if (end == all.npos) return all.size() > kHeadBytes ? Step::Broken : Step::Wait;
  if (end > kHeadBytes) return Step::Broken;
  const Step step = readHead(all.substr(0, end));
  taken_ += end + 4;
  return step;
}

ResponseReader::Step ResponseReader::readHead(std::string_view head) {
  const auto lineEnd = std::min(head.find("\r\n"), head.size());
  status_ = statusOf(head.substr(0, lineEnd));
  if (status_ == 0 || status_ == 101) return Step::Broken;
  Framing framing;
  if (!readFields(head.substr(std::min(lineEnd + 2, head.size())), framing)) return Step::Broken;
  if (status_ < 200) return ++interim_ > kInterim ? Step::Broken : Step::Go;
  if (framing.compressed) return Step::Compressed;
  keepAlive_ = !framing.close && (head.starts_with("HTTP/1.1") || framing.keepAlive);
  wanted_ = 0;
  if (framing.lengths == 1 && !number(framing.length, 10, wanted_)) return Step::Broken;
  if (status_ == 204 || status_ == 304) {
    part_ = Part::Done;
  } else if (framing.chunked) {
    part_ = Part::ChunkSize;
  } else if (framing.lengths == 1) {
    part_ = Part::Length;
  } else {
    part_ = Part::UntilClosed;
    keepAlive_ = false;
  }
  return Step::Go;
}

/// False: no whole line is here yet. A line of more than `most` bytes is reported in `tooLong`.
bool ResponseReader::cutLine(std::string_view& line, std::size_t most, bool& tooLong) {
  const std::string_view all = std::string_view(pending_).substr(taken_);
  const auto end = all.find("\r\n");
  tooLong = std::min(end, all.size()) > most;
  if (tooLong || end == all.npos) return false;
  line = all.substr(0, end);
  taken_ += end + 2;
  return true;
}

ResponseReader::Step ResponseReader::chunkSize() {
  std::string_view line;
  bool tooLong = false;
  if (!cutLine(line, kChunkLine, tooLong)) return tooLong ? Step::Broken : Step::Wait;
  const std::string_view digits = trimmed(line.substr(0, std::min(line.find(';'), line.size())));
  if (digits.size() > 8 || !isFieldText(line) || !number(digits, 16, wanted_)) return Step::Broken;
  part_ = wanted_ == 0 ? Part::Trailer : Part::ChunkData;
  return Step::Go;
}

ResponseReader::Step ResponseReader::trailer() {
  std::string_view line;
  bool tooLong = false;
  if (!cutLine(line, kTrailerBytes, tooLong)) return tooLong ? Step::Broken : Step::Wait;
  trailerBytes_ += line.size() + 2;
  if (trailerBytes_ > kTrailerBytes) return Step::Broken;
  if (line.empty()) part_ = Part::Done;
  return Step::Go;
}

}  // namespace plumbline::fetch
