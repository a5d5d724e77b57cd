// Whatever is read as a date is a range in order, and cutting it to a coarser form only widens it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fhir/date.h"

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {"2024",
                                      "2024-02",
                                      "2024-02-29",
                                      "2024-02-29T10:00:00Z",
                                      "2016-12-31T23:59:60.999+14:00",
                                      "1999-01-01T00:00-12:00"};
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using plumbline::fhir::parseDate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto date = parseDate(text);
  if (!date) return 0;
  if (date->earliest > date->latest) std::abort();
  if (text.size() == 10 || text.size() == 7) {
    const auto year = parseDate(text.substr(0, 4));
    if (!year || year->earliest > date->earliest || year->latest < date->latest) std::abort();
  }
  return 0;
}
