#include "certs/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <fstream>
#include <functional>

#include "certs/tls_server.h"
#include "tests/certs/made_certs.h"

namespace plumbline::certs {
namespace {

using std::string;
using testing::HasSubstr;

const MadeCerts& ours() {
  static const MadeCerts made("ours");
  return made;
}

const MadeCerts& others() {
  static const MadeCerts made("others");
  return made;
}

ServerContext server(const string& clientAuthority = "") {
  return serverContext(ours().file("server.pem"), ours().file("server.key"), clientAuthority);
}

/// A client with a session of ours at its other end, and no network between.
class Pair {
 public:
  Pair(const Poco::Net::Context::Ptr& client, ServerContext context)
      : context_(client), server_(std::move(context)), client_(SSL_new(client->sslContext())) {
    SSL_set_bio(client_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(client_);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() { SSL_free(client_); }

  SSL* client() { return client_; }
  TlsSession& session() { return server_; }

  /// Carries bytes to and fro until nothing moves; `piece` bytes at a time towards the server.
  void settle(std::size_t piece = 16 * 1024) {
    for (bool moved = true; moved;) {
      SSL_do_handshake(client_);
      heard_ += readClient();
      string to(BIO_ctrl_pending(SSL_get_wbio(client_)), '\0');
      if (!to.empty()) BIO_read(SSL_get_wbio(client_), to.data(), static_cast<int>(to.size()));
      moved = !to.empty();
      for (std::size_t at = 0; at < to.size(); at += piece) {
        server_.arrived(std::string_view(to).substr(at, piece));
        said_ += readServer();
      }
      const string back = server_.toSend();
      moved = moved || !back.empty();
      BIO_write(SSL_get_rbio(client_), back.data(), static_cast<int>(back.size()));
    }
  }

  [[nodiscard]] bool done() const { return SSL_is_init_finished(client_) == 1 && server_.handshakeDone(); }
  string said() { return std::exchange(said_, {}); }
  string heard() { return std::exchange(heard_, {}); }

 private:
  string readServer() {
    string all;
    char block[1000];
    while (const int count = server_.read(block, sizeof block))
      all.append(block, static_cast<std::size_t>(count));
    return all;
  }
  string readClient() {
    string all;
    char block[1000];
    for (int count = 0; (count = SSL_read(client_, block, sizeof block)) > 0;)
      all.append(block, static_cast<std::size_t>(count));
    return all;
  }

  Poco::Net::Context::Ptr context_;
  TlsSession server_;
  SSL* client_;
  string said_, heard_;
};

Poco::Net::Context::Ptr client(const string& host = "localhost") {
  return clientContext(host, ours().file("ca.pem"));
}

TEST(Tls, CarriesBytesBothWaysHoweverTheyArrive) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{16 * 1024}}) {
    Pair pair(client(), server());
    pair.settle(piece);
    ASSERT_TRUE(pair.done());
    const string large(100'000, 'x');
    SSL_write(pair.client(), large.data(), static_cast<int>(large.size()));
    pair.settle(piece);
    EXPECT_EQ(pair.said(), large);
    pair.session().write(large);
    pair.settle(piece);
    EXPECT_EQ(pair.heard(), large);
    pair.session().sayGoodbye();
    pair.settle();
    EXPECT_TRUE(SSL_get_shutdown(pair.client()) & SSL_RECEIVED_SHUTDOWN);
  }
}

TEST(Tls, IsOnlyForTheHostThatTheCertificateNames) {
  for (const char* host : {"localhost", "127.0.0.1", "::1"}) {
    Pair pair(client(host), server());
    pair.settle();
    EXPECT_TRUE(pair.done()) << host;
  }
  for (const char* host : {"example.org", "127.0.0.2", "localhost.example", "xlocalhost"}) {
    Pair pair(client(host), server());
    pair.settle();
    EXPECT_FALSE(pair.done()) << host;
  }
}

TEST(Tls, IsOnlyForAnAuthorityThatIsTrusted) {
  Pair stranger(clientContext("localhost", others().file("ca.pem")), server());
  stranger.settle();
  EXPECT_FALSE(stranger.done());
  Pair ofTheSystem(clientContext("localhost", ""), server());
  ofTheSystem.settle();
  EXPECT_FALSE(ofTheSystem.done());
  EXPECT_THROW(clientContext("localhost", "/nowhere/ca.pem"), Poco::Exception);
}

TEST(Tls, IsOfVersion12OrLaterWithForwardSecrecy) {
  const auto tried = [](const std::function<void(SSL*)>& set) {
    Pair pair(client(), server());
    SSL_set_security_level(pair.client(), 0);
    set(pair.client());
    pair.settle();
    return pair.done();
  };
  EXPECT_TRUE(tried([](SSL* ssl) { SSL_set_max_proto_version(ssl, TLS1_2_VERSION); }));
  EXPECT_TRUE(tried([](SSL* ssl) { SSL_set_min_proto_version(ssl, TLS1_3_VERSION); }));
  EXPECT_FALSE(tried([](SSL* ssl) {
    SSL_set_min_proto_version(ssl, TLS1_VERSION);
    SSL_set_max_proto_version(ssl, TLS1_1_VERSION);
  }));
  for (const char* weak :
       {"AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "aNULL"}) {
    EXPECT_FALSE(tried([&](SSL* ssl) {
      SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
      SSL_set_cipher_list(ssl, weak);
    })) << weak;
  }
}

TEST(Tls, AsksForACertificateOfTheClientsAuthorityWhereThereIsOne) {
  const auto tried = [](const MadeCerts* certificate) {
    const auto context = client();
    if (certificate) {
      SSL_CTX_use_certificate_chain_file(context->sslContext(), certificate->file("client.pem").c_str());
      SSL_CTX_use_PrivateKey_file(context->sslContext(), certificate->file("client.key").c_str(),
                                  SSL_FILETYPE_PEM);
    }
    Pair pair(context, server(ours().file("ca.pem")));
    pair.settle();
    SSL_write(pair.client(), "hello", 5);
    pair.settle();
    return pair.said() == "hello";
  };
  EXPECT_TRUE(tried(&ours()));
  EXPECT_FALSE(tried(nullptr));
  EXPECT_FALSE(tried(&others()));
}

TEST(Tls, EndsForWhoDoesNotSpeakIt) {
  TlsSession session(server());
  session.arrived("GET / HTTP/1.1\r\n\r\n");
  char block[100];
  EXPECT_EQ(session.read(block, sizeof block), 0);
  EXPECT_EQ(session.state(), TlsSession::State::Over);
  session.write("secret");
  EXPECT_THAT(session.toSend(), testing::Not(HasSubstr("secret")));
}

TEST(Tls, IsNotServedWithFilesThatDoNotGoTogether) {
  const auto why = [](const string& certificate, const string& key, const string& authority) -> string {
    try {
      serverContext(certificate, key, authority);
    } catch (const TlsError& error) {
      return error.what();
    }
    return "";
  };
  const string pem = ours().file("server.pem"), key = ours().file("server.key");
  EXPECT_EQ(why(pem, key, ""), "");
  EXPECT_THAT(why("/nowhere.pem", key, ""), HasSubstr("/nowhere.pem "));
  EXPECT_THAT(why(pem, others().file("server.key"), ""), HasSubstr("server.key is not the private key"));
  EXPECT_THAT(why(pem, pem, ""), HasSubstr("server.pem holds no private key"));
  EXPECT_EQ(why(pem, "/nowhere.key", ""), "/nowhere.key cannot be read");
  const string locked = ours().file("locked.key");
  ASSERT_EQ(
      std::system(
          ("openssl pkey -aes256 -passout pass:secret -in '" + key + "' -out '" + locked + "'").c_str()),
      0);
  EXPECT_THAT(why(pem, locked, ""), HasSubstr("locked.key is locked with a pass phrase"));
  EXPECT_THAT(why(pem, key, key), HasSubstr("server.key holds no certificates"));
}

TEST(Tls, KnowsACertificateForDevelopment) {
  EXPECT_TRUE(isDevelopment(server()));
}

}  // namespace
}  // namespace plumbline::certs
