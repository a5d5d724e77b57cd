#pragma once

#include <chrono>
#include <vector>

#include "certs/tls_server.h"
#include "plugin/config.h"

/// What the files hold that a configuration names. Problems keep the service from starting; notes tell what
/// will one day, or what is unwise. Both stand at the option that names the file.
namespace plumbline {

/// What the listeners serve TLS with; null: plain HTTP.
struct TlsContexts {
  certs::ServerContext services, admin;
};

/// Reads the files of `listen.tls`. Problems: what certs::serverContext throws.
TlsContexts readTls(const Config& config, std::vector<fhir::Problem>& problems);

/// Reports a certificate of certs/dev-certs.sh where `development` permits none.
void checkNotForDevelopment(const TlsContexts& tls, const Config& config,
                            std::vector<fhir::Problem>& problems);

/// Looks at the certificates and the private key of `listen.tls` and at the authorities of `outgoing`.
/// Problems: a certificate behind the first that has expired (readTls speaks of the first), a file of
/// authorities without one that is good. Notes: what expires within 30 days of `now`, an authority that has
/// expired, a private key, the console's secret or Redis's password that everybody on the machine may read.
void checkFiles(const Config& config, std::chrono::sys_seconds now, std::vector<fhir::Problem>& problems,
                std::vector<fhir::Problem>& notes);

/// All of it, the secret of the console, the keys of the screen and the key sets of clients, as `check` wants
/// it: a key file that cannot be read or holds no key that may verify is a problem, a key that is left out a
/// note. Asks the replay store too, and one that cannot be relied on now is a problem, though the service
/// would start. A shared store that does not answer or is of another version is a note; that its key cannot
/// be read is a problem.
void checkEverything(const Config& config, std::chrono::sys_seconds now, std::vector<fhir::Problem>& problems,
                     std::vector<fhir::Problem>& notes);

}  // namespace plumbline
