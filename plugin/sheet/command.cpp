#include "plugin/sheet/command.h"

#include <algorithm>
#include <array>
#include <ostream>

#include "plugin/knowledge.h"
#include "plugin/sheet/sheet.h"

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 3> kVendors{"epic", "oracle", "athena"};

}  // namespace

bool printSheet(const SheetOptions& options, std::ostream& out, std::ostream& errors) {
  std::vector<fhir::Problem> problems;
  const auto config = options.configFile ? loadConfig(*options.configFile, problems) : defaultConfig();
  const auto pack = config ? loadContent(config->pack, problems, config->overlay) : std::nullopt;
  const auto vendor = sheet::readVendor(contentDirectory() + "/vendors", options.vendor, problems);
  for (const auto& each : problems) errors << printed(each) << "\n";
  if (!pack || !vendor) return false;
  out << sheet::write(*vendor, *config, *pack);
  return true;
}

namespace sheet {

bool isVendor(std::string_view name) {
  return std::find(kVendors.begin(), kVendors.end(), name) != kVendors.end();
}

std::string vendors() {
  std::string all;
  for (const std::string_view each : kVendors) all.append(all.empty() ? "" : "|").append(each);
  return all;
}

}  // namespace sheet
}  // namespace plumbline
