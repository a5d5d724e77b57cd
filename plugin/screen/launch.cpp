#include "plugin/screen/launch.h"

#include <memory>
#include <utility>

#include "plugin/pages/frame.h"
#include "plugin/secret.h"

namespace plumbline::screen {
namespace {

using http::Reply;
using http::Request;

constexpr std::size_t kMostParameter = 4096;

/// A page for a person whose launch ends here; `why` is fixed text.
Reply stop(const LaunchSite& site, int status, std::string_view why) {
  pages::Html main;
  main
      << R"(<h1>The red-flag screen cannot be opened</h1><p role="alert">)" << why
      << R"(</p><p>Nothing was read and nothing was saved. Open the screen from the card in the patient's chart again.</p>)";
  Reply reply;
  reply.status = status;
  reply.contentType = "text/html; charset=utf-8";
  reply.body = pages::frame(site.shown, {.path = "/screen/", .title = "Red-flag screen"}, main).take();
  reply.headers = pages::securityHeaders(site.ehrs.options().frameAncestors);
  return reply;
}

Reply later(const LaunchSite& site, int status, std::string_view why) {
  Reply reply = stop(site, status, why);
  reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

Reply seeOther(const std::string& where) {
  Reply reply;
  reply.status = 303;
  reply.contentType.clear();
  reply.headers = {{"Location", where}, {"Referrer-Policy", "no-referrer"}};
  return reply;
}

}  // namespace

Place placeOf(const Ehrs& ehrs) {
  return ehrs.options().frameAncestors.empty() ? Place::Window : Place::Frame;
}

Reply beginLaunch(const LaunchSite& site, const Request& request, Clock::time_point now) {
  const auto issuer = parameter(request.query, "iss"), launch = parameter(request.query, "launch");
  if (!issuer || !launch || launch->empty() || launch->size() > kMostParameter)
    return stop(site, 400, "The address lacks what an EHR puts into it.");
  const App* app = site.ehrs.appOf(*issuer);
  if (!app) return stop(site, 403, "The EHR that opened it is not configured here.");
  const std::string address = request.peer ? request.peer->address : "";
  switch (site.launches.turn(address, now)) {
    case Launches::Turn::Given: break;
    case Launches::Turn::TooOften: return later(site, 429, "It is opened too often from where you are.");
    case Launches::Turn::Busy: return later(site, 503, "It is opened by too many at the moment.");
  }
  const auto configuration = site.ehrs.configuration(*app);
  if (const auto* why = std::get_if<std::string_view>(&configuration))
    return stop(site, 502, "The EHR does not say how to sign in: " + std::string(*why) + ".");
  const auto& endpoints = std::get<Endpoints>(configuration);
  const std::string state = randomSecret(), browser = randomSecret(), verifier = randomSecret();
  Reply reply = seeOther(
      authorizationUrl(endpoints, *app, {site.ehrs.redirect(), *launch, state, challengeOf(verifier)}));
  site.launches.add(state, browser, {*app, endpoints, verifier, site.ehrs.redirect(), address}, now);
  reply.headers.push_back(setCookie(kLaunchCookie, browser, placeOf(site.ehrs)));
  return reply;
}

Reply endLaunch(const LaunchSite& site, const Request& request, Clock::time_point now) {
  const auto state = parameter(request.query, "state"), code = parameter(request.query, "code");
  auto launch = state ? site.launches.take(*state, cookie(request, kLaunchCookie), now) : std::nullopt;
  if (!launch)
    return stop(site, 400, "This answer of the EHR belongs to no launch that is under way in this browser.");
  if (!code || code->empty() || code->size() > kMostParameter)
    return stop(site, 400, "The EHR did not allow it.");
  auto exchanged = site.ehrs.exchange(*launch, *code);
  if (const auto* why = std::get_if<std::string_view>(&exchanged))
    return stop(site, 502, "The EHR did not open the chart: " + std::string(*why) + ".");
  const Place place = placeOf(site.ehrs);
  site.sessions.end(cookie(request, kSessionCookie));
  const std::string held =
      site.sessions.begin(std::make_shared<Session>(launch->app, std::get<Granted>(std::move(exchanged)),
                                                    *fetch::parseBase(launch->app.issuer), now),
                          now);
  Reply reply = seeOther("/screen/");
  reply.headers.push_back(setCookie(kSessionCookie, held, place));
  reply.headers.push_back(dropCookie(kLaunchCookie, place));
  return reply;
}

}  // namespace plumbline::screen
