#pragma once

#include <Poco/Net/Context.h>

#include <string>

namespace plumbline::certs {

/// TLS towards one server: version 1.2 or later, ECDHE with an AEAD only, the server's certificate verified
/// against `authority` (a PEM file; empty: the authorities of the system, which SSL_CERT_FILE may name) and
/// against `host`, a DNS name or an address without brackets, within the handshake. No way leads around
/// either. One context a host: share it between the connections to that host. Throws Poco::Exception when
/// `authority` cannot be read.
/// Sources: T23; RFC 9325.
Poco::Net::Context::Ptr clientContext(const std::string& host, const std::string& authority);

}  // namespace plumbline::certs
