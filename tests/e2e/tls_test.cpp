/// TLS on the program's own listener, and towards servers of key sets.
#include "certs/tls.h"

#include <Poco/Net/SecureStreamSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "certs/tls_server.h"
#include "plugin/http/server.h"
#include "tests/certs/made_certs.h"
#include "tests/certs/signer.h"
#include "tests/e2e/running.h"
#include "tests/plugin/golden.h"

namespace plumbline::e2e {
namespace {

namespace fs = std::filesystem;
using certs::Algorithm;
using certs::MadeCerts;
using certs::Signer;
using http::get;
using http::post;
using std::string;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

const string kNow = "2026-11-23T10:00:00Z";
constexpr long kSeconds = 1'795'428'000;  // the same moment
const string kPath = "/cds-services/plumbline-patient-view";

/// A client that verifies, as EHRs do.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, const string& authority, const MadeCerts* certificate = nullptr)
      : context_(certs::clientContext("localhost", authority)) {
    if (certificate) {
      SSL_CTX_use_certificate_chain_file(context_->sslContext(), certificate->file("client.pem").c_str());
      SSL_CTX_use_PrivateKey_file(context_->sslContext(), certificate->file("client.key").c_str(),
                                  SSL_FILETYPE_PEM);
    }
    socket_ = std::make_unique<Poco::Net::SecureStreamSocket>(Poco::Net::SocketAddress("127.0.0.1", port),
                                                              "localhost", context_);
    socket_->setReceiveTimeout(Poco::Timespan(5, 0));
  }

  string ask(const string& request) {
    socket_->sendBytes(request.data(), static_cast<int>(request.size()));
    string heard;
    char block[16 * 1024];
    while (true) {
      const auto end = heard.find("\r\n\r\n");
      const auto field = heard.find("Content-Length: ");
      if (end != string::npos && field < end &&
          heard.size() >= end + 4 + std::stoul(heard.substr(field + 16)))
        return heard;
      const int got = socket_->receiveBytes(block, sizeof block);
      if (got <= 0) return heard;
      heard.append(block, static_cast<std::size_t>(got));
    }
  }
  string serial() { return socket_->peerCertificate().serialNumber(); }
  /// Whether the server says that it ends the connection, instead of just being gone.
  bool hearsGoodbye() {
    char block[1024];
    return socket_->receiveBytes(block, sizeof block) == 0;
  }

 private:
  Poco::Net::Context::Ptr context_;
  std::unique_ptr<Poco::Net::SecureStreamSocket> socket_;
};

class Encrypted : public Running {
 protected:
  Encrypted() : Running("tls") {}
  void SetUp() override {
    Running::SetUp();
    for (const char* file : {"server.pem", "server.key"}) fs::copy_file(made.file(file), directory / file);
    std::ofstream(directory / "keys.json") << signer.jwks();
  }

