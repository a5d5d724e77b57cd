#include "plugin/clients.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace plumbline {
namespace {

/// 0.0.0.0/8 reaches this machine like 127.0.0.0/8.
bool isLoopback(const in_addr& address) {
  const std::uint32_t first = ntohl(address.s_addr) >> 24;
  return first == 127 || first == 0;
}

}  // namespace

bool isLoopback(const std::string& host) {
  std::string name = host;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  while (name.ends_with('.')) name.pop_back();
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  in_addr four{};
  if (::inet_aton(name.c_str(), &four) != 0) return isLoopback(four);  // 127.1 and 0x7f000001 too
  in6_addr six{};
  if (::inet_pton(AF_INET6, name.c_str(), &six) != 1) return false;
  if (IN6_IS_ADDR_LOOPBACK(&six) || IN6_IS_ADDR_UNSPECIFIED(&six)) return true;
  if (!IN6_IS_ADDR_V4MAPPED(&six)) return false;
  std::copy_n(six.s6_addr + 12, 4, reinterpret_cast<std::uint8_t*>(&four.s_addr));
  return isLoopback(four);
}

std::string problemOfUrl(const std::string& url, const Development& permitted) {
  const auto isStrange = [](unsigned char c) {
    return c <= ' ' || c >= 0x7f || std::string_view("\"<>\\^`{|}").find(char(c)) != std::string_view::npos;
  };
  if (std::any_of(url.begin(), url.end(), isStrange)) return "holds a character that no URL has";
  // By the text, since readers of URLs differ in what an empty one is.
  if (url.find_first_of("@?#") != std::string::npos)
    return "must not hold a name or password, a query or a fragment";
  try {
    const Poco::URI read(url);
    if (read.getScheme() != "https" && read.getScheme() != "http") return "must begin with https://";
    if (read.getHost().empty()) return "names no host";
    if (read.getScheme() == "http" && !permitted.allowPlainHttp)
      return "is plain http, which only development.allowPlainHttp permits";
    std::string host = read.getHost();
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    if (isLoopback(host) && !permitted.allowLoopback)
      return "is this machine, which only development.allowLoopback permits";
    return "";
  } catch (const Poco::Exception&) {
    return "is not a URL";
  }
}

}  // namespace plumbline
