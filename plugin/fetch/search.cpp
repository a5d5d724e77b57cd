#include "plugin/fetch/search.h"

namespace plumbline::fetch {

std::optional<std::string_view> nextLink(fhir::Json page) {
  std::optional<std::string_view> url;
  fhir::forEach(page, "link", [&](fhir::Json link) {
    if (!url && fhir::text(link, "relation") == "next") url = fhir::text(link, "url");
  });
  return url;
}

std::optional<std::string> Paging::next(fhir::Json page) {
  ++pages_;
  fhir::forEach(page, "entry", [&](fhir::Json) { ++resources_; });
  const auto link = nextLink(page);
  if (!link || pages_ >= limits_.pages || resources_ >= limits_.resources) return std::nullopt;
  auto target = targetWithin(base_, *link);
  if (!target || asked_.contains(*target)) return std::nullopt;
  return target;
}

}  // namespace plumbline::fetch
