#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "certs/jwt.h"
#include "fhir/authored_json.h"
#include "plugin/auth/remote_document.h"
#include "plugin/clients.h"

namespace plumbline::auth {

/// Told what happened to keys: fixed words, a client's name, an address of the configuration.
using Log = std::function<void(const std::string&)>;

/// How key documents are had, for all clients.
struct Fetching {
  std::string authority;    ///< Config::authority
  Development development;  ///< permits keys that are published or made by certs/dev-certs.sh
  Log log;
};

/// The addresses a document lists (Oracle's JKU list): each text in it, at whatever place, that is a URL.
std::set<std::string, std::less<>> addressesIn(std::string_view json);

/// A key, and what keeps it alive.
struct HeldKey {
  std::shared_ptr<const void> holder;
  const certs::Key* key = nullptr;

  explicit operator bool() const { return key != nullptr; }
};

/// The public keys of one client. Any thread.
class ClientKeys {
 public:
  /// A file is read at once, and what is wrong with it appended to `problems`, at `place`.
  ClientKeys(const Client& client, const Fetching& fetching, fhir::Problem place,
             std::vector<fhir::Problem>& problems);

  /// The key that a token names, asking for it when it is not known yet and that is permitted. None also when
  /// the token's `jku` is another place than the client's, which is not asked then.
  HeldKey keyFor(const certs::Token& token);

 private:
  std::shared_ptr<RemoteDocument> remote(const std::string& url, KeySource::Kind kind);
  HeldKey listed(const certs::Token& token);

  const std::string name_;
  const KeySource source_;
  const Fetching fetching_;
  std::shared_ptr<const certs::KeySet> file_;
  std::shared_ptr<RemoteDocument> document_;  ///< at the address of the source
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<RemoteDocument>> listed_;  // mutex_; by jku
};

}  // namespace plumbline::auth
