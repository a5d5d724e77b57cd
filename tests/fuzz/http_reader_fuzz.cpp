// A head is accepted only when its last byte is there, says one thing about its length, and reads the same
// however the network cut it up.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "plugin/http/reader.h"
#include "tests/fuzz/require.h"

namespace {

using namespace plumbline::http;

const HeadLimits kLimits{.bytes = 512, .fields = 8, .targetBytes = 64, .bodyBytes = 1000};

int count(const Head& head, std::string_view name) {
  int found = 0;
  for (const auto& field : head.headers) found += equalsIgnoringCase(field.name, name);
  return found;
}

void checkAccepted(std::string_view received, const Head& head) {
  require(head.size <= received.size() && head.size <= kLimits.bytes);
  require(received.substr(0, head.size).ends_with("\r\n\r\n"));
  require(received.substr(0, head.size).find("\r\n\r\n") == head.size - 4);
  require(count(head, "transfer-encoding") == 0 && count(head, "content-length") <= 1);
  require(count(head, "host") <= 1 && head.headers.size() <= kLimits.fields);
  require(head.contentLength <= kLimits.bodyBytes);
  require(isToken(head.method) && head.path.starts_with('/') && head.path.find('?') == head.path.npos);
  for (const auto& field : head.headers) {
    require(isToken(field.name));
    for (char c : field.value) require(c == '\t' || (c >= ' ' && c < 0x7f));
  }
}

bool same(const HeadResult& a, const HeadResult& b) {
  if (a.index() != b.index()) return false;
  if (const auto* refusal = std::get_if<Refusal>(&a)) {
    const auto& other = std::get<Refusal>(b);
    return refusal->status == other.status && refusal->detail == other.detail;
  }
  if (const auto* head = std::get_if<Head>(&a)) {
    const auto& other = std::get<Head>(b);
    return head->size == other.size && head->contentLength == other.contentLength &&
           head->path == other.path && head->keepAlive == other.keepAlive;
  }
  return true;
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      "POST /cds-services/a?b=c HTTP/1.1\r\nHost: x:1\r\nContent-Length: 12\r\nExpect: "
      "100-continue\r\n\r\n{}GET /",
      "GET / HTTP/1.0\r\nConnection: keep-alive, x\r\nX: =?us-ascii?Q?chunked?=\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost : x\r\n folded\r\n\n"};
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view received(reinterpret_cast<const char*>(data), size);
  const auto whole = readHead(received, kLimits);
  if (const auto* head = std::get_if<Head>(&whole)) checkAccepted(received, *head);
  for (std::size_t cut = 0; cut < size; ++cut) {
    const auto part = readHead(received.substr(0, cut), kLimits);
    require(std::holds_alternative<NeedMore>(part) || same(part, whole));
    if (const auto* head = std::get_if<Head>(&whole); head && cut < head->size) {
      require(std::holds_alternative<NeedMore>(part));
    }
  }
  return 0;
}
