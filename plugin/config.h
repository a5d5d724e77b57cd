#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fhir/authored_json.h"
#include "plugin/cards/compose.h"
#include "plugin/clients.h"
#include "plugin/fetch/address.h"
#include "plugin/fetch/search.h"
#include "plugin/http/server.h"
#include "plugin/report/figures.h"
#include "plugin/rollout.h"
#include "plugin/screen/smart.h"
#include "plugin/snooze.h"
#include "plugin/store/place.h"
#include "rules/pack.h"

namespace plumbline {

/// What TLS is served with: PEM files, read again on SIGHUP.
struct TlsFiles {
  std::string certificate;      ///< the service's, with those between it and its authority behind it
  std::string key;              ///< of the certificate
  std::string clientAuthority;  ///< who may connect: clients with a certificate of it; empty: any

  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

struct Listen {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::optional<TlsFiles> tls{};  ///< none: plain HTTP. `admin` uses that of `listen`

  friend bool operator==(const Listen&, const Listen&) = default;
};

/// Whether only this machine reaches it.
bool isLoopback(const Listen& listen);

/// Whether GET /cds-services needs a token.
enum class Discovery { Open, Required };

/// Calls answered in a second; 0: any number.
struct Rates {
  int client = 1000;  ///< of one client
  int refusals = 50;  ///< signatures that turned out wrong, of all callers that never sent a good one

  friend bool operator==(const Rates&, const Rates&) = default;
};

/// The Redis in which replicas remember together which tokens were taken.
struct ReplayStore {
  std::string host;
  std::uint16_t port = 0;
  std::string passwordFile;  ///< empty: it asks for none

  friend bool operator==(const ReplayStore&, const ReplayStore&) = default;
};

/// What may be fetched of what a call lacks, and until when it is answered.
struct Fetching {
  std::chrono::milliseconds deadline{450};
  std::chrono::milliseconds budget{350};
  fetch::PageLimits pages;
  std::size_t connections = 64;
  std::vector<fetch::Network> networks;
};

/// The red-flag screen as a SMART app.
struct ScreenOptions {
  std::vector<screen::App> apps;
  std::vector<std::string> frameAncestors;  ///< origins of pages that may frame it; empty: none
  std::vector<std::string> keyFiles;        ///< private keys for assertions, the one that signs first

  friend bool operator==(const ScreenOptions&, const ScreenOptions&) = default;
};

/// Every option of a configuration file, with its default. What each means is written once, in
/// deploy/plumbline.jsonc; its form in deploy/plumbline.schema.json.
struct Config {
  std::string file;  ///< it was read from; empty: none
  Listen listen;
  std::optional<Listen> admin;  ///< none: health and metrics answer on `listen`
  std::string consoleToken;     ///< file of the secret that opens the console; empty: none is needed
  std::string pack;             ///< directory of clinical content
  std::string overlay;          ///< directory of what the site changed of it; empty: nothing
  std::string publicKey;        ///< PEM file of who signs the content; empty: it is not checked
  std::string signature;        ///< file of the signature
  http::Limits limits;
  int connections = 1024;
  std::chrono::milliseconds drain{10'000};
  store::Place store;  ///< none(): no store is named
  cards::Grouping grouping = cards::Grouping::Single;
  cards::Site site;
  Rollout rollout;
  std::optional<Mode> rolloutDefault;  ///< none: on in a demo, else silent
  bool requireAttestation = false;
  ScreenOptions screen;
  SnoozeTimes snooze;
  report::ReviewLimits review;
  bool setup = false;  ///< a first start: nobody can call, and only this machine can look
  std::vector<Client> clients;
  Discovery discovery = Discovery::Open;
  std::string baseUrl;  ///< the address that EHRs call, without a slash at the end
  Development development;
  std::vector<std::string> corsOrigins;
  std::string authority;  ///< PEM file of authorities for connections going out; empty: the system's
  Rates rates;
  std::optional<ReplayStore> replayStore;  ///< none: each process remembers for itself
  Fetching fetching;
};

/// Reads and checks the file. Every problem is appended; a configuration is returned only when there was
/// none. Refused beside what breaks the schema: one port for `listen` and `admin`, an address that is none, a
/// link that is not https, less room for all bodies in work than for one; two clients of one name or issuer,
/// a client without keys or with keys at two places, an algorithm that shares a secret or is unknown, a
/// profile that is unknown, a replay store without an address or with one that is none, a CORS or frame
/// origin that is none; an app of the screen without a client whose fhirServers have its issuer, two of one
/// issuer, apps without baseUrl; a mode for a service there is not, a pilot that reaches nobody; a store that
/// lacks what its type needs or has what is of the other. Relative
/// paths start beside the file.
std::optional<Config> loadConfig(const std::string& path, std::vector<fhir::Problem>& problems);

/// Reports what a service that is no demo needs beside and may not have: clients; TLS on `listen`; an
/// audience for each client; and, unless `development` permits them, no plain HTTP and no loopback address
/// among the places that are called. With `setup` it has neither clients nor an address that another machine
/// could reach. Nor may it reach a database of another machine without being sure of it.
void checkExposed(const Config& config, const std::string& file, std::vector<fhir::Problem>& problems);

/// Reports each order that the site maps, each answer it brings out and each reason it gives a time that the
/// content does not have.
void checkSite(const Config& config, const rules::Pack& pack, const std::string& file,
               std::vector<fhir::Problem>& problems);

/// The rollout of a configuration, in a demo or not.
Rollout rolloutOf(const Config& config, bool demo);

/// "file:pointer: message", without the pointer where the whole file is meant.
std::string printed(const fhir::Problem& problem);

/// What differs between two configurations that only a restart puts in force, by the keys of the file.
std::vector<std::string> needRestart(const Config& before, const Config& after);

/// The configuration without a file.
Config defaultConfig();

/// Directory that holds `content/` and `plumbline.schema.json`: beside the installed program, else the source
/// tree it was built from.
std::string contentDirectory();

}  // namespace plumbline
