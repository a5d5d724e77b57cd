#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/authored_json.h"
#include "plugin/config.h"
#include "rules/pack.h"

namespace plumbline {

/// Clinical content of `directory` under a site's `overlay` (empty: none); like rules::loadPack, but problems
/// name their file with its directory.
std::optional<rules::Pack> loadContent(const std::string& directory, std::vector<fhir::Problem>& problems,
                                       const std::string& overlay = {});

/// The content a service answers by: that of the configuration, signed by the holder of
/// `knowledge.publicKey`, which gave the right advice on the charts of the self-test, with the site's overlay
/// over it. In a `demo`, before a first start and where `development` permits it, content needs no signature;
/// a key that is named is checked there too.
std::optional<rules::Pack> loadKnowledge(const Config& config, bool demo,
                                         std::vector<fhir::Problem>& problems);

}  // namespace plumbline
