#include "certs/tls.h"

#include <Poco/Exception.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "certs/ciphers.h"

namespace plumbline::certs {
Poco::Net::Context::Ptr clientContext(const std::string& host, const std::string& authority) {
  using Poco::Net::Context;
  Context::Params params;
  params.caLocation = authority;
  params.loadDefaultCAs = authority.empty();
  params.verificationMode = Context::VERIFY_STRICT;
  params.cipherList = kCiphers;
  Context::Ptr context = new Context(Context::TLS_CLIENT_USE, params);
  context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
  // OpenSSL compares the name itself, as a part of the handshake; Poco would do it afterwards and its own
  // way.
  context->enableExtendedCertificateVerification(false);
  ssl_ctx_st* raw = context->sslContext();
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  X509_VERIFY_PARAM* verification = SSL_CTX_get0_param(raw);
  X509_VERIFY_PARAM_set_hostflags(verification, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool isAddress = X509_VERIFY_PARAM_set1_ip_asc(verification, host.c_str()) == 1;
  if (!isAddress && X509_VERIFY_PARAM_set1_host(verification, host.data(), host.size()) != 1)
    throw Poco::InvalidArgumentException("not a host");
  return context;
}

}  // namespace plumbline::certs