  void configure(const string& keys, const string& tls = "", const string& more = "") const {
    std::ofstream(config) << R"({"baseUrl": "https://p.example", "rollout": {"default": "on"},
      "listen": {"port": 0, "tls": {"certificate": "server.pem", "key": "server.key")"
                          << tls << R"(}},
      "development": {"allowLoopback": true},
      "clients": [{"name": "ehr", "issuer": "i", )"
                          << keys << "}]" << more << "}";
  }
  void start() { serve({"--config", config, "--now", kNow}, "https"); }
  string call() {
    const string token =
        signer.token(R"({"iss": "i", "aud": "https://p.example)" + kPath + R"(", "exp": )" +
                     std::to_string(kSeconds + 300) + R"(, "iat": )" + std::to_string(kSeconds) +
                     R"(, "jti": ")" + std::to_string(++calls) + "\"}");
    return post(kPath, golden::contents("emergency.request.json"),
                "Content-Type: application/json\r\nAuthorization: Bearer " + token + "\r\n");
  }
  string authority() const { return made.file("ca.pem"); }

  MadeCerts made{"e2e"};
  Signer signer{Algorithm::RS384, "k1"};
  int calls = 0;
};

TEST_F(Encrypted, AnswersAgainAndAgainOverOneConnectionAndSaysGoodbye) {
  configure(R"("jwksFile": "keys.json")");
  start();
  TlsClient client(port, authority());
  for (int i = 0; i < 5; ++i)
    EXPECT_THAT(client.ask(call()), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("critical")));
  EXPECT_THAT(client.ask(get("/cds-services", "Connection: close\r\n")), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(client.hearsGoodbye());
  program->signal(SIGTERM);
  EXPECT_EQ(program->ended(), 0);
}

TEST_F(Encrypted, TellsOnThisMachineWhetherItIsReady) {
  configure(R"("jwksFile": "keys.json")");
  start();
  const string at = std::to_string(port);
  Program asked({"alive", "--config", config, "--port", at}, directory / "alive");
  EXPECT_EQ(asked.ended(), 0) << read(directory / "alive");
  Program plain({"alive", "--port", at}, directory / "alive");
  EXPECT_EQ(plain.ended(), 1);
  program->signal(SIGTERM);
  EXPECT_EQ(program->ended(), 0);
}

TEST_F(Encrypted, ServesANewCertificateAfterSighupWithoutEndingWhatIsThere) {
  configure(R"("jwksFile": "keys.json")");
  start();
  TlsClient before(port, authority());
  EXPECT_THAT(before.ask(call()), StartsWith("HTTP/1.1 200 "));
  const MadeCerts next("e2e-next");
  for (const char* file : {"server.pem", "server.key"})
    fs::copy_file(next.file(file), directory / file, fs::copy_options::overwrite_existing);
  program->signal(SIGHUP);
  for (int i = 0; i < 2000 && read(errors).find("reloaded") == string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_THAT(before.ask(call()), StartsWith("HTTP/1.1 200 "));
  TlsClient after(port, next.file("ca.pem"));
  EXPECT_THAT(after.ask(call()), StartsWith("HTTP/1.1 200 "));
  EXPECT_NE(before.serial(), after.serial());
  EXPECT_THROW(TlsClient(port, authority()).ask(call()), Poco::Exception);
}

TEST_F(Encrypted, AsksForACertificateWhereClientsMustHaveOne) {
  configure(R"("jwksFile": "keys.json")", R"(, "clientAuthority": ")" + authority() + '"');
  start();
  EXPECT_THAT(TlsClient(port, authority(), &made).ask(call()), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(
      TlsClient(port, authority(), &made).ask(post(kPath, "{}", "Content-Type: application/json\r\n")),
      StartsWith("HTTP/1.1 401 "))
      << "a certificate stands for no token";
  EXPECT_THROW(
      {
        TlsClient without(port, authority());
        if (without.ask(call()).empty()) throw Poco::IOException("ended");
      },
      Poco::Exception);
}

TEST_F(Encrypted, IsNotSpokenInTheClear) {
  configure(R"("jwksFile": "keys.json")");
  start();
  http::Client plain(port);
  plain.say(get("/cds-services"));
  EXPECT_THAT(plain.rest(), testing::Not(HasSubstr("HTTP/1.1")));
  EXPECT_THAT(TlsClient(port, authority()).ask(call()), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Encrypted, FetchesKeysFromAServerOfTheAuthorityThatIsConfigured) {
  http::Server::Options options;
  options.tls = certs::serverContext(made.file("server.pem"), made.file("server.key"), "");
  http::Server keys(options, [&](const http::Request&) {
    http::Reply reply;
    reply.body = signer.jwks();
    return reply;
  });
  keys.start();
  const string source = R"("jwksUrl": "https://localhost:)" + std::to_string(keys.port()) + "/keys\"";
  configure(source, "", R"(, "outgoing": {"authority": ")" + authority() + "\"}");
  start();
  EXPECT_THAT(TlsClient(port, authority()).ask(call()), StartsWith("HTTP/1.1 200 "));
  program->signal(SIGTERM);
  EXPECT_EQ(program->ended(), 0);
  configure(source);
  start();
  EXPECT_THAT(TlsClient(port, authority()).ask(call()), StartsWith("HTTP/1.1 401 "))
      << "the system's authorities";
}

TEST_F(Encrypted, IsCheckedWithTheFilesItIsServedWith) {
  const auto check = [&] {
    Program command({"check", "--config", config}, errors);
    const string said = command.rest();
    return std::pair(said, command.ended());
  };
  configure(R"("jwksFile": "keys.json")");
  EXPECT_THAT(check(), testing::Pair(AllOf(HasSubstr(":/listen/tls/certificate: note: "),
                                           HasSubstr("expires at"), HasSubstr("no problem")),
                                     0));
  fs::copy_file(made.file("client.key"), directory / "server.key", fs::copy_options::overwrite_existing);
  fs::remove(directory / "keys.json");
  EXPECT_THAT(check(), testing::Pair(AllOf(HasSubstr("plumbline.jsonc:/listen/tls/key: "),
                                           HasSubstr("plumbline.jsonc:/clients/0/jwksFile: ")),
                                     1));
  std::ofstream(config) << R"({"lsiten": {"port": 0}})";
  EXPECT_THAT(check(), testing::Pair(AllOf(HasSubstr("plumbline.jsonc:/lsiten: "),
                                           HasSubstr("are looked at once this is mended")),
                                     1));
}

TEST_F(Encrypted, IsNotStartedWithDevelopmentCertificatesOutsideOfDevelopment) {
  std::ofstream(config) << R"({"baseUrl": "https://p.example",
    "listen": {"port": 0, "tls": {"certificate": "server.pem", "key": "server.key"}},
    "clients": [{"name": "ehr", "issuer": "i", "jwksFile": "keys.json"}]})";
  Program refused({"serve", "--config", config}, errors);
  EXPECT_EQ(refused.ended(), 1);
  EXPECT_THAT(read(errors), HasSubstr("/listen/tls/certificate: " + (directory / "server.pem").string() +
                                      " is for development only"));
}

}  // namespace
}  // namespace plumbline::e2e
