#pragma once

#include <string>
#include <string_view>

namespace plumbline::certs {

/// Why `text` does not count as signed by the holder of a key; empty when it does. `signatureFile` holds the
/// Ed25519 signature (RFC 8032) of exactly these bytes in base64 on one line, as certs/sign-pack.sh writes
/// it; `publicKeyFile` the public key as PEM. Refused: a file that cannot be read, another kind of key,
/// anything that is no such signature, and one that does not fit.
std::string whyNotSigned(std::string_view text, const std::string& signatureFile,
                         const std::string& publicKeyFile);

}  // namespace plumbline::certs
