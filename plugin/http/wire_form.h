#pragma once

#include <string>
#include <string_view>

#include "plugin/http/message.h"

namespace plumbline::http {

enum class Body { Sent, LeftOut };

/// The whole answer as it goes over the wire.
std::string wireForm(const Reply& reply, std::string_view id, bool keepAlive, Body body);

/// The answer for what is refused before or instead of the handler: a FHIR OperationOutcome. `detail` is
/// fixed text without quotes or backslashes, and never holds anything of the request.
Reply refusal(int status, std::string_view detail);

}  // namespace plumbline::http
