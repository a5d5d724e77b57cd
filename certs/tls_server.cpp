#include "certs/tls_server.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <new>

#include "certs/ciphers.h"
#include "certs/freed.h"

namespace plumbline::certs {
namespace {

constexpr std::string_view kDevelopment = "Plumbline development only";

/// A locked key must fail, not ask whoever started the service.
int noPassPhrase(char*, int, int, void* asked) {
  if (asked) *static_cast<bool*>(asked) = true;
  return -1;
}

[[noreturn]] void fail(TlsError::About which, const std::string& file, const char* why) {
  ERR_clear_error();
  throw TlsError(which, file + " " + why);
}

/// With the certificate in the context already, whose own it has to be.
void useKey(SSL_CTX* context, const std::string& key) {
  using About = TlsError::About;
  const std::unique_ptr<BIO, Freed<BIO_free>> file(BIO_new_file(key.c_str(), "r"));
  if (!file) fail(About::Key, key, "cannot be read");
  bool locked = false;
  const std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> read(
      PEM_read_bio_PrivateKey(file.get(), nullptr, noPassPhrase, &locked));
  if (!read && locked)
    fail(About::Key, key, "is locked with a pass phrase, which a service has nobody to ask for");
  if (!read) fail(About::Key, key, "holds no private key in PEM");
  if (SSL_CTX_use_PrivateKey(context, read.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
    fail(About::Key, key, "is not the private key of the certificate");
}

void requireClientsOf(SSL_CTX* context, const std::string& authority) {
  auto* names = SSL_load_client_CA_file(authority.c_str());
  if (!names || SSL_CTX_load_verify_locations(context, authority.c_str(), nullptr) != 1)
    fail(TlsError::About::ClientAuthority, authority, "holds no certificates of an authority");
  SSL_CTX_set_client_CA_list(context, names);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  // A resumed session would not ask again, also not after the authority was changed.
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
}

}  // namespace

ServerContext serverContext(const std::string& certificate, const std::string& key,
                            const std::string& clientAuthority) {
  using About = TlsError::About;
  const ServerContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) throw std::bad_alloc();
  SSL_CTX* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(raw, noPassPhrase);
  if (SSL_CTX_set_cipher_list(raw, kCiphers) != 1 || SSL_CTX_set1_groups_list(raw, kGroups) != 1)
    throw std::runtime_error("OpenSSL lacks the ciphers that are used");
  if (SSL_CTX_use_certificate_chain_file(raw, certificate.c_str()) != 1)
    fail(About::Certificate, certificate, "holds no certificate that can be used");
  useKey(raw, key);
  const X509* own = SSL_CTX_get0_certificate(raw);
  if (X509_cmp_current_time(X509_get0_notAfter(own)) <= 0 ||
      X509_cmp_current_time(X509_get0_notBefore(own)) >= 0)
    fail(About::Certificate, certificate, "is out of date");
  if (!clientAuthority.empty()) requireClientsOf(raw, clientAuthority);
  return context;
}

bool isDevelopment(const ServerContext& context) {
  char organisation[128] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_CTX_get0_certificate(context.get())),
                            NID_organizationName, organisation, sizeof organisation);
  return organisation == kDevelopment;
}

void TlsSession::Free::operator()(ssl_st* session) const {
  SSL_free(session);
}

TlsSession::TlsSession(ServerContext context)
    : context_(std::move(context)),
      session_(SSL_new(context_.get())),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())) {
  if (!session_ || !in_ || !out_) throw std::bad_alloc();
  SSL_set_bio(session_.get(), in_, out_);
  SSL_set_accept_state(session_.get());
}

TlsSession::~TlsSession() = default;

bool TlsSession::handshakeDone() const {
  return SSL_is_init_finished(session_.get()) == 1;
}

void TlsSession::arrived(std::string_view bytes) {
  if (state_ == State::Open) BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
}

int TlsSession::read(char* into, int room) {
  if (state_ == State::Over) return 0;
  ERR_clear_error();
  const int count = SSL_read(session_.get(), into, room);
  if (count > 0) return count;
  if (SSL_get_error(session_.get(), count) != SSL_ERROR_WANT_READ) state_ = State::Over;
  return 0;
}

void TlsSession::write(std::string_view bytes) {
  if (state_ == State::Over || !handshakeDone() || bytes.empty()) return;
  ERR_clear_error();
  // A memory BIO takes everything, so that one call writes all of it.
  if (SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) state_ = State::Over;
}

void TlsSession::sayGoodbye() {
  ERR_clear_error();
  if (handshakeDone()) SSL_shutdown(session_.get());
}

std::string TlsSession::toSend() {
  std::string bytes(BIO_ctrl_pending(out_), '\0');
  if (!bytes.empty()) BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

}  // namespace plumbline::certs
