// Whatever a feedback body holds, it is refused with the place named, or what is read of it keeps its bounds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fhir/json.h"
#include "plugin/feedback.h"
#include "tests/fuzz/require.h"

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      R"({"feedback":[{"card":"c-1","outcome":"accepted","outcomeTimestamp":"2026-11-23T09:59:00.5Z",)"
      R"("acceptedSuggestions":[{"id":"s-1"},{"id":"s-2"}]},{"card":"c-2","outcome":"overridden",)"
      R"("outcomeTimestamp":"2026-11-23T09:59:00+00:00","overrideReason":{"reason":{"code":"r","system":"s"},)"
      R"("userComment":"seen"}}]})",
      R"({"feedback":[{"card":"c-1","outcome":"overridden","outcomeTimestamp":"2026-11-22T23:59:60-05:00",)"
      R"("overrideReasons":[{"extension":{"com.epic.cdshooks.feedback.overrideReason.reasonTitle":"Disagree"}}]}]})",
  };
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plumbline;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const fhir::Instant now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
  const auto read = readFeedback(text, "plumbline-patient-view", now + std::chrono::hours(10));
  if (!read) {
    require(!read.error().detail.empty());
    return 0;
  }
  for (const auto& each : *read) {
    require(!each.card.empty() && each.card.size() <= 255 && each.comment.size() <= kMaxComment);
    for (const auto* told : {&each.card, &each.comment, &each.reasonCode, &each.reasonSystem})
      require(simdjson::validate_utf8(told->data(), told->size()));
    require(each.reasonCode.size() <= 255 && each.reasonSystem.size() <= 255);
    require(each.outcome == "accepted" || each.outcome == "overridden");
    require(each.moment.size() >= sizeof("2026-11-23T10:00:00Z") - 1 && each.moment.ends_with("Z"));
  }
  return 0;
}
