#include "plugin/http/reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace plumbline::http {
namespace {

using Set = std::array<bool, 256>;

constexpr Set setOf(std::string_view extra) {
  Set set{};
  for (char c = '0'; c <= '9'; ++c) set[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) set[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) set[static_cast<unsigned char>(c)] = true;
  for (char c : extra) set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr Set kToken = setOf("!#$%&'*+-.^_`|~");
constexpr Set kHost = setOf("-._~!$&'()*+;=%:[]");
/// A fragment never belongs on the wire, and readers disagree on what to do with one.
constexpr Set kTarget = setOf("!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
constexpr Set kLine = setOf("\t !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

bool in(const Set& set, char c) {
  return set[static_cast<unsigned char>(c)];
}
bool consistsOf(const Set& set, std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) { return in(set, c); });
}
bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

enum class Cut { Line, Partial, Broken };

/// Takes the first line off `rest`, without its CRLF. A forbidden byte is reported as soon as it is there,
/// even when the line has not ended, so that a client that will never send CRLF is not waited for.
Cut cutLine(std::string_view& rest, std::string_view& line) {
  const auto end =
      std::find_if_not(rest.begin(), rest.end(), [](char c) { return in(kLine, c); }) - rest.begin();
  const auto length = static_cast<std::size_t>(end);
  if (length == rest.size()) return Cut::Partial;
  if (rest[length] != '\r') return Cut::Broken;
  if (length + 1 == rest.size()) return Cut::Partial;
  if (rest[length + 1] != '\n') return Cut::Broken;
  line = rest.substr(0, length);
  rest.remove_prefix(length + 2);
  return Cut::Line;
}

enum class Version { Http10, Http11 };

std::optional<Refusal> readRequestLine(std::string_view line, const HeadLimits& limits, Head& head,
                                       Version& version) {
  const auto methodEnd = line.find(' ');
  const auto targetEnd = methodEnd == line.npos ? line.npos : line.find(' ', methodEnd + 1);
  if (targetEnd == line.npos) return Refusal{400, "the request line is not 'method target version'"};
  head.method = line.substr(0, methodEnd);
  const auto target = line.substr(methodEnd + 1, targetEnd - methodEnd - 1);
  const auto protocol = line.substr(targetEnd + 1);

  if (!consistsOf(kToken, head.method)) return Refusal{400, "the method is not a token"};
  if (target.size() > limits.targetBytes) return Refusal{414, "the request target is too long"};
  if (!consistsOf(kTarget, target) || target.front() != '/') {
    return Refusal{400, "the request target is not an absolute path"};
  }
  if (protocol != "HTTP/1.1" && protocol != "HTTP/1.0") {
    const bool other = protocol.size() == 8 && protocol.starts_with("HTTP/") && isDigit(protocol[5]) &&
                       protocol[6] == '.' && isDigit(protocol[7]);
    return other ? Refusal{505, "only versions 1.1 and 1.0 are spoken here"}
                 : Refusal{400, "the request line is not 'method target version'"};
  }
  version = protocol == "HTTP/1.1" ? Version::Http11 : Version::Http10;
  const auto question = target.find('?');
  head.path = target.substr(0, question);
  if (question != target.npos) head.query = target.substr(question + 1);
  return std::nullopt;
}

std::optional<Refusal> readField(std::string_view line, const HeadLimits& limits, Head& head) {
  if (head.headers.size() == limits.fields) return Refusal{431, "too many header fields"};
  if (line.front() == ' ' || line.front() == '\t') return Refusal{400, "a header field is folded"};
  const auto colon = line.find(':');
  if (colon == line.npos) return Refusal{400, "a header line has no colon"};
  const auto name = line.substr(0, colon);
  if (!consistsOf(kToken, name)) return Refusal{400, "a header name is not a token"};
  head.headers.push_back({name, trimmed(line.substr(colon + 1))});
  return std::nullopt;
}

/// The fields that decide where this request ends, where the next one begins and how its body is read.
struct Framing {
  int hosts = 0, lengths = 0, encodings = 0, types = 0;
  std::string_view host, length, encoding;
  bool close = false, keepAlive = false, expectContinue = false, expectOther = false;
};

void readConnectionOptions(std::string_view value, Framing& framing) {
  while (!value.empty()) {
    const auto comma = value.find(',');
    const auto option = trimmed(value.substr(0, comma));
    if (equalsIgnoringCase(option, "close")) framing.close = true;
    if (equalsIgnoringCase(option, "keep-alive")) framing.keepAlive = true;
    value.remove_prefix(comma == value.npos ? value.size() : comma + 1);
  }
}

Framing framingOf(const std::vector<Header>& headers) {
  Framing framing;
  for (const auto& [name, value] : headers) {
    if (equalsIgnoringCase(name, "host")) {
      ++framing.hosts;
      framing.host = value;
    } else if (equalsIgnoringCase(name, "content-length")) {
      ++framing.lengths;
      framing.length = value;
    } else if (equalsIgnoringCase(name, "transfer-encoding")) {
      ++framing.encodings;
      framing.encoding = value;
    } else if (equalsIgnoringCase(name, "content-type")) {
      ++framing.types;
    } else if (equalsIgnoringCase(name, "connection")) {
      readConnectionOptions(value, framing);
    } else if (equalsIgnoringCase(name, "expect")) {
      (equalsIgnoringCase(value, "100-continue") ? framing.expectContinue : framing.expectOther) = true;
    }
  }
  return framing;
}

std::optional<Refusal> readLength(const Framing& framing, const HeadLimits& limits, Head& head) {
  if (framing.encodings > 0 && framing.lengths > 0) {
    return Refusal{400, "Content-Length and Transfer-Encoding are both given"};
  }
  if (framing.encodings == 1 && equalsIgnoringCase(framing.encoding, "chunked")) {
    return Refusal{411, "a chunked body is not taken; send Content-Length"};
  }
  if (framing.encodings > 0) return Refusal{501, "the transfer encoding is not supported"};
  if (framing.lengths > 1) return Refusal{400, "Content-Length is given more than once"};
  if (framing.lengths == 0) {
    if (head.method == "POST" || head.method == "PUT") return Refusal{411, "Content-Length is missing"};
    return std::nullopt;
  }
  const auto digits = framing.length;
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), isDigit)) {
    return Refusal{400, "Content-Length is not a number"};
  }
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), head.contentLength);
  if (read.ec != std::errc() || head.contentLength > limits.bodyBytes) {
    return Refusal{413, "the body is too large"};
  }
  return std::nullopt;
}

