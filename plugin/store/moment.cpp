#include "plugin/store/moment.h"

namespace plumbline::store {

std::string written(fhir::Instant moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{moment - day};
  std::string text = "0000-00-00T00:00:00Z";
  const auto put = [&](std::size_t last, std::size_t digits, auto number) {
    for (; digits > 0; --digits, number /= 10) text[last--] = static_cast<char>('0' + number % 10);
  };
  put(3, 4, int{date.year()});
  put(6, 2, unsigned{date.month()});
  put(9, 2, unsigned{date.day()});
  put(12, 2, time.hours().count());
  put(15, 2, time.minutes().count());
  put(18, 2, time.seconds().count());
  return text;
}

}  // namespace plumbline::store
