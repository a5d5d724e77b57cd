#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/authored_json.h"
#include "fhir/date.h"
#include "plugin/http/message.h"
#include "rules/pack.h"

/// What people see in a browser: the knowledge of the pack, and in a demo a small EHR.
namespace plumbline::pages {

/// The files of plugin/pages/web by their path in it, "demo/demo.js". Read once: a request names one of
/// them or nothing, so that no path of a request reaches the file system.
using Files = std::map<std::string, std::string, std::less<>>;

/// Every file under `directory`. Reported: that it cannot be read.
Files loadFiles(const std::string& directory, std::vector<fhir::Problem>& problems);

/// The media type of a file, by its ending.
std::string_view typeOf(std::string_view file);

/// What pages are made from. References outlive the call.
struct Shown {
  const Files& files;
  const rules::Pack& pack;
  fhir::Instant now;
  bool demo;                                                 ///< whether /demo/ is there
  bool screen = false;                                       ///< whether /screen/ is
  const std::vector<std::string>* frameAncestors = nullptr;  ///< who may frame /screen/; null: nobody
  bool console = false;                                      ///< whether /console/ is there (console.h)
};

/// The headers of a page that only pages of `frameAncestors` may frame.
std::vector<std::pair<std::string, std::string>> securityHeaders(
    const std::vector<std::string>& frameAncestors);

/// The answer to a request for a page: the page with a strict Content-Security-Policy, 304 where the client
/// has it, 405 with Allow for another method, 400 or 415 for a chart that cannot be explained; nothing where
/// `request.path` is no page. Pages hold no data of patients; only POST /demo/explain reads a chart, and
/// gives it back to who sent it.
std::optional<http::Reply> answer(const Shown& shown, const http::Request& request);

}  // namespace plumbline::pages
