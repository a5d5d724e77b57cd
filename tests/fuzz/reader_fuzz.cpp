// Whatever a note says, every mention lies within it, its quotation is short, and reading it twice says the
// same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/text/reader.h"
#include "tests/fuzz/content.h"

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      "No fever, wt loss, saddle numbness (has leg weakness), bladder or bowel symptoms.",
      "PMH: breast cancer 2015. FH: mother had spinal mets. Return if numb.",
      "Saddle anaesthesia [ ] yes [x] no\nPower 3/5\tPVR > 450 ml; T 101.3 F",
      "?CES r/o cord compression. Can't feel toilet paper \xE2\x80\x99 \xE2\x98\x91"};
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plumbline;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = rules::text::read(*pack().text, text);
  for (const auto& each : first.mentions) {
    if (each.snippet.size() > pack().text->snippet || each.finding >= pack().findings.size()) std::abort();
    if (each.snippet.data() < text.data() || each.snippet.data() + each.snippet.size() > text.data() + size)
      std::abort();
  }
  const auto second = rules::text::read(*pack().text, text);
  if (first.mentions.size() != second.mentions.size() || first.readings.size() != second.readings.size())
    std::abort();
  return 0;
}