std::optional<Refusal> settle(Version version, const HeadLimits& limits, Head& head) {
  const auto framing = framingOf(head.headers);
  if (framing.hosts > 1 || (framing.hosts == 0 && version == Version::Http11)) {
    return Refusal{400, "Host is not given exactly once"};
  }
  if (framing.hosts == 1 && !consistsOf(kHost, framing.host)) return Refusal{400, "Host is not a host"};
  if (framing.types > 1) return Refusal{400, "Content-Type is given more than once"};
  if (const auto refusal = readLength(framing, limits, head)) return refusal;
  if (framing.expectOther) return Refusal{417, "the expectation is not supported"};
  head.keepAlive = !framing.close && (version == Version::Http11 || framing.keepAlive);
  head.expectContinue = framing.expectContinue && version == Version::Http11;
  return std::nullopt;
}

}  // namespace

bool isToken(std::string_view text) {
  return consistsOf(kToken, text);
}

HeadResult readHead(std::string_view received, const HeadLimits& limits) {
  auto rest = received.substr(0, limits.bytes);
  Head head;
  head.headers.reserve(16);
  Version version{};
  std::string_view line;
  for (bool first = true;; first = false) {
    switch (cutLine(rest, line)) {
      case Cut::Broken:
        return Refusal{400, "the head holds a bare line break, a control byte or a byte that is not ASCII"};
      case Cut::Partial:
        if (received.size() < limits.bytes) return NeedMore{};
        return first ? Refusal{414, "the request target is too long"}
                     : Refusal{431, "the header block is too large"};
      case Cut::Line: break;
    }
    if (!first && line.empty()) break;
    const auto refusal = first ? readRequestLine(line, limits, head, version) : readField(line, limits, head);
    if (refusal) return *refusal;
  }
  if (const auto refusal = settle(version, limits, head)) return *refusal;
  head.size = static_cast<std::size_t>(rest.data() - received.data());
  return head;
}

}  // namespace plumbline::http
