#include "plugin/pages/pages.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "plugin/outcome.h"
#include "plugin/pages/demo.h"
#include "plugin/pages/frame.h"
#include "plugin/pages/knowledge.h"
#include "plugin/pages/source_attributes.h"
#include "plugin/store/identity.h"

namespace plumbline::pages {
namespace {

using http::Reply;
using http::Request;

constexpr std::string_view kHtml = "text/html; charset=utf-8";

/// Nothing but the service's own files and addresses; no inline script or style, no frame around it but of
/// those that follow, and in browsers that know trusted types no text that becomes markup.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
    "frame-ancestors ";

/// `body` as a page; without it where the client has the same already.
Reply page(const Shown& shown, const Request& request, std::string_view type, std::string body) {
  const std::string tag = '"' + store::sha256(body).substr(0, 32) + '"';
  const bool framed = shown.frameAncestors && request.path.starts_with("/screen/");
  Reply reply;
  reply.contentType = type;
  reply.headers = securityHeaders(framed ? *shown.frameAncestors : std::vector<std::string>{});
  reply.headers.emplace_back("Cache-Control", "no-cache");
  reply.headers.emplace_back("ETag", tag);
  if (request.header("If-None-Match") == tag) {
    reply.status = 304;
    return reply;
  }
  reply.body = std::move(body);
  return reply;
}

Reply elsewhere(std::string_view path) {
  Reply reply;
  reply.status = 307;
  reply.headers = {{"Location", std::string(path)}, {"Cache-Control", "no-cache"}};
  return reply;
}

struct MadePage {
  std::string_view path;
  std::string_view type;
  std::string (*make)(const Shown&);
  bool demoOnly = false;
};

constexpr std::array<MadePage, 5> kMade{{
    {"/knowledge", kHtml, knowledge},
    {"/knowledge/phrases", kHtml, phrases},
    {"/knowledge/source-attributes", kHtml, sourceAttributes},
    {"/knowledge/source-attributes.json", "application/json", sourceAttributesJson},
    {"/demo/clock.json", "application/json", demoClock, true},
}};

/// What a GET of `request.path` gives.
std::optional<Reply> get(const Shown& shown, const Request& request) {
  for (const MadePage& made : kMade) {
    if (made.path == request.path && (shown.demo || !made.demoOnly))
      return page(shown, request, made.type, made.make(shown));
  }
  if (shown.demo && (request.path == "/" || request.path == "/demo")) return elsewhere("/demo/");
  if (shown.screen && request.path == "/screen") return elsewhere("/screen/");
  const std::string_view name = request.path.substr(request.path.starts_with('/'));
  if (name.starts_with("demo/") && !shown.demo) return std::nullopt;
  if (name.starts_with("screen/") && !shown.screen) return std::nullopt;
  if (name.starts_with("console/")) return std::nullopt;
  if (auto whole = filePage(shown, request.path)) return page(shown, request, kHtml, *std::move(whole));
  const auto file = shown.files.find(name);
  if (file == shown.files.end() || typeOf(name) == kHtml) return std::nullopt;  // HTML there is of a part
  return page(shown, request, typeOf(file->first), file->second);
}

}  // namespace

std::string_view typeOf(std::string_view file) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kTypes{{
      {".html", kHtml},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".json", "application/json"},
  }};
  for (const auto& [ending, type] : kTypes) {
    if (file.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

std::vector<std::pair<std::string, std::string>> securityHeaders(
    const std::vector<std::string>& frameAncestors) {
  std::string policy(kPolicy);
  for (const std::string& origin : frameAncestors) policy += origin + " ";
  policy.erase(policy.find_last_not_of(' ') + 1);
  if (frameAncestors.empty()) policy += " 'none'";
  return {{"Content-Security-Policy", policy},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

Files loadFiles(const std::string& directory, std::vector<fhir::Problem>& problems) {
  Files files;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at(directory, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (!at->is_regular_file(failed)) continue;
    std::ifstream in(at->path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.good() && !in.eof()) problems.push_back({at->path().string(), "", "cannot be read"});
    files[at->path().lexically_relative(directory).generic_string()] = std::move(text);
  }
  if (failed || files.empty()) problems.push_back({directory, "", "cannot be read"});
  return files;
}

std::optional<Reply> answer(const Shown& shown, const Request& request) {
  const bool explains = shown.demo && request.path == "/demo/explain";
  if (explains && request.method == "POST") return demoExplain(shown, request.body);
  auto reply = explains ? std::optional<Reply>(std::in_place) : get(shown, request);
  const std::string_view allowed = explains ? "POST" : "GET";
  if (!reply || request.method == allowed) return reply;
  return useInstead(allowed);
}

}  // namespace plumbline::pages
