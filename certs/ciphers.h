#pragma once

namespace plumbline::certs {

/// For TLS 1.2: ECDHE and an AEAD. Every suite of TLS 1.3 is of this kind. Source: RFC 9325, 4.2.
inline constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

/// The cheapest first.
inline constexpr const char* kGroups = "X25519:P-256:P-384";

}  // namespace plumbline::certs
