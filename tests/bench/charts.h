#pragma once

#include <cstddef>
#include <string>

namespace plumbline::bench {

/// The request of sample-6k.json.
std::string smallRequest();

/// The same patient with a longer history: every entry of its Bundles repeated under other ids until the
/// request has about so many bytes; 100,000 are a busy chart.
std::string longRequest(std::size_t bytes);

/// Prose as notes hold it, of about so many bytes: history, denials, examination, plan.
std::string note(std::size_t bytes);

}  // namespace plumbline::bench
