#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace plumbline::fhir {

/// A point on the civil clock, UTC.
using Instant = std::chrono::sys_seconds;

/// What a FHIR date, dateTime or instant really says: some moment between two, both included.
/// "2024" is a year wide, "2024-05-06" a day, a full instant one second. A dateTime without a zone could have
/// been meant anywhere on earth, so it is 26 hours wide (UTC-12 to UTC+14).
/// Source: FHIR R4 datatypes, "date" and "dateTime".
struct DateRange {
  Instant earliest;
  Instant latest;

  friend bool operator==(const DateRange&, const DateRange&) = default;
  friend auto operator<=>(const DateRange&, const DateRange&) = default;
};

/// Nothing when `text` is no FHIR date of the forms YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm[:ss[.f…]]
/// with Z, ±hh:mm or no zone; when a field is out of range; or when the day does not exist. 24:00 is refused,
/// the leap second :60 is read as :59.
std::optional<DateRange> parseDate(std::string_view text);

/// Whether any moment of `when` is at most `window` before `now`, or after it. The cautious reading of a
/// finding that speaks for a danger: it counts while it may still be recent.
bool maybeWithin(const DateRange& when, Instant now, std::chrono::seconds window);

/// Whether every moment of `when` is at most `window` before `now`. The cautious reading of a negative: it
/// counts only while it is surely recent.
bool surelyWithin(const DateRange& when, Instant now, std::chrono::seconds window);

/// The range as a reader wants it, in UTC: "2024", "2024-05" or "2024-05-06" where that is what was written,
/// else the first and last day.
std::string print(const DateRange& when);

/// A moment as "2024-05-06 13:45 UTC".
std::string print(Instant when);

/// Completed years between `birth` and `now`: the youngest and the oldest the person can be. Both are 0 for a
/// birth after `now`.
struct AgeRange {
  int youngest;
  int oldest;
};
AgeRange ageAt(const DateRange& birth, Instant now);

}  // namespace plumbline::fhir
