#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "certs/algorithm.h"

namespace plumbline {

/// Where the public keys of a client are.
struct KeySource {
  enum class Kind {
    Url,     ///< a key set (JWKS) at a fixed address
    File,    ///< a key set in a file
    JkuList  ///< a document listing the addresses of key sets, of which a token's `jku` must be one (Oracle)
  };
  Kind kind = Kind::File;
  std::string where;

  friend bool operator==(const KeySource&, const KeySource&) = default;
};

/// One EHR that may call. What is not listed for it is not trusted from it.
struct Client {
  enum class Replay {
    Reject,  ///< a token is good for one call
    Log      ///< it may come again until it expires, which is counted: for EHRs that send one for many calls
  };

  std::string name;    ///< for logs, metrics, audit and rollout; stands for the client in the store
  std::string issuer;  ///< `iss` of its tokens; no two clients share one
  KeySource keys;
  std::vector<std::string> audiences;  ///< `aud` it may send beside the address that is called
  std::vector<certs::Algorithm> algorithms{certs::Algorithm::ES384, certs::Algorithm::RS384};
  std::vector<std::string> fhirServers;  ///< the only ones that are asked for it; without a slash at the end
  std::vector<std::string> tenants;      ///< empty: any or none; else a token must name one of them
  std::string profile = "spec";          ///< a name of hooks/profiles.h
  Replay replay = Replay::Reject;

  friend bool operator==(const Client&, const Client&) = default;
};

/// What a development machine may do that a hospital's may not. Any of them also permits --now, unsigned
/// content, and keys and certificates of certs/dev-certs.sh.
struct Development {
  bool allowPlainHttp = false;
  bool allowLoopback = false;

  [[nodiscard]] bool any() const { return allowPlainHttp || allowLoopback; }
  friend bool operator==(const Development&, const Development&) = default;
};

/// Why `url` may not be called, for a person; empty when it may. Refused: what is no absolute http or https
/// URL; a character that none has (blanks, controls, beyond ASCII); a name or password, a query or fragment
/// in it; http and hosts that are this machine, each unless permitted.
std::string problemOfUrl(const std::string& url, const Development& permitted);

/// Whether `host`, without brackets, is written as an address or name of this machine. What a name resolves
/// to is not asked.
bool isLoopback(const std::string& host);

}  // namespace plumbline
