#include "fhir/date.h"

#include <algorithm>

namespace plumbline::fhir {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

/// Reads a date from left to right; every step fails by returning nothing or false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool atEnd() const { return rest_.empty(); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<int> number(std::size_t digits, int low, int high) {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = rest_[i];
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    if (value < low || value > high) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }

  bool skipDigits() {
    const auto end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(end);
    return end > 0;
  }

 private:
  std::string_view rest_;
};

constexpr seconds kLastSecondOfDay = hours{24} - seconds{1};

/// The zone as a range of offsets from UTC: exact when given, the whole earth when not.
struct Offset {
  minutes least;
  minutes most;
};

std::optional<Offset> scanZone(Scanner& scan) {
  if (scan.atEnd()) return Offset{-hours{12}, hours{14}};
  if (scan.take('Z')) return Offset{minutes{0}, minutes{0}};
  const bool west = scan.take('-');
  if (!west && !scan.take('+')) return std::nullopt;
  const auto hour = scan.number(2, 0, 14);
  if (!hour || !scan.take(':')) return std::nullopt;
  const auto minute = scan.number(2, 0, 59);
  if (!minute) return std::nullopt;
  const minutes offset = (hours{*hour} + minutes{*minute}) * (west ? -1 : 1);
  return Offset{offset, offset};
}

std::optional<DateRange> scanTime(Scanner& scan, sys_days date) {
  const auto hour = scan.number(2, 0, 23);
  if (!hour || !scan.take(':')) return std::nullopt;
  const auto minute = scan.number(2, 0, 59);
  if (!minute) return std::nullopt;
  Instant first = date + hours{*hour} + minutes{*minute};
  Instant last = first + seconds{59};
  if (scan.take(':')) {
    const auto second = scan.number(2, 0, 60);
    if (!second || (scan.take('.') && !scan.skipDigits())) return std::nullopt;
    first += seconds{std::min(*second, 59)};
    last = first;
  }
  const auto zone = scanZone(scan);
  if (!zone || !scan.atEnd()) return std::nullopt;
  return DateRange{first - zone->most, last - zone->least};
}

/// The last `digits` digits of a number that is not negative.
void put(std::string& text, int number, std::size_t digits) {
  text.append(digits, '0');
  for (std::size_t i = 1; i <= digits; ++i, number /= 10)
    text[text.size() - i] += static_cast<char>(number % 10);
}

int completedYears(sys_days from, sys_days to) {
  const year_month_day born{from};
  const year_month_day today{to};
  int years = static_cast<int>(today.year()) - static_cast<int>(born.year());
  if (today.month() < born.month() || (today.month() == born.month() && today.day() < born.day())) --years;
  return std::max(years, 0);
}

}  // namespace

std::optional<DateRange> parseDate(std::string_view text) {
  Scanner scan(text);
  const auto y = scan.number(4, 1, 9999);
  if (!y) return std::nullopt;
  if (scan.atEnd()) {
    return DateRange{sys_days{year{*y} / 1 / 1}, sys_days{year{*y} / 12 / 31} + kLastSecondOfDay};
  }
  if (!scan.take('-')) return std::nullopt;
  const auto m = scan.number(2, 1, 12);
  if (!m) return std::nullopt;
  const auto monthOfYear = year{*y} / month{static_cast<unsigned>(*m)};
  if (scan.atEnd()) {
    return DateRange{sys_days{monthOfYear / 1}, sys_days{monthOfYear / std::chrono::last} + kLastSecondOfDay};
  }
  if (!scan.take('-')) return std::nullopt;
  const auto d = scan.number(2, 1, 31);
  if (!d) return std::nullopt;
  const year_month_day date = monthOfYear / day{static_cast<unsigned>(*d)};
  if (!date.ok()) return std::nullopt;
  if (scan.atEnd()) return DateRange{sys_days{date}, sys_days{date} + kLastSecondOfDay};
  if (!scan.take('T')) return std::nullopt;
  return scanTime(scan, sys_days{date});
}

bool maybeWithin(const DateRange& when, Instant now, seconds window) {
  return now - when.latest <= window;
}

bool surelyWithin(const DateRange& when, Instant now, seconds window) {
  return now - when.earliest <= window;
}

AgeRange ageAt(const DateRange& birth, Instant now) {
  const auto today = std::chrono::floor<days>(now);
  return {completedYears(std::chrono::floor<days>(birth.latest), today),
          completedYears(std::chrono::floor<days>(birth.earliest), today)};
}

std::string print(const DateRange& when) {
  using std::chrono::days;
  using std::chrono::hours;
  const auto width = when.latest - when.earliest;
  const auto middle = std::chrono::floor<days>(when.earliest + width / 2);
  const std::chrono::year_month_day date(middle);
  std::string text;
  put(text, int{date.year()}, 4);
  if (width >= days(364) && width <= days(366)) return text;
  put(text += '-', static_cast<int>(unsigned{date.month()}), 2);
  if (width >= days(27) && width <= days(31)) return text;
  put(text += '-', static_cast<int>(unsigned{date.day()}), 2);
  if (width <= hours(26)) return text;
  return print(DateRange{when.earliest, when.earliest}) + " to " + print(DateRange{when.latest, when.latest});
}

std::string print(Instant when) {
  const std::chrono::hh_mm_ss time(when - std::chrono::floor<std::chrono::days>(when));
  std::string text = print(DateRange{when, when}) + " ";
  put(text, static_cast<int>(time.hours().count()), 2);
  put(text += ':', static_cast<int>(time.minutes().count()), 2);
  return text + " UTC";
}

}  // namespace plumbline::fhir
