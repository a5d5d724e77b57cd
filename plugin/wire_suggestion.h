#pragma once

#include "plugin/cards/card.h"
#include "plugin/json_writer.h"

namespace plumbline::wire {

/// One suggestion with its one action, which creates a draft ServiceRequest or a Task.
void writeSuggestion(JsonWriter& out, const cards::Suggestion& suggestion);

}  // namespace plumbline::wire
