#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fhir/authored_json.h"
#include "plugin/cards/compose.h"
#include "plugin/http/server.h"
#include "rules/pack.h"

namespace plumbline {

struct Listen {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;

  friend bool operator==(const Listen&, const Listen&) = default;
};

/// Every option of a configuration file, with its default. What each means is written once, in
/// deploy/plumbline.jsonc; its form in deploy/plumbline.schema.json.
struct Config {
  Listen listen;
  std::optional<Listen> admin;  ///< none: health and metrics answer on `listen`
  std::string pack;             ///< directory of clinical content
  http::Limits limits;
  int connections = 1024;
  std::chrono::milliseconds drain{10'000};
  std::string data;  ///< directory of the store; empty: none is named
  cards::Grouping grouping = cards::Grouping::Single;
  cards::Site site;
  bool requireAttestation = false;
};

/// Reads and checks the file. Every problem is appended; a configuration is returned only when there was
/// none. Refused beside what breaks the schema: one port for `listen` and `admin`, a link that is not https,
/// and less room for all bodies in work than for one. A relative `knowledge.pack` is looked for beside the
/// file.
std::optional<Config> loadConfig(const std::string& path, std::vector<fhir::Problem>& problems);

/// Clinical content of `directory`; like rules::loadPack, but problems name their file with the directory.
std::optional<rules::Pack> loadContent(const std::string& directory, std::vector<fhir::Problem>& problems);

/// Reports each order that the site maps and the content does not offer.
void checkSite(const cards::Site& site, const rules::Pack& pack, const std::string& file,
               std::vector<fhir::Problem>& problems);

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
