#include "plugin/fetch/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "plugin/http/message.h"

namespace plumbline::fetch {
namespace {

constexpr std::size_t kLongestBase = 1024;
constexpr std::size_t kLongestTarget = 8 * 1024;

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool isAlphanumeric(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool consistsOf(std::string_view text, std::string_view extra) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return isAlphanumeric(c) || extra.find(c) != extra.npos; });
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool isAddress(int family, const std::string& text) {
  unsigned char bytes[16];
  return ::inet_pton(family, text.c_str(), bytes) == 1;
}

/// Resolvers read "127.1", "0x7f.0.0.1" and "2130706433" as addresses; only four decimals are one here.
bool isHost(const std::string& host) {
  if (host.empty() || host.size() > 253 || !consistsOf(host, ".-")) return false;
  if (host.front() == '.' || host.back() == '.' || host.find("..") != host.npos) return false;
  const std::string last = host.substr(host.rfind('.') + 1);
  const bool numeric = isDigit(last.front());
  return !numeric || isAddress(AF_INET, host);
}

bool isPort(std::string_view text, std::uint16_t& port) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), isDigit) || text.front() == '0') return false;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc() && port != 0;
}

bool isDotSegment(std::string_view segment) {
  return segment.empty() || segment == "." || segment == "..";
}

/// Segments that say one thing to every reader; a slash at the end is allowed.
bool isPlainPath(std::string_view path) {
  while (path.size() > 1) {
    path.remove_prefix(1);
    const auto slash = std::min(path.find('/'), path.size());
    if (isDotSegment(path.substr(0, slash))) return false;
    path.remove_prefix(slash);
  }
  return true;
}

/// Takes scheme and authority off `url` into a Base without a path; false when they are not plain.
bool cutOrigin(std::string_view& url, Base& base) {
  const auto colon = url.find("://");
  if (colon == url.npos) return false;
  const std::string_view scheme = url.substr(0, colon);
  base.tls = http::equalsIgnoringCase(scheme, "https");
  if (!base.tls && !http::equalsIgnoringCase(scheme, "http")) return false;
  url.remove_prefix(colon + 3);
  std::string_view authority = url.substr(0, std::min(url.find_first_of("/?#"), url.size()));
  url.remove_prefix(authority.size());
  base.port = base.tls ? 443 : 80;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == authority.npos) return false;
    base.host = authority.substr(1, end - 1);
    if (!isAddress(AF_INET6, base.host)) return false;
    authority.remove_prefix(end + 1);
    if (!authority.empty() && authority.front() != ':') return false;
  } else {
    base.host = authority.substr(0, std::min(authority.find(':'), authority.size()));
    authority.remove_prefix(base.host.size());
    if (!isHost(base.host)) return false;
  }
  std::transform(base.host.begin(), base.host.end(), base.host.begin(), lower);
  return authority.empty() || isPort(authority.substr(1), base.port);
}

/// An escaped dot, slash or backslash may be taken back before dot segments are looked for.
bool hidesASegment(std::string_view path) {
  for (auto at = path.find('%'); at != path.npos; at = path.find('%', at + 1)) {
    const std::string_view code = path.substr(at + 1, 2);
    for (const std::string_view hidden : {"2e", "2f", "5c", "25"}) {
      if (http::equalsIgnoringCase(code, hidden)) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<Base> parseBase(std::string_view url) {
  Base base;
  if (url.size() > kLongestBase || !cutOrigin(url, base)) return std::nullopt;
  if (!consistsOf(url, "/-._~!$&'()*+,;=:") || !isPlainPath(url)) return std::nullopt;
  if (url.ends_with('/')) url.remove_suffix(1);
  base.path = url;
  return base;
}

std::string hostField(const Base& base) {
  const std::string host = base.host.find(':') == base.host.npos ? base.host : "[" + base.host + "]";
  return base.port == (base.tls ? 443 : 80) ? host : host + ":" + std::to_string(base.port);
}

std::optional<std::string> targetWithin(const Base& base, std::string_view url) {
  constexpr std::string_view kNever = "#\"<>\\";
  const bool plain = std::all_of(
      url.begin(), url.end(), [&](char c) { return c > ' ' && c < 0x7f && kNever.find(c) == kNever.npos; });
  if (url.empty() || url.size() > kLongestTarget || !plain) return std::nullopt;
  std::string target;
  if (const auto colon = url.find(':'); colon < url.find_first_of("/?")) {
    Base origin;
    if (!cutOrigin(url, origin)) return std::nullopt;
    origin.path = base.path;
    if (origin != base) return std::nullopt;
    target = url;
    if (!target.starts_with('/')) target.insert(0, "/");
  } else if (url.starts_with('/')) {
    target = url;
  } else {
    target = base.path + (url.starts_with('?') && !base.path.empty() ? "" : "/") + std::string(url);
  }
  const std::string path = target.substr(0, target.find('?'));
  if (!isPlainPath(path) || hidesASegment(path)) return std::nullopt;
  const bool within = path == base.path || path.starts_with(base.path + "/");
  return within ? std::optional(target) : std::nullopt;
}

}  // namespace plumbline::fetch
