#pragma once

#include <string_view>
#include <vector>

#include "rules/text/content.h"
#include "rules/text/reader.h"
#include "tests/support/pack.h"

namespace plumbline::rules::text {

inline const TextContent& content() {
  return *tests::pack().text;
}

/// What a text says of one finding, each mention in turn.
inline std::vector<Mention::Says> told(std::string_view finding, std::string_view text) {
  const std::size_t index = *tests::pack().find(finding);
  std::vector<Mention::Says> all;
  for (const Mention& each : read(content(), text).mentions) {
    if (each.finding == index && each.context.time == Time::Current && each.context.who == Who::Patient)
      all.push_back(each.says);
  }
  return all;
}

}  // namespace plumbline::rules::text
