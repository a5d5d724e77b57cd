#include "plugin/auth/fetch_document.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/URI.h>

#include <chrono>
#include <istream>
#include <memory>

#include "certs/tls.h"

namespace plumbline::auth {
namespace {

using Clock = std::chrono::steady_clock;
using Session = std::unique_ptr<Poco::Net::HTTPClientSession>;

constexpr std::chrono::seconds kWhole(5);
constexpr long kSilenceSeconds = 2;  // between two pieces of an answer

Session sessionFor(const Poco::URI& url, const std::string& authority) {
  std::string host = url.getHost();
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (url.getScheme() == "http") return std::make_unique<Poco::Net::HTTPClientSession>(host, url.getPort());
  return std::make_unique<Poco::Net::HTTPSClientSession>(host, url.getPort(),
                                                         certs::clientContext(host, authority));
}

/// The whole body, or nothing when there is too much of it or it takes too long.
std::optional<std::string> bodyOf(std::istream& in, std::size_t mostBytes, Clock::time_point until) {
  std::string body;
  char block[8 * 1024];
  while (in.read(block, sizeof block), in.gcount() > 0) {
    body.append(block, static_cast<std::size_t>(in.gcount()));
    if (body.size() > mostBytes || Clock::now() > until) return std::nullopt;
  }
  return body;
}

}  // namespace

std::optional<std::string> fetchDocument(const std::string& url, const std::string& authority,
                                         std::size_t mostBytes, std::string& why) {
  try {
    const auto until = Clock::now() + kWhole;
    const Poco::URI address(url);
    const Session session = sessionFor(address, authority);
    session->setTimeout(Poco::Timespan(kSilenceSeconds, 0));
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET, address.getPathAndQuery(),
                                   Poco::Net::HTTPRequest::HTTP_1_1);
    if (request.getURI().empty()) request.setURI("/");
    request.set("Accept", "application/json");
    session->sendRequest(request);
    Poco::Net::HTTPResponse response;
    std::istream& in = session->receiveResponse(response);
    if (response.getStatus() != Poco::Net::HTTPResponse::HTTP_OK) {
      why = "answered " + std::to_string(static_cast<int>(response.getStatus()));
      return std::nullopt;
    }
    auto body = bodyOf(in, mostBytes, until);
    if (!body) why = "sends too much, or too slowly";
    return body;
  } catch (const Poco::TimeoutException&) {
    why = "does not answer in time";
  } catch (const Poco::Net::DNSException&) {
    why = "has no address: its name is not known";
  } catch (const Poco::Exception& error) {
    why = std::string("cannot be asked: ") + error.name();
  }
  return std::nullopt;
}

}  // namespace plumbline::auth
