// The yardstick for our own edge: Poco's HTTPServer with a handler that reads the body and answers "{}".
// usage: poco_empty_server PORT
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace {

class EmptyHandler final : public Poco::Net::HTTPRequestHandler {
 public:
  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    char block[64 * 1024];
    auto& body = request.stream();
    while (body.read(block, sizeof block) || body.gcount() > 0) {
    }
    response.setContentType("application/json");
    response.sendBuffer("{}", 2);
  }
};

class EmptyFactory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new EmptyHandler;
  }
};

}  // namespace

int main(int argc, char** argv) {
  const int port = argc == 2 ? std::atoi(argv[1]) : -1;
  if (port < 0 || port > 65535) {
    std::fprintf(stderr, "usage: %s PORT\n", argv[0]);
    return 2;
  }
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  // The same room as our own server has, so that threads are not what differs.
  Poco::ThreadPool threads(4, 1056, 60, 512 * 1024);
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setMaxThreads(1056);
  params->setMaxQueued(1024);
  params->setMaxKeepAliveRequests(0);
  const Poco::Net::SocketAddress address("127.0.0.1", static_cast<Poco::UInt16>(port));
  Poco::Net::HTTPServer server(new EmptyFactory, threads, Poco::Net::ServerSocket(address, 1024), params);
  server.start();
  std::printf("ready http://127.0.0.1:%d\n", static_cast<int>(server.port()));
  std::fflush(stdout);
  int received = 0;
  sigwait(&stop, &received);
  server.stopAll(true);
  return 0;
}
