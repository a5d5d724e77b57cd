#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plumbline::fetch {

/// Reads one HTTP/1.1 response to a GET out of its bytes as they come. Pure; one response, then a new reader.
///
/// Broken, because two readers could see two responses or the server is none of ours: line ends other than
/// CRLF, folded fields, control bytes in the head, a head over 16 KiB or 100 fields; Content-Length twice,
/// not a number, or beside Transfer-Encoding; a transfer encoding other than chunked; a chunk size that is
/// not plain; 101; more than four interim responses; a connection that closes early.
class ResponseReader {
 public:
  enum class State {
    NeedMore,
    Whole,
    Broken,
    TooLarge,   ///< a body, decoded, over `bodyBytes`
    Compressed  ///< a Content-Encoding, which was not asked for: what it grows to is unknown
  };

  explicit ResponseReader(std::size_t bodyBytes) : bodyBytes_(bodyBytes) {}

  /// Any state but NeedMore is final.
  State add(std::string_view bytes);
  /// The server closed: the end of a body without a length, else Broken.
  State closed();

  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::string& body() const { return body_; }
  /// Bytes held for this response.
  [[nodiscard]] std::size_t held() const { return body_.capacity(); }
  /// Once Whole: whether another request may go over the same connection. Not when bytes followed that belong
  /// to no request.
  [[nodiscard]] bool reusable() const { return keepAlive_ && !surplus_ && part_ == Part::Done; }

 private:
  enum class Part { Head, Length, UntilClosed, ChunkSize, ChunkData, ChunkEnd, Trailer, Done };
  enum class Step { Go, Wait, Broken, Compressed };

  State advance();
  Step head();
  Step readHead(std::string_view head);
  Step chunkSize();
  Step trailer();
  bool takeBody();
  bool cutLine(std::string_view& line, std::size_t most, bool& tooLong);

  const std::size_t bodyBytes_;
  Part part_ = Part::Head;
  std::string pending_;     ///< received and not yet understood
  std::size_t taken_ = 0;   ///< of pending_
  std::size_t wanted_ = 0;  ///< of the body or the chunk
  std::size_t trailerBytes_ = 0;
  std::string body_;
  int status_ = 0;
  int interim_ = 0;
  bool begun_ = false;
  bool keepAlive_ = false;
  bool surplus_ = false;
};

}  // namespace plumbline::fetch
