// Whatever a caller says of its trace, what goes on to FHIR servers is one line each, of a trace that is
// sound, and is read by the next as it was meant. The first line of the input is traceparent, each other a
// tracestate.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/http/message.h"
#include "tests/fuzz/require.h"

namespace {

using namespace plumbline::http;

std::vector<Header> headersOf(std::string_view text) {
  std::vector<Header> headers;
  for (std::string_view name = "traceparent"; !text.empty(); name = "tracestate") {
    const auto end = std::min(text.find('\n'), text.size());
    headers.push_back({name, text.substr(0, end)});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return headers;
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\nfoo=1,bar=2\nrojo=00f067aa0ba902b7",
      "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what the future brings\n fw529a3039@dt=x!y ~ "
      ",,",
      "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "00-00000000000000000000000000000000-0000000000000000-00\na=1,a=2"};
  *count = sizeof seeds / sizeof *seeds;
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Trace trace = traceOf(headersOf({reinterpret_cast<const char*>(data), size}));
  require(trace.id.size() == 32 && trace.id.find_first_not_of("0123456789abcdef") == trace.id.npos);
  require(trace.id.find_first_not_of('0') != trace.id.npos);
  require(trace.state.size() <= 512);
  for (const char c : trace.state) require(c >= ' ' && c <= '~');

  const std::string fields = fieldsOf(trace);
  constexpr std::string_view kParent = "traceparent: ", kState = "tracestate: ";
  require(fields.starts_with(kParent) && fields.ends_with("\r\n"));
  const std::string parent = fields.substr(kParent.size(), fields.find("\r\n") - kParent.size());
  std::string next = parent;
  if (!trace.state.empty()) {
    const auto at = fields.find(kState);
    require(at == kParent.size() + parent.size() + 2);
    next += "\n" + fields.substr(at + kState.size(), fields.size() - at - kState.size() - 2);
  }
  const Trace read = traceOf(headersOf(next));
  require(read.id == trace.id && read.sampled == trace.sampled && read.state == trace.state);
  return 0;
}
