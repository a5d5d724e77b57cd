#include "plugin/knowledge.h"

#include <utility>

#include "certs/detached.h"
#include "plugin/self_test.h"

namespace plumbline {

std::optional<rules::Pack> loadContent(const std::string& directory, std::vector<fhir::Problem>& problems,
                                       const std::string& overlay) {
  constexpr std::string_view kOverlay = "overlay", kInOverlay = "overlay/";
  const std::size_t before = problems.size();
  auto pack = rules::loadPack(directory, problems, overlay);
  for (std::size_t i = before; i < problems.size(); ++i) {
    std::string& file = problems[i].file;
    if (file == kOverlay || file.starts_with(kInOverlay)) {
      file.replace(0, kOverlay.size(), overlay);
    } else if (file != directory) {
      file.insert(0, directory + "/");
    }
  }
  return pack;
}

std::optional<rules::Pack> loadKnowledge(const Config& config, bool demo,
                                         std::vector<fhir::Problem>& problems) {
  const std::size_t before = problems.size();
  auto pack = loadContent(config.pack, problems);
  if (!pack) return std::nullopt;
  if (config.publicKey.empty()) {
    if (!demo && !config.setup && !config.development.any())
      problems.push_back({config.pack, "",
                          "is not known to be signed: name the key in knowledge.publicKey "
                          "(certs/sign-pack.sh signs)"});
  } else if (auto why = certs::whyNotSigned(pack->digest, config.signature, config.publicKey); !why.empty()) {
    problems.push_back({config.pack, "", std::move(why)});
  }
  selfTest(*pack, contentDirectory() + "/web/demo", problems);
  if (problems.size() != before) return std::nullopt;
  return config.overlay.empty() ? std::move(pack) : loadContent(config.pack, problems, config.overlay);
}

}  // namespace plumbline
