#include "plugin/alive.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <array>
#include <string_view>

namespace plumbline {
namespace {

using Poco::Net::IPAddress;
using Poco::Net::SocketAddress;

const Poco::Timespan kPatience(3, 0);
constexpr std::string_view kQuestion =
    "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// Where this machine reaches a listener: one of all addresses is also one of loopback.
SocketAddress reachable(const Listen& listen) {
  const IPAddress address(listen.address);
  if (!address.isWildcard()) return {address, listen.port};
  return {IPAddress(address.family() == IPAddress::IPv6 ? "::1" : "127.0.0.1"), listen.port};
}

std::string statusLine(Poco::Net::StreamSocket& socket) {
  socket.setReceiveTimeout(kPatience);
  socket.setSendTimeout(kPatience);
  socket.sendBytes(kQuestion.data(), static_cast<int>(kQuestion.size()));
  std::string answer;
  std::array<char, 512> part;
  while (answer.find("\r\n") == std::string::npos && answer.size() < 1024) {
    const int count = socket.receiveBytes(part.data(), static_cast<int>(part.size()));
    if (count <= 0) break;
    answer.append(part.data(), static_cast<std::size_t>(count));
  }
  return answer.substr(0, answer.find("\r\n"));
}

std::string ask(const SocketAddress& address, bool tls) {
  if (!tls) {
    Poco::Net::StreamSocket socket;
    socket.connect(address, kPatience);
    return statusLine(socket);
  }
  Poco::Net::Context::Params params;
  params.verificationMode = Poco::Net::Context::VERIFY_NONE;
  const Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params);
  Poco::Net::SecureStreamSocket socket(context);
  socket.connect(address, kPatience);
  return statusLine(socket);
}

}  // namespace

std::string whyNotReady(const Config& config) {
  const Listen& listen = config.admin ? *config.admin : config.listen;
  if (listen.port == 0) return "no port is configured";
  try {
    const std::string line = ask(reachable(listen), config.listen.tls.has_value());
    if (line.starts_with("HTTP/1.1 200 ")) return "";
    return line.empty() ? "the service closed the connection" : line;
  } catch (const Poco::Exception& error) {
    return error.displayText();
  }
}

}  // namespace plumbline
