#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "fhir/json.h"
#include "plugin/fetch/url.h"

namespace plumbline::fetch {

struct PageLimits {
  std::size_t pages = 3;
  std::size_t resources = 300;
};

/// Which page of a search comes after which. Pure.
class Paging {
 public:
  Paging(const Base& base, PageLimits limits) : base_(base), limits_(limits) {}

  /// Notes that `target` is asked for, so that it is not asked for again.
  void ask(const std::string& target) { asked_.insert(target); }

  /// Takes a page; what to ask for next. Nothing when it was the last; when as many pages or resources are
  /// here as one search may have; or when the link leads elsewhere (url.h) or to a page that was asked for.
  /// In all but the first case the page still names a next one, so that the search counts as partial.
  std::optional<std::string> next(fhir::Json page);

 private:
  const Base& base_;
  const PageLimits limits_;
  std::size_t pages_ = 0;
  std::size_t resources_ = 0;
  std::set<std::string, std::less<>> asked_;
};

/// The URL that a Bundle names as its next page.
std::optional<std::string_view> nextLink(fhir::Json page);

}  // namespace plumbline::fetch
