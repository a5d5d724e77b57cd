#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX
struct ssl_st;
struct bio_st;

namespace plumbline::certs {

/// Why TLS cannot be served with some files. The text names the file and never what is in it.
struct TlsError : std::runtime_error {
  enum class About { Certificate, Key, ClientAuthority };

  TlsError(About which, const std::string& text) : std::runtime_error(text), about(which) {}

  About about;
};

/// What TLS is served with; see serverContext. Any thread.
using ServerContext = std::shared_ptr<ssl_ctx_st>;

/// TLS as a server: version 1.2 or later, ECDHE with an AEAD only, no renegotiation, no compression.
/// `certificate` is a PEM file with the server's certificate and those between it and its authority, `key`
/// its private key, not locked by a pass phrase. With `clientAuthority`, a PEM file, clients must show a
/// certificate of it within the handshake; empty: none is asked for. Throws TlsError when a file cannot be
/// read, the key is not the certificate's, or the certificate is out of date. Sources: T23; RFC 9325; R187.
ServerContext serverContext(const std::string& certificate, const std::string& key,
                            const std::string& clientAuthority);

/// Whether certs/dev-certs.sh made the certificate, which its organisation tells.
bool isDevelopment(const ServerContext& context);

/// One connection's TLS without its socket: bytes of the network in, plain bytes out, and the other way
/// round. It waits for nothing, so that whoever owns the socket keeps every deadline. One thread at a time.
class TlsSession {
 public:
  explicit TlsSession(ServerContext context);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession();

  enum class State {
    Open,
    Over  ///< the client said goodbye, or did not speak TLS, or broke its rules
  };

  /// Takes what came over the network.
  void arrived(std::string_view bytes);
  /// Moves up to `room` plain bytes to `into`; 0 when more has to arrive first, or the session is over.
  int read(char* into, int room);
  /// Takes plain bytes to be sent. Before the handshake is done they are dropped.
  void write(std::string_view bytes);
  /// Says that nothing more will be written.
  void sayGoodbye();
  /// What has to go over the network now: after each of the above.
  std::string toSend();

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool handshakeDone() const;

 private:
  struct Free {
    void operator()(ssl_st* session) const;
  };
  const ServerContext context_;
  std::unique_ptr<ssl_st, Free> session_;
  bio_st* in_ = nullptr;  // session_ owns both
  bio_st* out_ = nullptr;
  State state_ = State::Open;
};

}  // namespace plumbline::certs
