// A response reads the same however the network cut it up, holds no more than it may, and once it is over no
// byte that follows changes it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plugin/fetch/response.h"
#include "tests/fuzz/require.h"

namespace {

using plumbline::fetch::ResponseReader;
using State = ResponseReader::State;

constexpr std::size_t kMost = 200;

/// What is made of `bytes` in pieces of `piece`; the server then closes.
struct Read {
  ResponseReader reader{kMost};
  State state = State::NeedMore;

  Read(std::string_view bytes, std::size_t piece) {
    while (!bytes.empty() && state == State::NeedMore) {
      state = reader.add(bytes.substr(0, piece));
      bytes.remove_prefix(std::min(piece, bytes.size()));
      require(reader.body().size() <= kMost);
    }
    if (state == State::NeedMore) state = reader.closed();
    require(state != State::NeedMore);
  }
};

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 12\r\n\r\n{\"a\":\"bcde\"}",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;x=y\r\nhello\r\n0a\r\n0123456789\r\n0\r\nExpires: x\r\n\r\n",
      "HTTP/1.0 404 Not Found\r\nConnection: keep-alive, close\r\n\r\nnothing here",
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
      "HTTP/1.1 204 No Content\r\n\r\n"};
  *count = sizeof seeds / sizeof *seeds;
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Read whole(bytes, size == 0 ? 1 : size);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    const Read cut(bytes, piece);
    require(cut.state == whole.state);
    require(cut.reader.status() == whole.reader.status());
    if (whole.state == State::Whole) require(cut.reader.body() == whole.reader.body());
  }
  if (whole.state == State::Whole) require(whole.reader.status() >= 200 && whole.reader.status() <= 999);
  return 0;
}
