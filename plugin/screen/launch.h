#pragma once

#include "plugin/http/message.h"
#include "plugin/pages/pages.h"
#include "plugin/screen/cookies.h"
#include "plugin/screen/ehrs.h"
#include "plugin/screen/sessions.h"

namespace plumbline::screen {

/// What a launch goes through.
struct LaunchSite {
  Ehrs& ehrs;
  Launches& launches;
  Sessions& sessions;
  const pages::Shown& shown;  ///< for the page that says why it ends
};

/// Whether the screen may stand in a frame.
Place placeOf(const Ehrs& ehrs);

/// GET /screen/launch?iss=&launch=: 303 to where the EHR authorizes, with a state that only this browser can
/// bring back, and PKCE. Refused with a page: 400 without the two, 403 for an issuer that is not configured,
/// which is never asked for anything; 429 and 503 with Retry-After where launches begin too often
/// (sessions.h); 502 where the EHR does not say how it authorizes.
http::Reply beginLaunch(const LaunchSite& site, const http::Request& request, Clock::time_point now);

/// GET /screen/callback?code=&state=: 303 to the form with a session of its own. Refused with a page: 400 for
/// a state that is unknown, was used or is another browser's, and where the EHR says that the user or it
/// refused; 502 where it gives no token for one patient.
http::Reply endLaunch(const LaunchSite& site, const http::Request& request, Clock::time_point now);

}  // namespace plumbline::screen
