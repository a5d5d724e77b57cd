#pragma once

#include <string>

namespace plumbline::bench {

/// The request of sample-6k.json.
std::string smallRequest();

/// The same patient with a longer history: every entry of its Bundles repeated under other ids until the
/// request has about 100 KB, the size of a busy chart.
std::string largeRequest();

}  // namespace plumbline::bench
