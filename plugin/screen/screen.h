#pragma once

#include <optional>

#include "plugin/http/message.h"
#include "plugin/router.h"

/// The red-flag screen under /screen/: a form that a person fills in beside the chart, and the advice that
/// follows from both.
namespace plumbline::screen {

/// Whether the screen is served: in a demo, and where it may be launched from an EHR.
bool isServed(const Context& context, const InForce& inForce);

/// The answer to what is asked of /screen/ beside its files; nothing for another path.
///   GET /screen/launch, /screen/callback   the way from a card to a session (launch.h)
///   POST /screen/form   {}: the form for the session's patient (fill.h)
///   POST /screen/save   {"submission", "answers"}, with the session's token in X-Plumbline-Screen: keeps the
///                       answers, offers them to the EHR (write_back.h), then 200 with the advice on chart
///                       and answers together. Sent again it is kept once, and offered again only where it
///                       was not taken.
/// In a demo the page may send a chart along instead (`chart`, a CDS Hooks request): without a session, and
/// nothing is offered to anybody.
/// Refused: 401 without a session, 403 with another session's token or none, 405 for another method, 415 for
/// what is not JSON, 400 and 412 for a chart that a service would refuse, 400 for answers to another form or
/// for other answers under the same name, 429 where a session had too many.
std::optional<http::Reply> answer(Context& context, const InForce& inForce, const http::Request& request);

}  // namespace plumbline::screen
