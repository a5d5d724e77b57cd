#pragma once

#include <string>
#include <string_view>

#include "plugin/http/message.h"
#include "plugin/pages/pages.h"

/// What the small EHR under /demo/ asks for besides its files; its cards come from the services themselves.
namespace plumbline::pages {

/// {"now": …}: the clock that answers go by, which its charts are dated from.
std::string demoClock(const Shown& shown);

/// Why the first chart in `body` (a hook request or a Bundle, as `plumbline explain` takes them) comes out as
/// it does: 200 with plugin/explanation.h as JSON. Refused with an OperationOutcome, 400, for what the
/// service itself would refuse.
http::Reply demoExplain(const Shown& shown, std::string_view body);

}  // namespace plumbline::pages
